"""Teams: who works together, and who leads."""

from uuid import UUID

from msgspec import UNSET

from server.core import audit, events
from server.core.auth import Actor, Client
from server.core.db import Db, Transaction, UniqueViolation
from server.core.endpoint import Cursor, Page
from server.core.errors import Conflict, Invalid, NotFound
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.forms import ChangeTeam, NewTeam, TeamMembers
from server.domain.identity.profile import Match, or_none
from server.domain.identity.types import Team

sql = load(__file__)
_TAKEN = "a team of this name is there already"


async def list_teams(db: Db, actor: Actor, query: Cursor) -> Page[Team]:
    """The teams with their members, by name."""
    after, after_id = read_cursor(query.cursor, str)
    async with db.scope(actor.org_id) as tx:
        found = await tx.many(sql.teams, Team, after=after, after_id=after_id, limit=query.limit + 1)
    items = found[: query.limit]
    return Page(items, cursor_after(items[-1].name, items[-1].id) if len(found) > query.limit else None)


async def show_team(db: Db, actor: Actor, team_id: UUID) -> Team:
    """One team."""
    async with db.scope(actor.org_id) as tx:
        return await _team(tx, team_id)


async def make_team(db: Db, actor: Actor, client: Client, body: NewTeam) -> Team:
    """Make a team with its members."""
    name = require_name(body.name, "the team's name", "name")
    try:
        async with db.act(actor, client) as tx:
            team_id: UUID = await tx.value(sql.add_team, name=name, description=body.description)
            await _put_members(tx, team_id, body.member_ids, body.lead_id)
            await events.note(tx, actor, "team_created", team_id)
            return await _team(tx, team_id)
    except UniqueViolation:
        raise Conflict(_TAKEN) from None


async def change_team(db: Db, actor: Actor, client: Client, team_id: UUID, body: ChangeTeam, match: Match) -> Team:
    """Rename a team, or say what it is for."""
    name = None if body.name is UNSET else require_name(body.name, "the team's name", "name")
    try:
        async with db.act(actor, client) as tx:
            match(await _locked(tx, team_id))
            await tx.run(sql.change_team, team_id=team_id, name=name, description=or_none(body.description))
            await events.note(tx, actor, "team_changed", team_id)
            return await _team(tx, team_id)
    except UniqueViolation:
        raise Conflict(_TAKEN) from None


async def put_team_members(
    db: Db, actor: Actor, client: Client, team_id: UUID, body: TeamMembers, match: Match
) -> Team:
    """Say who is in a team from now on."""
    async with db.act(actor, client) as tx:
        before = await _locked(tx, team_id)
        match(before)
        await _put_members(tx, team_id, body.member_ids, body.lead_id)
        after = await _team(tx, team_id)
        if before != after:
            changes = {"member_ids": [before.member_ids, after.member_ids], "lead_id": [before.lead_id, after.lead_id]}
            await audit.note(tx, "update", "team", team_id, event="team_members_changed", changes=changes)
            await events.note(tx, actor, "team_changed", team_id)
        return after


async def remove_team(db: Db, actor: Actor, client: Client, team_id: UUID, match: Match) -> None:
    """Remove a team; its members stay."""
    async with db.act(actor, client) as tx:
        match(await _locked(tx, team_id))
        await tx.run(sql.leave_team, team_id=team_id)
        await tx.run(sql.remove_team, team_id=team_id, agent_id=actor.id)
        await events.note(tx, actor, "team_removed", team_id)


async def _team(tx: Transaction, team_id: UUID) -> Team:
    team = await tx.maybe(sql.team, Team, team_id=team_id)
    if team is None:
        raise NotFound("there is no such team")
    return team


async def _locked(tx: Transaction, team_id: UUID) -> Team:
    await tx.run(sql.lock_team, team_id=team_id)
    return await _team(tx, team_id)


async def _put_members(tx: Transaction, team_id: UUID, member_ids: list[UUID], lead_id: UUID | None) -> None:
    wanted = set(member_ids)
    known = {row["id"] for row in await tx.records(sql.members_among, member_ids=list(wanted))}
    if wanted - known:
        raise NotFound("there is no such member")
    if lead_id is not None and lead_id not in wanted:
        raise Invalid("whoever leads a team is one of its members", field="lead_id")
    await tx.run(sql.leave_team, team_id=team_id)
    await tx.run(sql.join_team_together, team_id=team_id, member_ids=list(wanted), lead_id=lead_id)
