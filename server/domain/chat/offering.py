"""What the router decided, carried out: offers and overflows are decisions of the conversations that they concern."""

from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.ids import uuid7
from server.core.sql import load
from server.domain.chat.decision import announce, common, write
from server.domain.chat.holder_types import Expired, Seat
from server.domain.chat.log import Log
from server.domain.chat.types import Changed
from server.domain.routing import routing
from server.domain.routing.types import Offer, Overflow
from server.protocol import entries as told
from server.protocol.entries import AnyDecision

sql = load(__file__)


async def route(db: Db, log: Log, org_id: UUID) -> None:
    """End the offers that ran out, and offer what waits to whoever has a place; harmless when repeated."""
    ended: list[AnyDecision] = []
    async with db.scope(org_id) as tx:
        is_routed = await routing.lock(tx)
        for each in await tx.many(sql.expire_offers, Expired):
            ended += await _expire(tx, org_id, each)
        if is_routed:
            ended += await offer_to_next(tx, org_id)
    for entry in ended:
        await announce(log, org_id, None, entry)


async def offer_to_next(tx: Transaction, org_id: UUID) -> list[AnyDecision]:
    """Offer what waits to whoever has a place, in the caller's transaction, which holds the routing's lock.

    The entries are to be announced after the commit.
    """
    entries: list[AnyDecision] = []
    while True:
        planned = await routing.plan(tx)
        for overflow in planned.overflows:
            entries += await _overflow(tx, org_id, overflow)
        for offer in planned.offers:
            entries += await _offer(tx, org_id, offer)
        if not planned.overflows:
            return entries
        # In its new queue a conversation may find somebody at once; it goes over only once.


async def _offer(tx: Transaction, org_id: UUID, offer: Offer) -> list[AnyDecision]:
    agent_id, deadline_at = offer.seat.agent_id, offer.deadline_at
    if not await routing.reserve(tx, offer):
        return []
    row = await tx.maybe(
        sql.offer_conversation, Changed, conversation_id=offer.waiting.conversation_id, version=offer.waiting.version,
        agent_id=agent_id, deadline_at=deadline_at,
    )  # fmt: skip
    if row is None:
        return []
    await routing.keep(tx, offer, row.turn)
    system = _system(org_id)
    entry = told.ConversationOffered(
        is_internal=True, agent_id=agent_id, agent_name=offer.seat.name, deadline_at=deadline_at,
        **common(system, system.id, row),
    )  # fmt: skip
    await write(tx, system, entry)
    return [entry]


async def ask(
    tx: Transaction, org_id: UUID, changed: Changed, seat: Seat, handoff_id: UUID, seconds: int
) -> list[AnyDecision]:
    """Ask a member by name, whatever they carry; to be announced after the commit."""
    deadline_at: int = await tx.value(sql.deadline, seconds=seconds)
    row = await tx.one(
        sql.offer_conversation, Changed, conversation_id=changed.id, version=changed.version, agent_id=seat.id,
        deadline_at=deadline_at,
    )  # fmt: skip
    await routing.keep_asked(tx, changed.id, seat.id, row.turn, deadline_at, handoff_id)
    system = _system(org_id)
    entry = told.ConversationOffered(
        is_internal=True, agent_id=seat.id, agent_name=seat.name, deadline_at=deadline_at,
        **common(system, system.id, row),
    )  # fmt: skip
    await write(tx, system, entry)
    return [entry]


async def _overflow(tx: Transaction, org_id: UUID, overflow: Overflow) -> list[AnyDecision]:
    row = await tx.maybe(
        sql.overflow_conversation, Changed, conversation_id=overflow.waiting.conversation_id,
        version=overflow.waiting.version, team_id=overflow.team_id,
    )  # fmt: skip
    if row is None:
        return []
    system = _system(org_id)
    entry = told.ConversationAssigned(
        team_id=overflow.team_id, team_name=await tx.value(sql.team_name, team_id=overflow.team_id) or "",
        previous_team_id=row.previous_team_id, **common(system, system.id, row),
    )  # fmt: skip
    await write(tx, system, entry)
    return [entry]


async def _expire(tx: Transaction, org_id: UUID, expired: Expired) -> list[AnyDecision]:
    row = await tx.maybe(
        sql.end_offer, Changed, conversation_id=expired.conversation_id, agent_id=expired.agent_id
    )  # fmt: skip
    if row is None:
        return []
    system = _system(org_id)
    entry = told.OfferEnded(
        is_internal=True, agent_id=expired.agent_id, agent_name=expired.agent_name, outcome="expired",
        **common(system, system.id, row),
    )  # fmt: skip
    await write(tx, system, entry)
    return [entry]


def _system(org_id: UUID) -> Actor:
    return Actor("system", uuid7(), org_id, "")
