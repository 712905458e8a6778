"""The engine at work: what an organization's queues look like now, and the places that offers take.

Called inside the transaction of whoever changes something; what is found is carried out by the chat domain, whose
decisions offers are.
"""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from server.core.db import Transaction
from server.core.hours import HoursPlan, is_open
from server.core.permissions import TABLE
from server.core.sql import load
from server.domain.routing.engine import decide
from server.domain.routing.types import Decided, Offer, Rule, Seat, Waiting

sql = load(__file__)

# Those who wait longest; with more, the rest are looked at when these are served.
MOST_WAITING = 500
ANSWERERS = [role for role in TABLE["offer.answer"][1] if role != "bot"]


async def lock(tx: Transaction) -> bool:
    """Hold the organization's routing until the transaction ends; False where people do it by hand.

    To be called before a conversation's row is locked, or two decisions could wait for each other.
    """
    return bool(await tx.value(sql.lock_routing))


async def lock_always(tx: Transaction) -> None:
    """The same, also where people do it by hand: for whoever locks two agents."""
    await tx.value(sql.lock_queues)


async def plan(tx: Transaction) -> Decided:
    """What the queues' rules want just now; the caller holds the lock."""
    waiting = await tx.many(sql.waiting, Waiting, ids=None, most=MOST_WAITING)
    if not waiting:
        return Decided([], [])
    moment: int = await tx.value(sql.moment)
    return decide(moment, await seats(tx), waiting, await rules_at(tx, moment))


async def rules_at(tx: Transaction, moment: int) -> dict[UUID | None, Rule]:
    """How the queues are worked at a moment (ms): outside its hours, or the organization's, one asks nobody."""
    plans = {row["team_id"]: msgspec.convert(row["plan"], HoursPlan) for row in await tx.records(sql.plans)}
    at = datetime.fromtimestamp(moment / 1000, UTC)
    found = {}
    for rule in await tx.many(sql.rules, Rule):
        plan = plans.get(rule.team_id, plans.get(None))
        is_closed = plan is not None and not is_open(plan, at)
        found[rule.team_id] = msgspec.structs.replace(rule, strategy="manual") if is_closed else rule
    return found


async def seats(tx: Transaction) -> list[Seat]:
    """Everybody who could be offered something."""
    return await tx.many(sql.seats, Seat, roles=ANSWERERS)


async def reserve(tx: Transaction, offer: Offer) -> bool:
    """Lock the agent's row and see that there is room; False when there is none any more."""
    agent_id: UUID | None = await tx.value(
        sql.reserve, agent_id=offer.seat.agent_id, load=offer.waiting.load, turn_at=offer.turn_at
    )  # fmt: skip
    return agent_id is not None


async def keep(tx: Transaction, offer: Offer, turn: int) -> None:
    """Keep an offer with its why."""
    await tx.run(
        sql.make_offer, conversation_id=offer.waiting.conversation_id, agent_id=offer.seat.agent_id,
        team_id=offer.waiting.team_id, turn=turn, deadline_at=offer.deadline_at, why=msgspec.to_builtins(offer.why),
    )  # fmt: skip


async def keep_asked(
    tx: Transaction, conversation_id: UUID, agent_id: UUID, turn: int, deadline_at: int, handoff_id: UUID
) -> None:
    """Keep that a member was asked by name, and by which handoff."""
    await tx.run(
        sql.make_offer, conversation_id=conversation_id, agent_id=agent_id, team_id=None, turn=turn,
        deadline_at=deadline_at, why={"strategy": "handoff", "handoff_id": str(handoff_id)},
    )  # fmt: skip


async def waiting_by_hours(tx: Transaction) -> list[UUID]:
    """Organizations in which somebody waits in a queue that has hours, and may just have opened; of all."""
    return [row["org_id"] for row in await tx.records(sql.waiting_by_hours)]


async def due(tx: Transaction) -> list[UUID]:
    """Organizations in which something has run out; of all, and so for readers of the look-up role only."""
    return [row["org_id"] for row in await tx.records(sql.due)]
