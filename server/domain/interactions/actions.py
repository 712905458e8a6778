"""Reading interactions."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from server.core.auth import Actor
from server.core.db import Db
from server.core.endpoint import Cursor, Page
from server.core.errors import NotFound
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.domain.customers.contacts import contacts_of, known_as, no_contact
from server.domain.interactions.types import Interaction, Mode, Status

sql = load(__file__)

# Milliseconds since 1970, up to a year that Postgres still knows.
Moment = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]


class InteractionFilter(Cursor, frozen=True, kw_only=True):
    """Which interactions: begun from `since` on and before `until`, of a channel, with an agent among who held them."""

    since: Moment | None = None
    until: Moment | None = None
    channel_id: UUID | None = None
    agent_id: UUID | None = None
    interaction_type_id: UUID | None = None
    mode: Mode | None = None
    status: Status | None = None


async def list_interactions(db: Db, actor: Actor, query: InteractionFilter) -> Page[Interaction]:
    """The newest first."""
    return await _list(db, actor, query)


async def list_of_conversation(db: Db, actor: Actor, conversation_id: UUID, query: Cursor) -> Page[Interaction]:
    """Those of one conversation: one more each time it was opened again."""
    async with db.act(actor) as tx:
        if not await tx.value(sql.is_conversation, conversation_id=conversation_id, sees_only=actor.sees_only):
            raise NotFound("there is no such conversation")
    narrowed = InteractionFilter(cursor=query.cursor, limit=query.limit)
    return await _list(db, actor, narrowed, conversation_id=conversation_id)


async def list_of_contact(db: Db, actor: Actor, contact_id: UUID, query: Cursor) -> Page[Interaction]:
    """Those of one person, as whomever it wrote."""
    async with db.act(actor) as tx:
        if not await contacts_of(tx, [contact_id]):
            raise no_contact()
        ids = await known_as(tx, [contact_id])
    return await _list(db, actor, InteractionFilter(cursor=query.cursor, limit=query.limit), contact_ids=ids)


async def _list(
    db: Db, actor: Actor, query: InteractionFilter, *, conversation_id: UUID | None = None,
    contact_ids: list[UUID] | None = None,
) -> Page[Interaction]:  # fmt: skip
    _, after_id = read_cursor(query.cursor, str)
    async with db.act(actor) as tx:
        await tx.run(sql.plan_for_these_values)
        found = await tx.many(
            sql.interactions, Interaction, conversation_id=conversation_id, contact_ids=contact_ids, since=query.since,
            until=query.until, channel_id=query.channel_id, agent_id=query.agent_id, mode=query.mode,
            status=query.status, interaction_type_id=query.interaction_type_id, after_id=after_id,
            limit=query.limit + 1, sees_only=actor.sees_only,
        )  # fmt: skip
    items = found[: query.limit]
    return Page(items, cursor_after("", items[-1].id) if len(found) > query.limit else None)
