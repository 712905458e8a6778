"""How far somebody has read: with the inbox, with lists, and for whoever was away and looks again.

Marks are Valkey's first and Postgres' a second later (workers/upkeep.py), so the two are read together.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, cast
from uuid import UUID

from msgspec import Meta, Struct

from server.core.auth import Actor
from server.core.db import Db
from server.core.endpoint import Call, get
from server.core.errors import Invalid, Unavailable
from server.core.sql import load
from server.domain.chat.history import History
from server.domain.chat.marks import field
from server.domain.chat.talk import sender_of
from server.domain.chat.types import Read

sql = load(__file__)


class Asked(Struct, frozen=True):
    """Conversations by their ids, with commas between them."""

    # A hundred of them.
    ids: Annotated[str, Meta(max_length=3_700)] = ""


class Reads(Struct, frozen=True):
    """How far the one who asks has read some conversations; what is not named was never read."""

    reads: list[Read]


async def reads_of(db: Db, history: History, actor: Actor, ids: Sequence[UUID]) -> list[Read]:
    """The actor's own marks in these conversations, without those where nothing was read."""
    if not ids:
        return []
    async with db.scope(actor.org_id) as tx:
        upto = {each.conversation_id: each.upto for each in await tx.many(sql.reads, Read, ids=ids, agent_id=actor.id)}
    with suppress(Unavailable):
        name = field(sender_of(actor).kind, actor.id, "read")
        for conversation_id, seq in (await history.marks_named(actor.org_id, name, ids)).items():
            upto[conversation_id] = max(seq, upto.get(conversation_id, 0))
    return [Read(conversation_id, seq) for conversation_id, seq in upto.items()]


async def show_reads(call: Call, query: Asked) -> Reads:
    """Show how far one has read some conversations oneself, to the moment: for whoever was away meanwhile."""
    try:
        ids = [UUID(each) for each in query.ids.split(",") if each]
    except ValueError:
        raise Invalid("expected ids with commas between them", field="ids") from None
    return Reads(await reads_of(call.house.db, cast("History", call.history), call.actor, ids))


endpoints = [get("/api/inbox/reads", show_reads, permission="inbox.read")]
