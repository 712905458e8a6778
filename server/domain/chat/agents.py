"""The team's picture of itself: who is there, what each carries; as a list, and live in the inbox feed."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from msgspec import Struct

from server.core.db import Db, Transaction
from server.core.endpoint import Call, get
from server.core.events import Event
from server.core.ids import id_of_both
from server.core.sql import load
from server.domain.chat.history import History
from server.domain.chat.log import Log
from server.domain.chat.reactions import DECIDED, feed
from server.protocol.agent_values import AgentLine
from server.protocol.entries import AgentChanged
from server.protocol.values import Position

sql = load(__file__)

SEATS = frozenset({
    "availability_changed", "agent_connected", "agent_disconnected", "member_joined", "member_changed", "member_left",
    "member_returned", "bot_added", "bot_changed", "bot_removed", "bot_tripped", "bot_tried", "bot_healed",
})  # fmt: skip
# Decisions name whoever gets or loses a conversation, but for those whose offer they ended.
FOLLOWED = SEATS | DECIDED


class Presence(Struct, frozen=True):
    """The agents who have a seat, by name; `position` is where the inbox feed goes on with `agent_changed`."""

    agents: list[AgentLine]
    position: Position


async def all_agents(tx: Transaction) -> list[AgentLine]:
    """Everybody who has a seat, by name."""
    return await tx.many(sql.agents, AgentLine, ids=None)


async def show_presence(call: Call) -> Presence:
    """List the agents: who is there and who chose not to be, since when and why, and what each carries."""
    position = await cast("History", call.history).position_of_feed(call.actor.org_id)
    async with call.house.db.act(call.actor) as tx:
        return Presence(await all_agents(tx), position)


async def feed_agents(db: Db, log: Log, events: Sequence[Event]) -> None:
    """Every agent whose line may be another gets it, as it is now, into its organization's feed."""
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id]
        async with db.scope(org_id) as tx:
            last = await _withdrawn(tx, [event for event in own if event.conversation_id is not None])
            for event in own:
                last |= dict.fromkeys(_concerned(event), event.id)
            lines = await tx.many(sql.agents, AgentLine, ids=list(last)) if last else []
        await asyncio.gather(
            *(feed(log, org_id, AgentChanged(id=id_of_both(last[each.id], each.id), agent=each)) for each in lines)
        )


async def _withdrawn(tx: Transaction, decisions: Sequence[Event]) -> dict[UUID, UUID]:
    """Whose offers these decisions ended, each with the event of the last one."""
    if not decisions:
        return {}
    last = {event.conversation_id: event.id for event in decisions}
    since = min(event.at for event in decisions) / 1000
    rows = await tx.records(sql.offers_withdrawn, conversation_ids=list(last), since=since)
    return {row["agent_id"]: last[row["conversation_id"]] for row in rows}


def _concerned(event: Event) -> Iterable[UUID]:
    if event.kind in SEATS:
        return [event.subject_id] if event.subject_id else []
    named = [UUID(found) for name, found in event.data.items() if name.endswith("agent_id") and found]
    # Whoever reopens a conversation has it.
    return [*named, event.actor_id] if event.actor_kind == "member" and event.actor_id else named


endpoints = [get("/api/presence", show_presence, permission="member.read")]
