"""The routes of understanding: intents, and what would be understood of a sentence."""

from typing import Annotated

from msgspec import Meta, Struct

from server.core.endpoint import Call, post
from server.domain.understanding.intents import Teacher, intents, taught
from server.domain.understanding.reading import read
from server.domain.understanding.types import Reading

PATIENCE = 20.0


class Sentence(Struct, frozen=True):
    """Something that a visitor might write; `locale` is what the browser would say."""

    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    locale: Annotated[str, Meta(max_length=35)] = ""


async def try_intents(call: Call, body: Sentence) -> Reading:
    """Say what would be understood of a sentence, with the intents as they are now; nothing is kept."""
    async with call.house.db.act(call.actor) as tx:
        known = await taught(tx)
    # Not remembered: workers do the work, and this is asked now and then.
    ready = await Teacher(call.house.embedder).ready(call.actor.org_id, known)
    (heard,) = await call.house.embedder.heard([body.text], patience=PATIENCE)
    return read(body.text, heard, ready, body.locale)


endpoints = [
    *intents.endpoints(),
    post("/api/intents/try", try_intents, permission="intent.read"),
]
