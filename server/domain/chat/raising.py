"""Handoffs by rule: a visitor asks for a person, says a word that is for people, or gets no answer from a bot."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from server.core.db import Db, Transaction
from server.core.errors import Conflict, NotFound
from server.core.events import Event
from server.core.ids import id_of_both, uuid7
from server.core.sql import load
from server.domain.chat.asks import asks_for_person, keyword_in
from server.domain.chat.handoffs import hand_off_by_rule
from server.domain.chat.holder_types import Forbidden, SaidToBot, Silence, Talkative, Unsure
from server.domain.chat.log import Log
from server.domain.routing import bots
from server.protocol.values import HandoffReason

sql = load(__file__)

Reason = tuple[HandoffReason, str]
CLASSIFIED = frozenset({"conversation_classified"})
SPOKEN = frozenset({"messages_posted"})
# How often bots may speak for each word of the visitor: a long answer in parts is far from it.
MOST_UNASKED = 20


async def raise_handoffs(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Look at what visitors say to bots and bots to them, and let people have it where they should."""
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id]
        asked: dict[str, Any] = {
            "conversation_ids": [event.conversation_id for event in own],
            "froms": [event.data["from"] for event in own],
            "uptos": [event.data["upto"] for event in own],
        }
        async with db.scope(org_id) as tx:
            said = await tx.many(sql.said_to_bots, SaidToBot, **asked) if _speaks(own, "by_contact") else []
            unsure, talkative, healing = [], [], []
            if _speaks(own, "by_team"):
                unsure = await tx.many(sql.unsure_bots, Unsure, **asked)
                talkative = await tx.many(sql.talkative_bots, Talkative, most=MOST_UNASKED, **asked)
                spoke = [row["bot_id"] for row in await tx.records(sql.bots_that_spoke, **asked)]
                healing = await bots.once_failed(tx, spoke)
        for bot_id in healing:
            async with db.scope(org_id) as tx:
                await bots.note_answer(tx, org_id, bot_id)
        found: list[tuple[SaidToBot | Unsure | Talkative, Reason]] = [
            (each, reason) for each in said if (reason := _wanted(each)) is not None
        ]
        found += [(each, ("policy", f"bots spoke {MOST_UNASKED} times for each word of it")) for each in talkative]
        found += [(each, _doubt(each)) for each in unsure]
        # One of several reasons is enough.
        for one, (code, told) in {each.conversation_id: (each, why) for each, why in reversed(found)}.values():
            event_id = id_of_both(one.message_id, one.conversation_id)
            await _raise(db, log, org_id, one, event_id, code, told)


async def _raise(
    db: Db, log: Log, org_id: UUID, one: SaidToBot | Unsure | Talkative, event_id: UUID, code: HandoffReason, told: str
) -> None:
    """Hand it over as its turn says; what a visitor asked for goes for the next bot as well, should that be faster."""
    turn: int | None = one.turn
    while turn is not None:
        with suppress(Conflict):
            await hand_off_by_rule(db, log, org_id, one.conversation_id, turn, event_id, code, told)
            return
        if not isinstance(one, SaidToBot):
            return
        async with db.scope(org_id) as tx:
            now: int | None = await tx.value(sql.turn_of_bot, conversation_id=one.conversation_id)
        # Without a change it was refused for another reason.
        turn = now if now != turn else None


def _speaks(events: Sequence[Event], who: str) -> bool:
    return any(event.data.get(who) for event in events)


def _doubt(unsure: Unsure) -> Reason:
    return "low_confidence", f"the bot was {unsure.confidence:.0%} sure of its answer"


def _wanted(said: SaidToBot) -> Reason | None:
    if asks_for_person(said.body):
        return "user_request", "the visitor asks for a person"
    word = keyword_in(said.body, said.keywords)
    return None if word is None else ("keyword", f"the visitor said {word!r}")


async def keep_policy(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What is not for bots goes to people as soon as somebody says what it is about."""
    for event in events:
        async with db.scope(event.org_id) as tx:
            found = await tx.many(sql.forbidden_to_bots, Forbidden, conversation_ids=[event.conversation_id])
        for each in found:
            told = f"{each.name} is for people" if each.requires_human else f"{each.name} is for visitors who are known"
            event_id = id_of_both(event.id, each.conversation_id)
            with suppress(Conflict):
                await hand_off_by_rule(db, log, event.org_id, each.conversation_id, each.turn, event_id, "policy", told)


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
