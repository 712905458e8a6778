"""What follows from what is understood: people where a bot should not go on, haste where something cannot wait."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db
from server.core.errors import Conflict
from server.core.events import Event
from server.core.ids import id_of_both
from server.core.sql import load
from server.domain.chat.decision import announce, common, write
from server.domain.chat.handoffs import hand_off_by_rule
from server.domain.chat.holder_types import Angry, Critical
from server.domain.chat.log import Log
from server.domain.chat.types import Changed
from server.protocol import entries as told

sql = load(__file__)

UNDERSTOOD = frozenset({"conversation_understood"})
HIGHEST = 5


async def follow_moods(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What cannot wait comes first in the queue, and who is angry with a bot gets a person."""
    for org_id in {event.org_id for event in events}:
        ids = [each for event in events if event.org_id == org_id for each in event.data["message_ids"]]
        async with db.scope(org_id) as tx:
            critical = await tx.many(sql.critical_said, Critical, message_ids=ids)
            angry = await tx.many(sql.angry_at_bots, Angry, message_ids=ids)
        for said in critical:
            await _raise_priority(db, log, org_id, said)
        for each in {one.conversation_id: one for one in reversed(angry)}.values():
            event_id = id_of_both(each.message_id, each.conversation_id)
            why = f"the visitor's mood is {each.sentiment:.1f}"
            # Whoever decided something meanwhile has looked at it.
            with suppress(Conflict):
                await hand_off_by_rule(
                    db, log, org_id, each.conversation_id, each.turn, event_id, "sentiment", why
                )  # fmt: skip


async def _raise_priority(db: Db, log: Log, org_id: UUID, said: Critical) -> None:
    # Another id than that of a handoff for the same message, and the same one however often this is done.
    event_id = id_of_both(said.message_id, UUID(int=said.conversation_id.int ^ 1))
    system = Actor("system", event_id, org_id, "")
    async with db.scope(org_id) as tx:
        row = await tx.maybe(sql.raise_priority, Changed, conversation_id=said.conversation_id, event_id=event_id)
        if row is None:
            return
        entry = told.ConversationPrioritized(
            is_internal=True, priority=HIGHEST, previous=row.previous_priority, **common(system, event_id, row)
        )
        await write(tx, system, entry)
    await announce(log, org_id, None, entry)
