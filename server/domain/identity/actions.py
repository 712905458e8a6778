"""Logging in and out, showing who one is, and giving seats."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog

from server.core import notices
from server.core.auth import BOT, SESSION, TICKET, Actor, Client, Holder, Passwords, new_token, token_hash
from server.core.cache import Cache
from server.core.clock import now_ms
from server.core.db import Db, Transaction, UniqueViolation
from server.core.errors import Conflict, NotFound, TooFast, Unauthenticated
from server.core.fresh import Fresh
from server.core.house import House
from server.core.ids import uuid7
from server.core.limits import address_key
from server.core.permissions import PERMISSIONS
from server.core.sql import load
from server.domain.identity.types import (
    Login,
    LoginRow,
    Me,
    Membership,
    NewBot,
    NewMember,
    NewOrganization,
    Role,
    Session,
    Standing,
    TokenRow,
)

sql = load(__file__)
logger = structlog.get_logger(__name__)

# Two weeks without a login in between is a holiday; a stolen laptop is worth no longer than that.
SESSION_DAYS = 14
# A bot's key is changed by people, not by the calendar.
BOT_DAYS = 3650
_WRONG = "the e-mail or the password is wrong"


async def log_in(house: House, client: Client, body: Login) -> Session:
    """Open a session for the right password; an unknown e-mail takes as long and is answered the same."""
    email = body.email.lower()
    tries = [("login-mail", email)] + ([("login-ip", address_key(client.address))] if client.address else [])
    for what, key in tries:
        if wait := await house.cache.spend(what, key, house.settings.login_rate, 60):
            raise TooFast("too many wrong logins; wait a little", retry_after=wait)
    async with house.db.unscoped() as tx:
        found = await tx.maybe(sql.login_by_email, LoginRow, email=email)
    is_right = await house.passwords.verify(found.password_hash if found else None, body.password)
    seat = _seat(found, body.organization_id)
    if seat is None or not is_right:
        # No e-mail here: whoever types a password into the wrong field would find it in the log.
        logger.info("login refused", address=client.address)
        raise Unauthenticated(_WRONG)
    # Only wrong tries count, else an office behind one address could not come to work in the morning.
    for what, key in tries:
        await house.cache.give_back(what, key)
    return await _open_session(house.db, client, seat)


def _seat(found: LoginRow | None, org_id: UUID | None) -> Membership | None:
    seats = found.memberships if found else []
    return next((each for each in seats if org_id in {None, each.org_id}), None)


async def _open_session(db: Db, client: Client, seat: Membership) -> Session:
    token, hashed = new_token(SESSION)
    async with db.scope(seat.org_id, agent_id=seat.agent_id) as tx:
        me = await tx.one(sql.me, Me, agent_id=seat.agent_id)
        token_id = await tx.value(
            sql.add_token,
            kind="session",
            agent_id=seat.agent_id,
            token_hash=hashed,
            days=SESSION_DAYS,
            address=client.address,
            user_agent=client.agent,
        )
        await tx.run(sql.note_login, agent_id=seat.agent_id)
        await _audit(tx, client, "login", token_id, seat.agent_id)
    return Session(me, token)


async def log_out(house: House, actor: Actor, client: Client, token: str) -> None:
    """End the session here and on every node."""
    assert actor.session_id is not None
    async with house.db.act(actor, client) as tx:
        if await tx.run(sql.revoke_token, token_id=actor.session_id):
            await _audit(tx, client, "logout", actor.session_id, actor.id)
    house.tokens.forget(token_hash(token))
    await notices.tell(house.cache, "token", actor.session_id)


async def _audit(tx: Transaction, client: Client, action: str, token_id: UUID, agent_id: UUID) -> None:
    await tx.run(
        sql.audit,
        token_id=token_id,
        action=action,
        event="session_opened" if action == "login" else "session_ended",
        agent_id=agent_id,
        address=client.address,
        user_agent=client.agent,
    )


async def show_me(db: Db, actor: Actor) -> Me:
    """Who is logged in, as it stands in the database now."""
    async with db.scope(actor.org_id) as tx:
        return await tx.one(sql.me, Me, agent_id=actor.id)


async def holder_by_hash(db: Db, hashed: bytes) -> Holder | None:
    """Who holds a session's or a bot's token, if it is good; what Fresh remembers for a few seconds."""
    async with db.unscoped() as tx:
        row = await tx.maybe(sql.token_by_hash, TokenRow, token_hash=hashed)
    if row is None:
        return None
    ends_at = int(row.expires_at.timestamp() * 1000)
    if row.kind in {"session", "api_key"} and row.role is not None:
        # A token made for nothing in particular may do what its maker may.
        scopes = None if row.kind == "session" else frozenset(row.scopes or PERMISSIONS[row.role])
        actor = Actor("member", row.agent_id, row.org_id, row.agent_name, row.role, None, row.token_id, scopes)
        return Holder(actor, ends_at)
    if row.kind == "bot" and row.agent_kind == "bot":
        return Holder(Actor("bot", row.agent_id, row.org_id, row.agent_name, "bot", None, row.token_id), ends_at)
    return None


async def standings(db: Db, org_ids: Sequence[UUID], token_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Of these tokens those that are still good, with what their holders are called and may do now."""
    async with db.unscoped() as tx:
        found = await tx.many(sql.holders_by_id, Standing, org_ids=org_ids, token_ids=token_ids)
    return {each.token_id: each for each in found}


