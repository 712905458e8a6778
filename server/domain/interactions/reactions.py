"""Interactions open and close with conversations; run by workers/readers.py, at least once for each event."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import structs

from server.core.db import Db, Transaction
from server.core.events import Event
from server.core.sql import load
from server.domain.chat.log import Log
from server.domain.chat.stints import DECIDES, NUMBERED, decisions_of
from server.domain.interactions.devices import browser_of, device_of
from server.domain.interactions.measures import CLASSIFIED, HANDED_OVER, measures_of
from server.domain.interactions.types import Answered, Came, Measure

sql = load(__file__)

MEASURED = DECIDES | {CLASSIFIED, HANDED_OVER}
# Somebody turned out to be another, or got another customer.
KNOWN = frozenset({"contact_changed", "contact_merged", "contact_joined"})
FOLLOWED = KNOWN | {NUMBERED, "messages_posted", "conversation_understood"}


async def keep_interactions(db: Db, _: Log, events: Sequence[Event]) -> None:
    """Measure the conversations that moved, those that seemed abandoned until an answer was stored, and those of people
    of whom more is known.
    """
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id]
        numbered = [event for event in own if event.kind == NUMBERED]
        moved = {event.subject_id for event in numbered if not MEASURED.isdisjoint(event.data["kinds"])}
        spoken = {event.conversation_id for event in own if event.data.get("by_team")}
        people = {event.subject_id for event in own if event.kind in KNOWN and _is_known(event)}
        async with db.scope(org_id) as tx:
            found = [*await tx.records(sql.abandoned, ids=list(spoken - moved))] if spoken else []
            found += await tx.records(sql.had_by, contact_ids=list(people)) if people else []
            ids = moved | {row["conversation_id"] for row in found}
            await measure(tx, sorted(each for each in ids if each is not None))
            understood = {event.conversation_id for event in own if event.kind == "conversation_understood"} | ids
            if understood:
                await tx.run(sql.keep_moods, ids=sorted(each for each in understood if each is not None))


def _is_known(event: Event) -> bool:
    # A new name is nobody else, and belongs to nobody else.
    fields = event.data.get("fields")
    return fields is None or "customer_id" in fields


async def measure(tx: Transaction, conversation_ids: Sequence[UUID]) -> None:
    """Bring the interactions of some conversations to what their decisions say; repeated, it changes nothing."""
    if not conversation_ids:
        return
    # A reader whose lease ran out may still be at it: what it wrote with older eyes must not stand in the end.
    await tx.value(sql.wait_for_turn)
    # What was erased meanwhile is measured no more, though its events are still there.
    came = {each.conversation_id: each for each in await tx.many(sql.came, Came, ids=list(conversation_ids))}
    found = [each for own in await decisions_of(tx, sorted(came), MEASURED) for each in measures_of(own)]
    spans = [structs.asdict(each) for each in found]
    answered = {each.id: each for each in await tx.many(sql.answered, Answered, rows=spans)}
    await tx.run(sql.keep, rows=[_row(each, answered[each.id], came[each.conversation_id]) for each in found])


def _row(measured: Measure, answered: Answered, came: Came) -> dict[str, Any]:
    is_over, is_answered = measured.ended_at is not None, answered.by_member or answered.by_bot
    ended = ("completed", "resolved") if is_answered else ("abandoned", "unresolved")
    status, resolution = ended if is_over else ("open", "unresolved")
    return structs.asdict(measured) | {
        "mode": _mode(measured, answered), "status": status, "resolution_status": resolution,
        "escalated_to_human": measured.escalated_at is not None, "device_type": device_of(came.user_agent),
        "browser": browser_of(came.user_agent), "client_info": came.user_agent or None,
    }  # fmt: skip


def _mode(measured: Measure, answered: Answered) -> str:
    # Without a holder it is a person's queue, unless a bot alone spoke.
    is_of_bot = measured.held_by == "bot" or (answered.by_bot and not answered.by_member)
    return "bot" if is_of_bot and measured.held_by != "person" else "live_chat"
