"""What follows from the events of conversations; run by workers/readers.py, at least once each."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import get_args
from uuid import UUID

import msgspec

from server.core.db import Db, Transaction
from server.core.errors import Conflict
from server.core.events import Event
from server.core.ids import id_of_both, uuid7_from, uuid7_ms
from server.core.sql import load
from server.domain.chat.actions import give_back, reopen_for_visitor
from server.domain.chat.decision import announce, decision_entry
from server.domain.chat.handoffs import hand_off_by_rule
from server.domain.chat.holder_types import Held
from server.domain.chat.log import Draft, Log
from server.domain.chat.offering import route
from server.domain.chat.starting import give_by_first_words
from server.domain.chat.stints import DECIDES, NUMBERED, keep_stints
from server.domain.chat.types import CardRow, DecisionRow
from server.domain.routing.engine import serve_at
from server.protocol.entries import AnyDecision, AnyFeedEntry, InboxChanged
from server.protocol.line import NOBODY, Audience
from server.protocol.values import AgentCount, Card, Counts, TeamCount

sql = load(__file__)

DECIDED = frozenset(each.__struct_config__.tag for each in get_args(AnyDecision))
# What brings a conversation or a seat to the router.
ROUTED = frozenset({
    "conversation_started", "conversation_reopened", "conversation_released", "conversation_assigned",
    "conversation_prioritized", "conversation_closed", "availability_changed", "agent_connected", "agent_disconnected",
    "member_changed", "team_changed", "team_removed", "queue_changed", "channel_changed", "hours_changed",
})  # fmt: skip
IN_LINE = ROUTED | {"conversation_taken"}
LEFT = frozenset({"member_left", "bot_removed", "agent_disconnected"})
FOLLOWED = DECIDED | {"messages_posted"}
# What stints begin and end with, and first answers.
HELD = frozenset({NUMBERED, "messages_posted"})
SHOWN = FOLLOWED | {
    "message_edited", "message_deleted", "conversation_understood", "collaboration_started", "collaboration_ended",
}  # fmt: skip
# Somebody or something on a card is called otherwise, or is somebody else: the event, and which of the card's names.
RENAMED = {
    "contact_changed": "contact", "contact_merged": "contact", "contact_joined": "contact", "member_changed": "agent",
    "bot_changed": "agent", "team_changed": "team", "channel_changed": "channel",
}  # fmt: skip
# As many as an inbox loads at most.
NEWEST = 500


async def number_decisions(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Decisions whose process died, or had no Valkey, between the commit and the log get their number."""
    for event in events:
        # Most have one by now, and the event itself tells.
        if event.seq is None:
            async with db.scope(event.org_id) as tx:
                decision = await tx.maybe(sql.decision, DecisionRow, id=event.id)
            if decision is not None and decision.seq is None:
                await announce(log, event.org_id, decision.actor_id, decision_entry(decision))