async def bot_by_token(tokens: Fresh[bytes, Holder | None], token: str) -> Actor:
    """The bot that shows this token."""
    holder = await tokens.get(token_hash(token))
    if holder is None or holder.actor.kind != "bot" or holder.ends_at <= now_ms():
        raise Unauthenticated("the bot's token is wrong or was revoked")
    return holder.actor


async def give_ticket(cache: Cache, actor: Actor) -> str:
    """Make what opens one socket for this actor, once and within 30 seconds."""
    ticket, _ = new_token(TICKET)
    await cache.put_ticket(ticket, msgspec.json.encode(actor))
    return ticket


async def redeem_ticket(cache: Cache, ticket: str) -> Actor:
    """Whoever was given this ticket; it is used up."""
    value = await cache.take_ticket(ticket)
    if value is None:
        raise Unauthenticated("the ticket is wrong, used or older than 30 seconds")
    return msgspec.json.decode(value, type=Actor)


async def found_organization(db: Db, passwords: Passwords, body: NewOrganization) -> Me:
    """Make an organization with its first owner, who may have a login already and then proves it."""
    org_id = uuid7()
    person = await _person(db, passwords, body.owner)
    try:
        # The scope of an organization that is not there yet: row security lets exactly this one be made.
        async with db.scope(org_id) as tx:
            await tx.run(sql.add_organization, name=body.name, slug=body.slug)
            agent_id = await _take_seat(tx, person, body.owner, "owner")
            return await tx.one(sql.me, Me, agent_id=agent_id)
    except UniqueViolation:
        raise Conflict("an organization of this address, or this login, is there already") from None


async def add_member(db: Db, passwords: Passwords, org_id: UUID, body: NewMember) -> Me:
    """Give a person a seat; whoever calls has made sure that the organization wants that."""
    person = await _person(db, passwords, body)
    try:
        async with db.scope(org_id) as tx:
            agent_id = await _take_seat(tx, person, body, body.role)
            return await tx.one(sql.me, Me, agent_id=agent_id)
    except UniqueViolation:
        raise Conflict("this person has a seat already") from None


async def find_seat(db: Db, email: str) -> Membership:
    """The first seat of a login."""
    async with db.unscoped() as tx:
        seat = _seat(await tx.maybe(sql.login_by_email, LoginRow, email=email.lower()), None)
    if seat is None:
        raise NotFound("there is no such login, or it has no seat")
    return seat


async def add_bot(db: Db, org_id: UUID, body: NewBot) -> tuple[Actor, str]:
    """Give a machine a seat, and the token it comes with, which is shown this once."""
    agent_id, (token, hashed) = uuid7(), new_token(BOT)
    async with db.scope(org_id) as tx:
        await tx.run(sql.add_agent, agent_id=agent_id, kind="bot", name=body.name)
        await tx.run(sql.add_bot, agent_id=agent_id, instructions=body.instructions)
        token_id = await tx.value(
            sql.add_token, kind="bot", agent_id=agent_id, token_hash=hashed, days=BOT_DAYS, address="", user_agent=""
        )
    return Actor("bot", agent_id, org_id, body.name, "bot", None, token_id), token


async def add_team(db: Db, org_id: UUID, name: str, members: Sequence[UUID]) -> UUID:
    """Make a team of members; the first one leads it."""
    try:
        async with db.scope(org_id) as tx:
            team_id: UUID = await tx.value(sql.add_team, name=name)
            for place, agent_id in enumerate(members):
                await tx.run(sql.join_team, team_id=team_id, agent_id=agent_id, is_lead=place == 0)
            return team_id
    except UniqueViolation:
        raise Conflict("a team of this name is there already") from None


class _Person(msgspec.Struct, frozen=True):
    user_id: UUID
    # Nothing where the login is there already.
    new_hash: str | None


async def _person(db: Db, passwords: Passwords, body: NewMember) -> _Person:
    async with db.unscoped() as tx:
        found = await tx.maybe(sql.login_by_email, LoginRow, email=body.email.lower())
    if found is None:
        return _Person(uuid7(), await passwords.hash(body.password))
    if not await passwords.verify(found.password_hash, body.password):
        raise Unauthenticated(_WRONG)
    return _Person(found.user_id, None)


async def _take_seat(tx: Transaction, person: _Person, body: NewMember, role: Role) -> UUID:
    agent_id = uuid7()
    if person.new_hash is not None:
        await tx.run(
            sql.add_login, user_id=person.user_id, email=body.email, name=body.name, password_hash=person.new_hash
        )
    await tx.run(sql.add_agent, agent_id=agent_id, kind="human", name=body.name)
    await tx.run(sql.add_member, agent_id=agent_id, user_id=person.user_id, role=role)
    return agent_id
