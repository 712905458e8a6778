"""Sessions: logging in and out, going over to another organization, and who is logged in where."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from server.core import audit
from server.core.auth import SESSION, Actor, Client, new_token
from server.core.db import Db, Transaction
from server.core.errors import Forbidden, NotFound, Unauthenticated
from server.core.house import House
from server.core.permissions import PERMISSIONS
from server.core.sql import load
from server.domain.identity.forms import Login, Me, Session
from server.domain.identity.passwords import WRONG, prove
from server.domain.identity.types import Membership, MeRow, SessionInfo

sql = load(__file__)

# Two weeks without a login in between is a holiday; a stolen laptop is worth no longer than that.
SESSION_DAYS = 14


async def log_in(house: House, client: Client, body: Login) -> Session:
    """Open a session for the right password, in the organization asked for or else where the person was last."""
    found = await prove(house, client, body.email, body.password)
    seat = next((each for each in found.memberships if body.organization_id in {None, each.org_id}), None)
    if seat is None and body.organization_id is not None:
        raise Unauthenticated(WRONG)
    if seat is None:
        # Whoever knows the password may know this.
        raise Unauthenticated("this login has no seat in an organization any more; ask for an invitation")
    return await open_session(house.db, client, seat)


async def open_session(db: Db, client: Client, seat: Membership, event: str = "session_opened") -> Session:
    """Give a seat's owner, who was proven to be it, a session."""
    token, hashed = new_token(SESSION)
    async with db.act(Actor("member", seat.agent_id, seat.org_id, "", seat.role), client) as tx:
        token_id = await tx.value(
            sql.add_token, kind="session", agent_id=seat.agent_id, token_hash=hashed, days=SESSION_DAYS,
            address=client.address, user_agent=client.agent,
        )  # fmt: skip
        await tx.run(sql.note_login, agent_id=seat.agent_id)
        await audit.note(tx, "login", "auth_token", token_id, event=event)
        return Session(await show_seat(tx, seat.agent_id), token)


async def show_seat(tx: Transaction, agent_id: UUID) -> Me:
    """A member as it stands in the database now, with all that it may do."""
    row = await tx.one(sql.me, MeRow, agent_id=agent_id)
    permissions = sorted(PERMISSIONS[row.role].difference(row.withheld))
    return msgspec.convert(msgspec.structs.asdict(row) | {"permissions": permissions}, Me)


async def show_me(db: Db, actor: Actor) -> Me:
    """Who is logged in, as it stands in the database now; an API token sees what it may do itself."""
    async with db.scope(actor.org_id) as tx:
        me = await show_seat(tx, actor.id)
    return msgspec.structs.replace(me, permissions=sorted(actor.permissions)) if actor.is_api else me


async def switch(house: House, actor: Actor, client: Client, org_id: UUID) -> Session:
    """Go over to another organization of the same login.

    The old session ends: its cookie is overwritten, and a window that went on showing the old organization would talk
    to the new one.
    """
    async with house.db.scope(actor.org_id) as tx:
        seats = await tx.many(sql.seats_of, Membership, agent_id=actor.id)
    seat = next((each for each in seats if each.org_id == org_id), None)
    if seat is None:
        raise NotFound("you have no seat in this organization; ask somebody there for an invitation")
    session = await open_session(house.db, client, seat, "organization_switched")
    await end_sessions(house, actor, client, [_own_session(actor)], "organization_switched")
    return session


async def list_sessions(db: Db, actor: Actor) -> list[SessionInfo]:
    """Where the person is logged in with this seat, the newest first."""
    async with db.scope(actor.org_id) as tx:
        return await tx.many(sql.sessions, SessionInfo, agent_id=actor.id, this_id=actor.session_id)


async def log_out(house: House, actor: Actor, client: Client) -> None:
    """End the session here and on every node."""
    await end_sessions(house, actor, client, [_own_session(actor)])


async def end_session(house: House, actor: Actor, client: Client, session_id: UUID) -> None:
    """End one of the person's own sessions, wherever it is open."""
    if not await end_sessions(house, actor, client, [session_id]):
        raise NotFound("there is no such session")


async def end_sessions(
    house: House, actor: Actor, client: Client, session_ids: Sequence[UUID], event: str = "session_ended"
) -> int:
    """End sessions of this seat; how many there were."""
    async with house.db.act(actor, client) as tx:
        ended = await tx.records(sql.end_sessions, agent_id=actor.id, token_ids=session_ids)
        for row in ended:
            await audit.note(tx, "logout", "auth_token", row["id"], event=event)
    await house.notices.tell("token", *(row["id"] for row in ended))
    return len(ended)


def _own_session(actor: Actor) -> UUID:
    if actor.session_id is None:
        raise Forbidden("this belongs to a session")
    return actor.session_id