async def route_organizations(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Whoever waits is offered to whoever has a place, where something of that has changed."""
    for org_id in {event.org_id for event in events}:
        await route(db, log, org_id)


async def keep_participants(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Stints begin and end with decisions; the first answer is noted; a visitor's word reopens what was closed."""
    moved = [event for event in events if event.kind == NUMBERED and not DECIDES.isdisjoint(event.data["kinds"])]
    for org_id in {event.org_id for event in moved}:
        ids = {event.subject_id for event in moved if event.org_id == org_id and event.subject_id}
        async with db.scope(org_id) as tx:
            await keep_stints(tx, sorted(ids))
    talk = [event for event in events if event.kind == "messages_posted"]
    for org_id in {event.org_id for event in talk}:
        await _follow_talk(db, log, org_id, [event for event in talk if event.org_id == org_id])


async def free_conversations(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What a closed seat held goes back to the queue, and what waits for somebody who is not there any more.

    Nobody else would see that it waits.
    """
    for event in events:
        statement = sql.waiting_for_absent if event.kind == "agent_disconnected" else sql.held_by_closed_seat
        async with db.scope(event.org_id) as tx:
            held = await tx.many(statement, Held, agent_id=event.subject_id)
        for each in held:
            # Whoever changed it meanwhile is there.
            with suppress(Conflict):
                await _free(db, log, event.org_id, each, id_of_both(event.id, each.id))


async def _free(db: Db, log: Log, org_id: UUID, held: Held, event_id: UUID) -> None:
    if held.bot_active:
        await hand_off_by_rule(
            db, log, org_id, held.id, held.turn, event_id, "no_answer", "the bot is not connected", "not_connected"
        )
    else:
        await give_back(db, log, org_id, held, event_id)


async def _follow_talk(db: Db, log: Log, org_id: UUID, events: Sequence[Event]) -> None:
    spoken = list({event.conversation_id for event in events})
    by_team = [event.conversation_id for event in events if event.data.get("by_team")]
    by_contact = {event.conversation_id: event for event in events if event.data.get("by_contact")}
    async with db.scope(org_id) as tx:
        await tx.run(sql.move_activity, conversation_ids=spoken)
        if by_team:
            await tx.run(sql.first_responses, conversation_ids=by_team)
        unattended = await tx.records(sql.unattended_among, conversation_ids=list(by_contact))
    for row in unattended:
        event = by_contact[row["id"]]
        # The id is made from the event's, so that the same event does it once.
        event_id = uuid7_from(uuid7_ms(event.id), event.id.int & (1 << 74) - 1 ^ 1)
        if row["status"] == "assigned":
            with suppress(Conflict):
                held = Held(row["id"], row["version"], row["turn"], row["bot_active"])
                await _free(db, log, org_id, held, event_id)
        elif row["status"] == "open":
            await give_by_first_words(db, log, org_id, row["id"], event_id)
        else:
            await reopen_for_visitor(db, log, org_id, row["id"], event_id)


async def feed_inbox(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Every conversation whose card may be another gets it, as it is now, into its organization's feed."""
    for org_id in {event.org_id for event in events}:
        # Most of what is understood changes nothing that a card shows.
        own = [event for event in events if event.org_id == org_id and event.data.get("is_shown", True)]
        await _feed_organization(db, log, org_id, own)


async def _feed_organization(db: Db, log: Log, org_id: UUID, events: Sequence[Event]) -> None:
    decisions = [event for event in events if event.kind in DECIDED]
    renamed = [event for event in events if event.kind in RENAMED and _is_renamed(event)]
    async with db.scope(org_id) as tx:
        last = await _showing(tx, renamed) if renamed else {}
        last |= {event.conversation_id: event.id for event in events if event.conversation_id is not None}
        rows = await tx.many(sql.cards, CardRow, ids=list(last))
        # After the cards: what comes in between is in the counts of whoever it concerns, and in its own line later.
        counts = await tx.one(sql.counts, Counts) if decisions else None
    decided = {event.conversation_id for event in decisions}
    if counts is not None:
        counts = _concerned(counts, decisions, [row for row in rows if row.conversation_id in decided])
    # At most one card per event of the batch; together they cost the log one wait.
    await asyncio.gather(
        *(
            feed(
                log, org_id,
                InboxChanged(
                    id=last[row.conversation_id], card=card_of(row),
                    counts=counts if row.conversation_id in decided else None,
                ),
            )
            for row in rows
        )
    )  # fmt: skip


def _concerned(counts: Counts, decisions: Sequence[Event], rows: Sequence[CardRow]) -> Counts:
    """The numbers of everybody whom these decisions gave or took a conversation.

    Who has it now stands on the card. Whoever had it in the middle of the batch lost it by an event that names what it
    took away, in this batch or in a later one.
    """
    agents = {row.assigned_agent_id for row in rows} | {_id(event, "previous_agent_id") for event in decisions}
    teams = {row.assigned_team_id for row in rows} | {_id(event, "previous_team_id") for event in decisions}
    of_agents = {each.agent_id: each.count for each in counts.agents}
    of_teams = {each.team_id: each.count for each in counts.teams}
    return msgspec.structs.replace(
        counts,
        agents=[AgentCount(each, of_agents.get(each, 0)) for each in sorted(agents - {None}, key=str) if each],
        teams=[TeamCount(each, of_teams.get(each, 0)) for each in sorted(teams - {None}, key=str) if each],
    )


def _id(event: Event, name: str) -> UUID | None:
    found = event.data.get(name)
    return UUID(found) if found else None


def _is_renamed(event: Event) -> bool:
    # Whoever goes for lunch is called as before.
    changed = event.data.get("changed", event.data.get("fields"))
    return changed is None or not {"name", "email"}.isdisjoint(changed)


async def _showing(tx: Transaction, events: Sequence[Event]) -> dict[UUID | None, UUID]:
    """The conversations on whose cards these names stand, each with an id for its line of the feed."""
    of: dict[str, list[UUID | None]] = {
        f"{name}_ids": [event.subject_id for event in events if RENAMED[event.kind] == name]
        for name in ("contact", "agent", "team", "channel")
    }
    found = [row["id"] for row in await tx.records(sql.conversations_showing, newest=NEWEST, **of)]
    return {each: id_of_both(events[-1].id, each) for each in found}


async def feed(log: Log, org_id: UUID, entry: AnyFeedEntry) -> None:
    """Append a line to the organization's inbox feed; the same id again is the same line."""
    await log.place(
        Draft(
            org=org_id.bytes,
            topic=org_id.bytes,
            id=entry.id.bytes,
            sender=NOBODY,
            sender_kind=b"s",
            audience=Audience.TEAM,
            payload=msgspec.json.encode(entry),
            is_feed=True,
        )
    )


def card_of(row: CardRow) -> Card:
    """A row of the inbox as the protocol says it."""
    fields = msgspec.structs.asdict(row)
    for name in ("started_at", "queued_at", "last_message_at", "offer_deadline_at"):
        moment: datetime | None = fields[name]
        fields[name] = None if moment is None else int(moment.timestamp() * 1000)
    tier = fields.pop("tier")
    if row.status == "waiting":
        fields["serve_at"] = serve_at(fields["queued_at"], row.priority, tier)
    return Card(**fields)
