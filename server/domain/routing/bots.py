"""Bots as routing sees them: whom a conversation can be given to, how each fares, and how often they passed it on.

Called inside the transaction of whoever decides. Locks: the conversation, then agents, then how they fare. A handoff
locks two of these, and so holds the organization's routing.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from server.core import events
from server.core.auth import Actor
from server.core.db import Transaction
from server.core.ids import uuid7
from server.core.sql import load
from server.domain.routing.breaker import begin_trial, step
from server.domain.routing.choice import called, choose, waits_for_words
from server.domain.routing.types import Candidate, Choice, Condition, Failure

sql = load(__file__)


async def pick(
    tx: Transaction, org_id: UUID, channel_id: UUID, words: str | None, *, weight: float | None = None,
    held: Collection[UUID] = (),
) -> Choice:  # fmt: skip
    """The bot that a conversation of a channel is given to, with its place kept; without one people have it.

    `words` is None where nothing was said yet: the choice may have to wait for it.
    """
    candidates = await _candidates(tx, channel_id, weight)
    if words is None and waits_for_words(candidates):
        return Choice(by="later")
    default = next((each.agent_id for each in candidates if each.is_default), None)
    while True:
        choice = choose(words or "", candidates, default, held)
        if choice.agent_id is None or await _reserve(tx, org_id, channel_id, choice.agent_id, weight):
            return choice
        # Somebody was faster.
        candidates = [
            msgspec.structs.replace(each, has_room=each.has_room and each.agent_id != choice.agent_id)
            for each in candidates
        ]


async def pick_called(
    tx: Transaction, org_id: UUID, channel_id: UUID, name: str, kind: str, *, weight: float, held: Collection[UUID]
) -> Choice:
    """The bot of this name or type that can take a conversation, with its place kept."""
    choice = called(await _candidates(tx, channel_id, weight), name, kind, held)
    is_free = choice.agent_id is None or await _reserve(tx, org_id, channel_id, choice.agent_id, weight)
    return choice if is_free else Choice()


async def note_failure(tx: Transaction, org_id: UUID, bot_id: UUID, failure: Failure) -> None:
    """A bot left a visitor without an answer: after some of that nobody is given to it for a while."""
    await tx.run(sql.ensure_health, bot_id=bot_id)
    was, now = await _condition(tx, bot_id)
    await _keep(tx, org_id, bot_id, was, step(was, failure, now))


async def once_failed(tx: Transaction, bot_ids: Sequence[UUID]) -> list[UUID]:
    """Of which of these bots an answer is news: of one that never failed nothing is kept."""
    return [row["bot_id"] for row in await tx.records(sql.once_failed, bot_ids=bot_ids)]


async def note_answer(tx: Transaction, org_id: UUID, bot_id: UUID) -> None:
    """A bot that has failed answered; one that was tried is well again. For one bot in a transaction."""
    was, now = await _condition(tx, bot_id)
    await _keep(tx, org_id, bot_id, was, step(was, None, now))


async def held_already(tx: Transaction, conversation_id: UUID) -> set[UUID]:
    """Who has held a conversation since it was opened."""
    return {row["agent_id"] for row in await tx.records(sql.held_already, conversation_id=conversation_id)}


async def passed_between_bots(tx: Transaction, conversation_id: UUID) -> int:
    """How often one bot gave a conversation to another since the visitor's last word."""
    return int(await tx.value(sql.passed_between_bots, conversation_id=conversation_id))


async def _candidates(tx: Transaction, channel_id: UUID, weight: float | None) -> list[Candidate]:
    return await tx.many(sql.bot_candidates, Candidate, channel_id=channel_id, weight=weight)


async def _reserve(tx: Transaction, org_id: UUID, channel_id: UUID, bot_id: UUID, weight: float | None) -> bool:
    """Lock the bot's row and see that it is there and has room; where it was unwell, this conversation tries it."""
    if not await tx.value(sql.reserve_bot, channel_id=channel_id, bot_id=bot_id, weight=weight):
        return False
    if not await once_failed(tx, [bot_id]):
        return True
    was, now = await _condition(tx, bot_id)
    if was.status == "healthy":
        return True
    trial = begin_trial(was, now)
    if trial is not None:
        await _keep(tx, org_id, bot_id, was, trial)
    return trial is not None


async def _condition(tx: Transaction, bot_id: UUID) -> tuple[Condition, int]:
    """How a bot fares, locked, and the moment at which that is so."""
    was = await tx.one(sql.lock_health, Condition, bot_id=bot_id)
    return was, await tx.value(sql.moment)


async def _keep(tx: Transaction, org_id: UUID, bot_id: UUID, was: Condition, now: Condition) -> None:
    if now == was:
        return
    await tx.run(sql.keep_health, bot_id=bot_id, **msgspec.structs.asdict(now))
    if now.status != was.status or now.status == "trying":
        nobody = Actor("system", uuid7(), org_id, "")
        await events.note(tx, nobody, _HAPPENED[now.status], bot_id, reason=now.reason or was.reason)


_HAPPENED = {"healthy": "bot_healed", "unhealthy": "bot_tripped", "trying": "bot_tried"}
