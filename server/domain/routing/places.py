"""Places in line, and how long each of them will still wait: what an honest queue tells its visitors.

The estimate is that of many hands and one line: with C conversations held at a time, each for S seconds on average,
a place is free every S / C seconds. Both are measured; where there is nothing to measure, nothing is estimated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from server.core.db import Transaction
from server.core.sql import load
from server.domain.routing.engine import serve_at
from server.domain.routing.room import absence
from server.domain.routing.routing import seats
from server.domain.routing.types import Pace, Place, Queued, Seat

sql = load(__file__)

# Fewer conversations say nothing about the next one.
LEAST_SAMPLES = 3
MOST_QUEUED = 2_000


async def paces(tx: Transaction) -> dict[UUID | None, Pace]:
    """How long a conversation of each queue takes, by those that ended in the last day."""
    return {each.team_id: each for each in await tx.many(sql.paces, Pace)}


async def places(tx: Transaction, paced: Mapping[UUID | None, Pace]) -> list[Place]:
    """Where everybody stands who waits in the organization."""
    queued = await tx.many(sql.queued, Queued, most=MOST_QUEUED)
    return in_line(queued, await seats(tx), paced) if queued else []


def in_line(queued: Iterable[Queued], agents: Sequence[Seat], paced: Mapping[UUID | None, Pace]) -> list[Place]:
    """Number each queue in the order in which it is served, and estimate the waits."""
    queues: dict[UUID | None, list[Queued]] = defaultdict(list)
    for each in queued:
        queues[each.team_id].append(each)
    found: list[Place] = []
    for team_id, those in queues.items():
        those.sort(key=_served_at)
        hands = sum(seat.max_load for seat in agents if _works_in(seat, team_id))
        pace = paced.get(team_id)
        for place, each in enumerate(those, 1):
            found.append(Place(each.conversation_id, each.contact_id, place, _seconds(place, hands, pace)))
    return found


def _served_at(each: Queued) -> tuple[int, bytes]:
    return serve_at(each.queued_at, each.priority, each.tier), each.conversation_id.bytes


def _works_in(seat: Seat, team_id: UUID | None) -> bool:
    return absence(seat) is None and (team_id is None or team_id in seat.team_ids)


def _seconds(place: int, hands: float, pace: Pace | None) -> int | None:
    if pace is None or pace.samples < LEAST_SAMPLES or hands <= 0:
        return None
    return round(place * pace.seconds / hands)
