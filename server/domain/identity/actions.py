"""Giving seats: founding an organization, adding members and bots."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from server.core import audit, events
from server.core.auth import BOT, Actor, Client, Passwords, new_token
from server.core.db import Db, Transaction, UniqueViolation
from server.core.errors import Conflict, NotFound, Unauthenticated
from server.core.ids import uuid7
from server.core.sql import load
from server.domain.identity.bot_types import NewBot
from server.domain.identity.forms import Me
from server.domain.identity.logins import show_seat
from server.domain.identity.passwords import WRONG
from server.domain.identity.types import LoginRow, Membership, NewMember, NewOrganization, Role

sql = load(__file__)

# A bot's key is changed by people, not by the calendar.
BOT_DAYS = 3650


class Person(Struct, frozen=True):
    """Somebody who was proven to be the owner of a login, or who gets a new one."""

    user_id: UUID
    email: str
    name: str
    # Nothing where the login is there already.
    new_hash: str | None = None


async def new_person(passwords: Passwords, email: str, name: str, password: str) -> Person:
    """Somebody who has no login yet."""
    return Person(uuid7(), email, name, await passwords.hash(password))


async def found(db: Db, person: Person, name: str, slug: str, client: Client | None = None) -> Membership | None:
    """Make an organization with its first owner; None where the address is taken."""
    org_id, agent_id = uuid7(), uuid7()
    actor = Actor("member", agent_id, org_id, person.name, "owner")
    try:
        # The scope of an organization that is not there yet: row security lets exactly this one be made.
        async with db.act(actor, client) as tx:
            await tx.run(sql.add_organization, name=name, slug=slug)
            await take_seat(tx, person, "owner", agent_id)
            await audit.note(tx, "create", "organization", org_id, event="organization_founded")
            await events.note(tx, actor, "organization_founded", org_id)
    except UniqueViolation as taken:
        if taken.constraint_name == "organization_slug_key":
            return None
        raise Conflict("somebody has just made a login with this e-mail; log in and try again") from None
    return Membership(org_id, agent_id, "owner", name)


async def found_organization(db: Db, passwords: Passwords, body: NewOrganization) -> Me:
    """Make an organization of a given address with its first owner, who may have a login already and then proves it."""
    person = await _person(db, passwords, body.owner)
    seat = await found(db, person, body.name, body.slug)
    if seat is None:
        raise Conflict("an organization of this address is there already")
    async with db.scope(seat.org_id) as tx:
        return await show_seat(tx, seat.agent_id)


async def add_member(db: Db, passwords: Passwords, org_id: UUID, body: NewMember) -> Me:
    """Give a person a seat; whoever calls has made sure that the organization wants that."""
    person = await _person(db, passwords, body)
    try:
        async with db.scope(org_id) as tx:
            agent_id = await take_seat(tx, person, body.role)
            return await show_seat(tx, agent_id)
    except UniqueViolation:
        raise Conflict("this person has a seat already") from None


async def take_seat(tx: Transaction, person: Person, role: Role, agent_id: UUID | None = None) -> UUID:
    """Give a person a seat in the transaction's organization, and a login where there is none."""
    agent_id = agent_id or uuid7()
    if person.new_hash is not None:
        await tx.run(
            sql.add_login, user_id=person.user_id, email=person.email, name=person.name, password_hash=person.new_hash
        )
    await tx.run(sql.add_agent, agent_id=agent_id, kind="human", name=person.name)
    await tx.run(sql.add_member, agent_id=agent_id, user_id=person.user_id, role=role)
    assert tx.org_id is not None
    actor = Actor("member", agent_id, tx.org_id, person.name, role)
    await events.note(tx, actor, "member_joined", agent_id, role=role)
    return agent_id


async def find_seat(db: Db, email: str) -> Membership:
    """The seat of a login that was used last."""
    async with db.unscoped() as tx:
        login = await tx.maybe(sql.login_by_email, LoginRow, email=email.lower())
    if login is None or not login.memberships:
        raise NotFound("there is no such login, or it has no seat")
    return login.memberships[0]


async def add_bot(db: Db, org_id: UUID, body: NewBot) -> tuple[Actor, str]:
    """Give a machine a seat, and the token it comes with, which is shown this once."""
    agent_id, (token, hashed) = uuid7(), new_token(BOT)
    async with db.scope(org_id) as tx:
        await tx.run(sql.add_agent, agent_id=agent_id, kind="bot", name=body.name)
        await tx.run(
            sql.add_bot, agent_id=agent_id, instructions=body.instructions, type=body.type, description=body.description
        )
        token_id = await tx.value(
            sql.add_token, kind="bot", agent_id=agent_id, token_hash=hashed, days=BOT_DAYS, address="", user_agent=""
        )
    return Actor("bot", agent_id, org_id, body.name, "bot", None, token_id), token


async def add_team(db: Db, org_id: UUID, name: str, members: Sequence[UUID]) -> UUID:
    """Make a team of members; the first one leads it."""
    try:
        async with db.scope(org_id) as tx:
            team_id: UUID = await tx.value(sql.add_team, name=name, description="")
            for place, agent_id in enumerate(members):
                await tx.run(sql.join_team, team_id=team_id, agent_id=agent_id, is_lead=place == 0)
            return team_id
    except UniqueViolation:
        raise Conflict("a team of this name is there already") from None


async def _person(db: Db, passwords: Passwords, body: NewMember) -> Person:
    async with db.unscoped() as tx:
        known = await tx.maybe(sql.login_by_email, LoginRow, email=body.email.lower())
    if known is None:
        return await new_person(passwords, body.email, body.name, body.password)
    if not await passwords.verify(known.password_hash, body.password):
        raise Unauthenticated(WRONG)
    return Person(known.user_id, body.email, body.name)
