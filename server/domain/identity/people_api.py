"""The routes of members, invitations and teams."""

from uuid import UUID

from server.core.auth import Actor
from server.core.endpoint import ANYONE, Call, Cursor, Page, delete, get, patch, post, put
from server.core.errors import Unauthenticated
from server.core.http import member_of, origin_of
from server.domain.identity import abilities, hours, invitations, members, teams
from server.domain.identity.cookies import begin
from server.domain.identity.forms import (
    AcceptInvitation,
    ChangeMember,
    ChangeRouting,
    ChangeTeam,
    Invite,
    LookAtInvitation,
    MadeInvitation,
    Me,
    MemberFilter,
    NewTeam,
    ShownInvitation,
    TeamMembers,
)
from server.domain.identity.types import Hours, Invitation, Member, Team


async def list_members(call: Call, query: MemberFilter) -> Page[Member]:
    """List everybody who works here, and who left, by name."""
    return await members.list_members(call.house.db, call.actor, query)


async def show_member(call: Call, member_id: UUID) -> Member:
    """Show one member."""
    return await members.show_member(call.house.db, call.actor, member_id)


async def change_member(call: Call, member_id: UUID, body: ChangeMember) -> Member:
    """Change a member's role, name or title, or close and open the seat; nobody reaches above himself."""
    return await members.change_member(call.house, call.actor, call.client, member_id, body, call.match)


async def deactivate_member(call: Call, member_id: UUID) -> None:
    """Close a member's seat: sessions, tokens and sockets end at once, and what was said stays."""
    body = ChangeMember(is_active=False)
    await members.change_member(call.house, call.actor, call.client, member_id, body, call.match)


async def change_routing(call: Call, member_id: UUID, body: ChangeRouting) -> Member:
    """Say what a member can do, in which languages, and how much at a time."""
    return await abilities.change_routing(call.house.db, call.actor, call.client, member_id, body, call.match)


async def list_invitations(call: Call, query: Cursor) -> Page[Invitation]:
    """List the invitations that still let somebody in, the newest first."""
    return await invitations.list_invitations(call.house.db, call.actor, query)


async def invite(call: Call, body: Invite) -> MadeInvitation:
    """Make a link that lets one person in within a week; it is shown once, and mailed where mail is set up."""
    return await invitations.invite(call.house, call.actor, call.client, body, origin_of(call.request))


async def revoke_invitation(call: Call, invitation_id: UUID) -> None:
    """Let nobody in with this link any more."""
    call.match_any()
    await invitations.revoke_invitation(call.house.db, call.actor, call.client, invitation_id)


async def look_at_invitation(call: Call, body: LookAtInvitation) -> ShownInvitation:
    """Say what an invitation is to whoever holds its link."""
    return await invitations.look_at_invitation(call.house, body.token)


async def accept_invitation(call: Call, body: AcceptInvitation) -> Me:
    """Come in with a new login, a known one's password or its session; the cookie in the answer carries the new one."""
    session = await _session(call)
    return begin(call, await invitations.accept_invitation(call.house, call.client, body, session))


async def _session(call: Call) -> Actor | None:
    try:
        actor = await member_of(call.request)
    except Unauthenticated:
        return None
    return None if actor.is_api else actor


async def list_teams(call: Call, query: Cursor) -> Page[Team]:
    """List the teams with their members, by name."""
    return await teams.list_teams(call.house.db, call.actor, query)


async def show_team(call: Call, team_id: UUID) -> Team:
    """Show one team."""
    return await teams.show_team(call.house.db, call.actor, team_id)


async def make_team(call: Call, body: NewTeam) -> Team:
    """Make a team with its members."""
    return await teams.make_team(call.house.db, call.actor, call.client, body)


async def change_team(call: Call, team_id: UUID, body: ChangeTeam) -> Team:
    """Rename a team, or say what it is for."""
    return await teams.change_team(call.house.db, call.actor, call.client, team_id, body, call.match)


async def put_team_members(call: Call, team_id: UUID, body: TeamMembers) -> Team:
    """Say who is in a team from now on, and who leads it."""
    return await teams.put_team_members(call.house.db, call.actor, call.client, team_id, body, call.match)


async def remove_team(call: Call, team_id: UUID) -> None:
    """Remove a team; its members stay."""
    await teams.remove_team(call.house.db, call.actor, call.client, team_id, call.match)


async def show_team_hours(call: Call, team_id: UUID) -> Hours:
    """Show when a team is there, where it has hours of its own."""
    return await hours.show_team_hours(call.house, call.actor, team_id)


async def put_team_hours(call: Call, team_id: UUID, body: Hours) -> Hours:
    """Say when a team is there; without a plan it keeps to the organization's hours."""
    return await hours.put_team_hours(call.house, call.actor, call.client, team_id, body, call.match)


endpoints = [
    get("/api/members", list_members, permission="member.read"),
    get("/api/members/{member_id}", show_member, permission="member.read"),
    patch("/api/members/{member_id}", change_member, permission="member.write"),
    delete("/api/members/{member_id}", deactivate_member, permission="member.write"),
    patch("/api/members/{member_id}/routing", change_routing, permission="routing.write"),
    get("/api/invitations", list_invitations, permission="member.invite"),
    post("/api/invitations", invite, permission="member.invite", status=201, is_secret=True),
    # Before the one with an id, which the words would be taken for.
    post("/api/invitations/look", look_at_invitation, who=ANYONE, most=4096),
    post("/api/invitations/accept", accept_invitation, who=ANYONE, most=8192),
    delete("/api/invitations/{invitation_id}", revoke_invitation, permission="member.invite"),
    get("/api/teams", list_teams, permission="team.read"),
    get("/api/teams/{team_id}", show_team, permission="team.read"),
    post("/api/teams", make_team, permission="team.write", status=201),
    patch("/api/teams/{team_id}", change_team, permission="team.write"),
    put("/api/teams/{team_id}/members", put_team_members, permission="team.write"),
    get("/api/teams/{team_id}/hours", show_team_hours, permission="team.read"),
    put("/api/teams/{team_id}/hours", put_team_hours, permission="team.write"),
    delete("/api/teams/{team_id}", remove_team, permission="team.write"),
]
