"""What follows from what is understood: people where a bot should not go on, haste where something cannot wait, and
what the company says of what is wanted.
"""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.errors import Conflict
from server.core.events import Event
from server.core.ids import id_of_both
from server.core.sql import load
from server.domain.chat.decision import announce, common, write
from server.domain.chat.handoffs import hand_off_by_rule
from server.domain.chat.holder_types import Angry, Critical, Wanted
from server.domain.chat.log import Log
from server.domain.chat.types import Changed
from server.protocol import entries as told
from server.protocol.entries import AnyDecision

sql = load(__file__)

UNDERSTOOD = frozenset({"conversation_understood"})
HIGHEST = 5


async def follow_moods(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What cannot wait comes first in the queue, and who is angry with a bot gets a person."""
    for org_id in {event.org_id for event in events}:
        ids = [each for event in events if event.org_id == org_id for each in event.data["message_ids"]]
        async with db.scope(org_id) as tx:
            critical = await tx.many(sql.critical_said, Critical, message_ids=ids)
            wanted = await tx.many(sql.wanted, Wanted, message_ids=ids)
            angry = await tx.many(sql.angry_at_bots, Angry, message_ids=ids)
        for said in critical:
            await _raise_priority(db, log, org_id, said)
        for want in wanted:
            await _take_defaults(db, log, org_id, want)
        for each in {one.conversation_id: one for one in reversed(angry)}.values():
            event_id = id_of_both(each.message_id, each.conversation_id)
            why = f"the visitor's mood is {each.sentiment:.1f}"
            # Whoever decided something meanwhile has looked at it.
            with suppress(Conflict):
                await hand_off_by_rule(
                    db, log, org_id, each.conversation_id, each.turn, event_id, "sentiment", why
                )  # fmt: skip


async def _raise_priority(db: Db, log: Log, org_id: UUID, said: Critical) -> None:
    event_id = _event_id(said, 1)
    async with db.scope(org_id) as tx:
        row = await tx.maybe(sql.raise_priority, Changed, conversation_id=said.conversation_id, event_id=event_id)
        entry = await _prioritized(tx, org_id, event_id, row, HIGHEST)
    await _tell(log, org_id, entry)


async def _take_defaults(db: Db, log: Log, org_id: UUID, want: Wanted) -> None:
    """What an intent brings with it; whatever a person or a bot has said of the same stands over it."""
    entries: list[AnyDecision | None] = []
    async with db.scope(org_id) as tx:
        if want.priority is not None:
            event_id = _event_id(want, 2)
            row = await tx.maybe(
                sql.default_priority, Changed, conversation_id=want.conversation_id, priority=want.priority,
                event_id=event_id,
            )  # fmt: skip
            entries.append(await _prioritized(tx, org_id, event_id, row, want.priority))
        if want.interaction_type_id is not None:
            entries.append(await _classified(tx, org_id, _event_id(want, 3), want))
    for entry in entries:
        await _tell(log, org_id, entry)


def _event_id(said: Critical | Wanted, number: int) -> UUID:
    """Another id than that of a handoff for the same message, and the same one however often this is done."""
    return id_of_both(said.message_id, UUID(int=said.conversation_id.int ^ number))


async def _prioritized(
    tx: Transaction, org_id: UUID, event_id: UUID, row: Changed | None, priority: int
) -> AnyDecision | None:  # fmt: skip
    if row is None:
        return None
    system = Actor("system", event_id, org_id, "")
    entry = told.ConversationPrioritized(
        is_internal=True, priority=priority, previous=row.previous_priority, **common(system, event_id, row)
    )
    await write(tx, system, entry)
    return entry


async def _classified(tx: Transaction, org_id: UUID, event_id: UUID, want: Wanted) -> AnyDecision | None:
    row = await tx.maybe(
        sql.default_type, Changed, conversation_id=want.conversation_id, interaction_type_id=want.interaction_type_id,
        event_id=event_id,
    )  # fmt: skip
    if row is None:
        return None
    system = Actor("system", event_id, org_id, "")
    entry = told.ConversationClassified(
        is_internal=True, interaction_type_id=want.interaction_type_id,
        interaction_type_name=want.interaction_type_name, **common(system, event_id, row),
    )  # fmt: skip
    await write(tx, system, entry)
    return entry


async def _tell(log: Log, org_id: UUID, entry: AnyDecision | None) -> None:
    if entry is not None:
        await announce(log, org_id, None, entry)
