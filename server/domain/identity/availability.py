"""What an agent chose: online, away or busy, by its own hand; and where somebody is there to answer."""

from collections.abc import Sequence
from uuid import UUID

from server.core import events
from server.core.auth import Actor, Client
from server.core.db import Db
from server.core.house import House
from server.core.sql import load
from server.core.text import clean_name
from server.domain.identity.forms import ChooseAvailability, Me
from server.domain.identity.logins import show_seat
from server.domain.identity.profile import Match

sql = load(__file__)


async def choose_availability(house: House, actor: Actor, client: Client, body: ChooseAvailability, match: Match) -> Me:
    """Keep what a person chose; no other device, reconnect or rule changes it."""
    async with house.db.act(actor, client) as tx:
        await tx.run(sql.lock_seat, agent_id=actor.id)
        before = await show_seat(tx, actor.id)
        match(before)
        reason = clean_name(body.availability_reason)
        if await tx.run(sql.choose_availability, agent_id=actor.id, availability=body.availability, reason=reason):
            # Without the reason: it is for the team of the moment, and the log is kept.
            await events.note(
                tx, actor, "availability_changed", actor.id, availability=body.availability,
                previous=before.availability,
            )  # fmt: skip
        return await show_seat(tx, actor.id)


async def staffed_among(db: Db, org_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these organizations have somebody there to answer: connected, online by choice, and allowed to write."""
    async with db.unscoped() as tx:
        return {row["org_id"] for row in await tx.records(sql.staffed_by_organization, org_ids=list(org_ids))}
