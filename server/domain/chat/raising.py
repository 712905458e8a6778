"""Handoffs by rule: a visitor asks for a person, says a word that is for people, or gets no answer from a bot."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from server.core.db import Db, Transaction
from server.core.errors import Conflict, NotFound
from server.core.events import Event
from server.core.ids import uuid7
from server.core.sql import load
from server.domain.chat.asks import asks_for_person, keyword_in
from server.domain.chat.handoffs import hand_off_by_rule
from server.domain.chat.holder_types import SaidToBot, Silence
from server.domain.chat.log import Log
from server.domain.chat.reactions import id_of_both
from server.protocol.values import HandoffReason

sql = load(__file__)

SPOKEN = frozenset({"messages_posted"})


async def raise_handoffs(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Look at what visitors say to bots, and let people have it where they should."""
    talk = [event for event in events if event.data.get("by_contact")]
    for org_id in {event.org_id for event in talk}:
        own = [event for event in talk if event.org_id == org_id]
        async with db.scope(org_id) as tx:
            said = await tx.many(
                sql.said_to_bots, SaidToBot, conversation_ids=[event.conversation_id for event in own],
                froms=[event.data["from"] for event in own], uptos=[event.data["upto"] for event in own],
            )  # fmt: skip
        raised: set[UUID] = set()
        for each in said:
            found = _wanted(each)
            if found is None or each.conversation_id in raised:
                continue
            raised.add(each.conversation_id)
            event_id = id_of_both(each.message_id, each.agent_id)
            # Whoever decided something meanwhile has looked at it.
            with suppress(Conflict):
                await hand_off_by_rule(db, log, org_id, each.conversation_id, each.turn, event_id, *found)


def _wanted(said: SaidToBot) -> tuple[HandoffReason, str] | None:
    if asks_for_person(said.body):
        return "user_request", "the visitor asks for a person"
    word = keyword_in(said.body, said.keywords)
    return None if word is None else ("keyword", f"the visitor said {word!r}")


async def silent(tx: Transaction) -> list[Silence]:
    """What bots hold and have not answered in time; of all organizations, for the look-up role."""
    return await tx.many(sql.silent_bots, Silence)


async def end_silence(db: Db, log: Log, silence: Silence) -> None:
    """Let people have what a bot does not answer; several workers may try, and one does."""
    with suppress(Conflict, NotFound):
        await hand_off_by_rule(
            db, log, silence.org_id, silence.conversation_id, silence.turn, uuid7(), "no_answer",
            "the bot did not answer in time",
        )  # fmt: skip
