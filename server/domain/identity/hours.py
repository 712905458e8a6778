"""Business hours of the organization, its teams and its channels."""

from uuid import UUID

from msgspec import to_builtins

from server.core import events
from server.core.auth import Actor, Client
from server.core.db import Transaction
from server.core.errors import NotFound
from server.core.hours import HoursPlan, clean_plan
from server.core.house import House
from server.core.sql import load
from server.domain.identity.profile import Match, check_timezone
from server.domain.identity.types import Hours, Team

sql = load(__file__)


async def hours_of(tx: Transaction, *, team_id: UUID | None = None, channel_id: UUID | None = None) -> Hours:
    """The plan of a team or a channel, or of the organization: its own one, where it has one."""
    return Hours(await tx.maybe(sql.hours, HoursPlan, team_id=team_id, channel_id=channel_id))


async def change_hours(
    tx: Transaction, actor: Actor, wanted: Hours, match: Match,
    *, team_id: UUID | None = None, channel_id: UUID | None = None,
) -> Hours:  # fmt: skip
    """Put another plan in the place of one's own, or none; whoever calls has made sure whose it is."""
    plan = checked(wanted.plan)
    await tx.run(sql.lock_hours)
    before = await hours_of(tx, team_id=team_id, channel_id=channel_id)
    match(before)
    if plan == before.plan:
        return before
    if plan is None:
        await tx.run(sql.remove_hours, team_id=team_id, channel_id=channel_id, agent_id=actor.id)
    else:
        await tx.run(
            sql.put_hours, team_id=team_id, channel_id=channel_id, timezone=plan.timezone, weekly=plan.weekly,
            holidays=to_builtins(plan.holidays),
        )  # fmt: skip
    whose = "team" if team_id else "channel" if channel_id else "organization"
    await events.note(tx, actor, "hours_changed", team_id or channel_id or actor.org_id, whose=whose)
    return Hours(plan)


def checked(plan: HoursPlan | None) -> HoursPlan | None:
    """The same plan in order; refuses one that makes no sense."""
    if plan is None:
        return None
    check_timezone(plan.timezone, "plan.timezone")
    return clean_plan(plan, "plan.")


async def show_hours(house: House, actor: Actor) -> Hours:
    """The organization's hours."""
    async with house.db.act(actor) as tx:
        return await hours_of(tx)


async def put_hours(house: House, actor: Actor, client: Client, body: Hours, match: Match) -> Hours:
    """Say when the organization is there, wherever nothing else is said."""
    async with house.db.act(actor, client) as tx:
        hours = await change_hours(tx, actor, body, match)
    # Widgets tell when somebody is back.
    await house.notices.tell("organization", actor.org_id)
    return hours


async def show_team_hours(house: House, actor: Actor, team_id: UUID) -> Hours:
    """A team's own hours."""
    async with house.db.act(actor) as tx:
        await _require_team(tx, team_id)
        return await hours_of(tx, team_id=team_id)


async def put_team_hours(house: House, actor: Actor, client: Client, team_id: UUID, body: Hours, match: Match) -> Hours:
    """Say when a team is there."""
    async with house.db.act(actor, client) as tx:
        await _require_team(tx, team_id)
        return await change_hours(tx, actor, body, match, team_id=team_id)


async def _require_team(tx: Transaction, team_id: UUID) -> None:
    if await tx.maybe(sql.team, Team, team_id=team_id) is None:
        raise NotFound("there is no such team")
