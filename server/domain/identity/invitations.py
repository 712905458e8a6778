"""Invitations: a link that lets one person in, once, as what the inviter may give."""

from uuid import UUID

from server.core import events, jobs
from server.core.auth import INVITATION, Actor, Client, derived_token, token_hash
from server.core.db import Db, Transaction, UniqueViolation
from server.core.endpoint import Cursor, Page
from server.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from server.core.house import House
from server.core.ids import uuid7
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.actions import Person, new_person, take_seat
from server.domain.identity.forms import AcceptInvitation, Invite, MadeInvitation, Session, ShownInvitation
from server.domain.identity.logins import end_sessions, open_session
from server.domain.identity.passwords import check_password, find_login, prove
from server.domain.identity.tokens import find_token
from server.domain.identity.types import RANK, Invitation, InvitationRow, Membership, PasswordRow, SeatRow

sql = load(__file__)

MAIL = "identity.mail_invitation"
# A holiday week; an invitation that waits longer is asked for again.
DAYS = 7
_GONE = "this invitation is not good any more; ask for a new one"


async def list_invitations(db: Db, actor: Actor, query: Cursor) -> Page[Invitation]:
    """The invitations that still let somebody in, the newest first."""
    _, before = read_cursor(query.cursor, str)
    async with db.scope(actor.org_id) as tx:
        found = await tx.many(sql.invitations, Invitation, before=before, limit=query.limit + 1)
    items = found[: query.limit]
    return Page(items, cursor_after("", items[-1].id) if len(found) > query.limit else None)


async def invite(house: House, actor: Actor, client: Client, body: Invite, origin: str) -> MadeInvitation:
    """Make an invitation, and have it mailed where there is an e-mail and a way to send it."""
    if RANK[body.role] > RANK[actor.role]:
        raise Forbidden(f"only an {body.role} invites an {body.role}")
    invitation_id = uuid7()
    token = derived_token(INVITATION, house.settings.secret, invitation_id)
    was_mailed = bool(body.email and house.settings.smtp_url)
    async with house.db.act(actor, client) as tx:
        teams = {row["id"] for row in await tx.records(sql.teams_among, team_ids=body.team_ids)}
        if set(body.team_ids) - teams:
            raise NotFound("there is no such team")
        if body.email and await tx.value(sql.is_member, email=body.email):
            raise Conflict("this person is a member already")
        expires_at: int = await tx.value(
            sql.add_link, id=invitation_id, kind="invite", agent_id=actor.id, token_hash=token_hash(token),
            seconds=DAYS * 86_400,
        )  # fmt: skip
        await tx.run(sql.add_invitation, id=invitation_id, email=body.email or "", role=body.role, team_ids=list(teams))
        await events.note(tx, actor, "invitation_sent", invitation_id, role=body.role)
        if was_mailed:
            await jobs.add(tx, MAIL, {"invitation_id": str(invitation_id)}, key=f"mail {invitation_id}")
    return MadeInvitation(
        invitation_id, (body.email or "").lower(), body.role, list(teams), f"{origin}/invite#token={token}", expires_at,
        was_mailed,
    )  # fmt: skip


async def revoke_invitation(db: Db, actor: Actor, client: Client, invitation_id: UUID) -> None:
    """Let nobody in with this link any more."""
    async with db.act(actor, client) as tx:
        if not await tx.run(sql.use_link, id=invitation_id, kind="invite"):
            raise NotFound("there is no such invitation")
        await events.note(tx, actor, "invitation_revoked", invitation_id)


async def look_at_invitation(house: House, token: str) -> ShownInvitation:
    """What an invitation is, for the page that its link opens."""
    _, found = await _invitation(house.db, token)
    is_known = bool(found.email) and await find_login(house, found.email) is not None
    return ShownInvitation(found.organization_name, found.inviter_name, found.email, found.role, is_known)


async def accept_invitation(house: House, client: Client, body: AcceptInvitation, session: Actor | None) -> Session:
    """Come in: with a new login, with a known one's password, or with the session of the login that was invited."""
    org_id, found = await _invitation(house.db, body.token)
    person = await _comer(house, client, body, found, session)
    agent_id = uuid7()
    actor = Actor("member", agent_id, org_id, person.name, found.role)
    try:
        async with house.db.act(actor, client) as tx:
            if not await tx.run(sql.use_link, id=found.id, kind="invite"):
                raise NotFound(_GONE)
            agent_id = await _seat(tx, person, found, agent_id)
            await tx.run(sql.join_teams, agent_id=agent_id, team_ids=found.team_ids)
            await tx.run(sql.accept_invitation, id=found.id, agent_id=agent_id)
            await events.note(tx, actor, "invitation_accepted", found.id, member_id=str(agent_id))
    except UniqueViolation:
        raise Conflict("somebody has just made a login with this e-mail; try again") from None
    seat = Membership(org_id, agent_id, found.role, found.organization_name)
    begun = await open_session(house.db, client, seat, "invitation_accepted")
    if session is not None and session.session_id is not None:
        # As with going over to another organization: its cookie is overwritten.
        await end_sessions(house, session, client, [session.session_id], "organization_switched")
    return begun


async def _invitation(db: Db, token: str) -> tuple[UUID, InvitationRow]:
    row = await find_token(db, token_hash(token))
    if row is None or row.kind != "invite":
        raise NotFound(_GONE)
    async with db.scope(row.org_id) as tx:
        found = await tx.one(sql.invitation, InvitationRow, id=row.token_id)
    # Whoever has become less since then gives no more than that.
    if row.role is None or RANK[found.role] > RANK[row.role]:
        raise NotFound(_GONE)
    return row.org_id, found


async def _comer(
    house: House, client: Client, body: AcceptInvitation, found: InvitationRow, session: Actor | None
) -> Person:
    if session is not None:
        async with house.db.scope(session.org_id) as tx:
            login = await tx.one(sql.password_of, PasswordRow, agent_id=session.id)
        # An invitation for somebody else is not taken by whoever happens to be logged in.
        if found.email in {"", login.email} and not body.password:
            return Person(login.user_id, login.email, body.name or session.name)
    email = found.email or body.email
    if email is None:
        raise Invalid("type your e-mail", field="email")
    if await find_login(house, email.lower()) is not None:
        if not body.password:
            raise Unauthenticated("this e-mail has a login here; type its password", field="password")
        known = await prove(house, client, email, body.password)
        return Person(known.user_id, email, body.name or known.name)
    name = require_name(body.name, "your name", "name")
    check_password(body.password, email)
    return await new_person(house.passwords, email, name, body.password)


async def _seat(tx: Transaction, person: Person, found: InvitationRow, agent_id: UUID) -> UUID:
    known = await tx.maybe(sql.seat_of_login, SeatRow, user_id=person.user_id)
    if known is None:
        return await take_seat(tx, person, found.role, agent_id)
    if known.is_active:
        raise Conflict("you are a member of this organization already; just log in")
    # Whoever comes back finds what was left behind.
    await tx.run(sql.change_member, member_id=known.id, role=found.role, is_active=True, job_title=None, withheld=None)
    await tx.run(sql.change_seat_of_member, member_id=known.id, name=None, is_active=True)
    return known.id
