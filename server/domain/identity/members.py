"""Who works here: lists, roles, leaving and coming back."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from server.core import events
from server.core.auth import Actor, Client
from server.core.db import Db, Transaction
from server.core.endpoint import Page
from server.core.errors import Conflict, Forbidden, Invalid, NotFound
from server.core.house import House
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.core.text import clean_name, require_name
from server.domain.identity.forms import ChangeMember, MemberFilter
from server.domain.identity.profile import Match, or_none
from server.domain.identity.types import RANK, Member

sql = load(__file__)

# They say what is withheld, also from themselves.
UNLIMITED = frozenset({"owner", "admin"})


async def list_members(db: Db, actor: Actor, query: MemberFilter) -> Page[Member]:
    """Everybody who works or worked here, by name."""
    after, after_id = read_cursor(query.cursor, str)
    async with db.scope(actor.org_id) as tx:
        found = await tx.many(
            sql.members, Member, q=query.q, role=query.role, is_active=query.is_active, after=after, after_id=after_id,
            limit=query.limit + 1,
        )  # fmt: skip
    items = found[: query.limit]
    return Page(items, cursor_after(items[-1].name, items[-1].id) if len(found) > query.limit else None)


async def show_member(db: Db, actor: Actor, member_id: UUID) -> Member:
    """One of them."""
    async with db.scope(actor.org_id) as tx:
        return await _member(tx, member_id)


async def change_member(
    house: House, actor: Actor, client: Client, member_id: UUID, body: ChangeMember, match: Match
) -> Member:
    """Change a member's role, name, title or limits, or close and open the seat; nobody reaches above himself."""
    if body.name is not UNSET:
        body = msgspec.structs.replace(body, name=require_name(body.name, "the name", "name"))
    async with house.db.act(actor, client) as tx:
        owners = {row["id"] for row in await tx.records(sql.lock_owners)}
        await tx.records(sql.lock_member, member_id=member_id)
        before = await _member(tx, member_id)
        match(before)
        role = before.role if body.role is UNSET else body.role
        is_active = before.is_active if body.is_active is UNSET else body.is_active
        _check_rank(actor, before.role, role)
        if body.withheld is not UNSET and body.withheld and role in UNLIMITED:
            raise Invalid(f"nothing can be withheld from an {role}", field="withheld")
        if owners == {member_id} and not (role == "owner" and is_active):
            raise Conflict("this is the last owner; make somebody else owner first")
        await tx.run(
            sql.change_member,
            member_id=member_id,
            role=role,
            is_active=is_active,
            withheld=None if body.withheld is UNSET else sorted(set(body.withheld)),
            job_title=None if body.job_title is UNSET else clean_name(body.job_title),
        )
        await tx.run(sql.change_seat_of_member, member_id=member_id, name=or_none(body.name), is_active=is_active)
        if not is_active:
            # Else a session of long ago would be good again on the day somebody comes back.
            await tx.run(sql.end_seat_tokens, agent_id=member_id)
        after = await tx.one(sql.member, Member, member_id=member_id)
        if before.is_active != is_active:
            await events.note(tx, actor, "member_returned" if is_active else "member_left", member_id)
        elif before != after:
            changed = [name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)]
            await events.note(tx, actor, "member_changed", member_id, changed=changed)
    if before != after:
        await house.notices.tell("agent", member_id)
    return after


async def _member(tx: Transaction, member_id: UUID) -> Member:
    member = await tx.maybe(sql.member, Member, member_id=member_id)
    if member is None:
        raise NotFound("there is no such member")
    return member


def _check_rank(actor: Actor, before: str, after: str) -> None:
    if RANK[before] > RANK[actor.role]:
        raise Forbidden(f"only an {before} changes an {before}")
    if RANK[after] > RANK[actor.role]:
        raise Forbidden(f"only an {after} makes an {after}")
