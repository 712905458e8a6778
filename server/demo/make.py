"""Making the demo, and removing it: each in one transaction, so that there is never half of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from server.core.auth import Passwords
from server.core.clock import now_ms
from server.core.db import Db, UniqueViolation, open_db
from server.core.errors import Conflict, NotFound
from server.core.ids import uuid7
from server.core.sql import load
from server.demo.cast import DEMO_PASSWORD, DEMO_WIDGET_KEY, NAME, SITE, SLUG
from server.demo.company import Company, Rows
from server.demo.weeks import Weeks
from server.domain.interactions.reactions import measure
from server.domain.knowledge.files import files_in, read_file
from server.domain.knowledge.importing import import_article

sql = load(__file__)
# Texts about Frontdesk itself, so that there is something to search and to answer from.
HELP = Path(__file__).parent / "help"
# In the order in which they point at each other. Customers come first, so that the audit log begins with the company.
_CUSTOMERS = ("customer", "contact", "contact_identity")
_COMPANY = ("agent", "member", "bot", "team", "team_member", "channel", "canned_response", "interaction_type", "intent")
_TALK = (
    "conversation", "conversation_live", "participant", "message", "event", "assignment", "conversation_tag",
)  # fmt: skip


class Made(NamedTuple):
    """What was made or removed."""

    organization_id: UUID
    conversations: int
    messages: int = 0


class _Doors(NamedTuple):
    db: Db
    lookup: Db


async def make_demo(database_url: str, shop_port: int) -> Made | None:
    """Make the demo's company where there is no organization at all; else None."""
    async with opened(database_url) as doors:
        async with doors.lookup.unscoped() as tx:
            if not await tx.value(sql.is_empty):
                return None
        return await _make(doors, [f"http://{host}:{shop_port}" for host in ("127.0.0.1", "localhost")])


async def reset_demo(database_url: str) -> tuple[Made, Made]:
    """Throw the demo's organization away and make it anew; refuses where there is none. Gives the old and the new."""
    async with opened(database_url) as doors:
        # Whoever set up the shop told where it is; a terminal beside it need not know.
        async with doors.db.scope(await _found(doors)) as tx:
            origins = await tx.value(sql.origins, widget_key=DEMO_WIDGET_KEY)
        return await _remove(doors), await _make(doors, origins or [])


async def has_demo(database_url: str) -> bool:
    """Whether the demo's organization is there."""
    async with opened(database_url) as doors, doors.lookup.unscoped() as tx:
        return await tx.value(sql.find, slug=SLUG) is not None


async def remove_demo(database_url: str) -> Made:
    """Throw the demo's organization away; refuses where there is none."""
    async with opened(database_url) as doors:
        return await _remove(doors)


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[_Doors]:
    """Both ways to the database, for as long as it takes."""
    db = await open_db(database_url, "fd_worker", size=1)
    try:
        lookup = await open_db(database_url, "fd_lookup", size=1)
        try:
            yield _Doors(db, lookup)
        finally:
            await lookup.close()
    finally:
        await db.close()


async def _make(doors: _Doors, origins: list[str]) -> Made:
    # A new id each time: whatever Valkey remembers of an earlier demo is not this one's.
    org_id, now = uuid7(), now_ms()
    company = Company(now, origins)
    stories = Weeks(company, now).stories()
    rows: Rows = dict(company.rows)
    for story in stories:
        for table, more in story.rows().items():
            rows.setdefault(table, []).extend(more)
    logins = await _logins(doors.lookup, rows)
    try:
        async with doors.db.scope(org_id) as tx:
            await tx.run(sql.organization, name=NAME, slug=SLUG, website=SITE)
            await tx.run(sql.logins, rows=logins)
            for agent_id, tables in ((None, _CUSTOMERS), (company.owner.id, _COMPANY), (None, _TALK)):
                await tx.value(sql.act_as, agent_id=agent_id)
                for table in tables:
                    await tx.run(getattr(sql, table), rows=rows[table])
            for path in files_in(HELP):
                await import_article(tx, org_id, read_file(path))
            for statement in (sql.follow_activity, sql.follow_words, sql.follow_contacts):
                await tx.run(statement)
            await measure(tx, [story.id for story in stories])
    except UniqueViolation:
        raise Conflict("somebody has what the demo needs for itself: its slug, or a widget's key") from None
    return Made(org_id, len(stories), len(rows["message"]))


async def _logins(lookup: Db, rows: Rows) -> list[dict[str, object]]:
    """The logins to be made; who has one from elsewhere keeps it. Members are told their user's id."""
    passwords = Passwords()
    try:
        hashed = await passwords.hash(DEMO_PASSWORD)
    finally:
        passwords.close()
    new = []
    async with lookup.unscoped() as tx:
        for member in rows["member"]:
            known = await tx.value(sql.login, email=member["email"])
            member["user_id"] = known or uuid7()
            if known is None:
                name = next(each["name"] for each in rows["agent"] if each["id"] == member["id"])
                new.append({"id": member["user_id"], "email": member["email"], "name": name, "password_hash": hashed})
    return new


async def _remove(doors: _Doors) -> Made:
    org_id = await _found(doors)
    async with doors.lookup.unscoped() as tx:
        alone = [row["user_id"] for row in await tx.records(sql.logins_of_this_alone, org_id=org_id)]
    async with doors.db.scope(org_id) as tx:
        count: int = await tx.value(sql.count_conversations)
        # First: a login is seen only as long as it has a seat here.
        await tx.run(sql.remove_logins, user_ids=alone)
        await tx.run(sql.remove_organization)
    return Made(org_id, count)


async def _found(doors: _Doors) -> UUID:
    async with doors.lookup.unscoped() as tx:
        org_id: UUID | None = await tx.value(sql.find, slug=SLUG)
    if org_id is None:
        raise NotFound(f"there is no demo here: no organization has the slug {SLUG}")
    return org_id
