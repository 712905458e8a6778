"""Reading conversations apart from their logs: lists of them, and one with everything that stands beside it."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db
from server.core.endpoint import Cursor, Page
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.core.text import Sought, clean_name
from server.domain.chat.history import History
from server.domain.chat.log import no_conversation
from server.domain.chat.reactions import card_of
from server.domain.chat.reading import reads_of
from server.domain.chat.search import messages_with
from server.domain.chat.sight import require, seen_ids
from server.domain.chat.types import CardRow, ConversationDetails, Place, Read
from server.domain.customers.contacts import contacts_of, customer_of, find, known_as, no_contact
from server.domain.customers.types import Contact, Customer
from server.protocol.values import Card, ConversationStatus, Priority

sql = load(__file__)
# People that a list narrowed by a word looks at, and messages: a search reads thirty times as many of the newest.
FOUND, SAID = 500, 200


class ConversationFilter(Cursor, frozen=True, kw_only=True):
    """Which conversations; `q` is a piece of a person's name, e-mail or phone number, or words that were said."""

    status: ConversationStatus | None = None
    assigned_agent_id: UUID | None = None
    team_id: UUID | None = None
    unassigned: bool = False
    # Those that a bot holds.
    bot_active: bool = False
    channel_id: UUID | None = None
    tag: Sought | None = None
    priority: Priority | None = None
    contact_id: UUID | None = None
    q: Sought = ""


class Cards(Page[Card], frozen=True, kw_only=True):
    """A part of a list, and how far the one who asks has read what is on it; what is not named was never read."""

    reads: list[Read]


class Conversation(Struct, frozen=True):
    """A conversation with everything that stands beside it; its talk is in its entries."""

    card: Card
    subject: str
    page_url: str
    referrer: str
    user_agent: str
    address: str
    locale: str
    close_reason: str
    first_response_at: int | None
    closed_at: int | None
    # How many other conversations the contact has had.
    past_count: int
    # How far the one who asks has read it.
    read_upto: int
    contact: Contact | None
    customer: Customer | None
    # Facts that the team and its bots noted.
    attributes: dict[str, Any]


async def list_conversations(db: Db, history: History, actor: Actor, query: ConversationFilter) -> Cards:
    """Those first in which something was said last."""
    after, after_id = read_cursor(query.cursor, int)
    async with db.act(actor) as tx:
        await tx.run(sql.plan_for_these_values)
        seen = await seen_ids(tx, actor)
        said = await messages_with(tx, query.q, SAID, seen) if query.q else []
        people = await known_as(tx, await find(tx, query.q, FOUND)) if query.q else []
        tag = {"tag": clean_name(query.tag).lower()} if query.tag else {}
        places = await tx.many(
            sql.tagged_conversations if tag else sql.conversations, Place, status=query.status,
            assigned_agent_id=query.assigned_agent_id, team_id=query.team_id, unassigned=query.unassigned,
            bot_active=query.bot_active,
            channel_id=query.channel_id, priority=query.priority,
            contact_ids=await known_as(tx, [query.contact_id]) if query.contact_id else None,
            seen_ids=seen, found_ids=list({each.conversation_id for each in said}) if query.q else None,
            found_contact_ids=people, after=after, after_id=after_id, limit=query.limit + 1, **tag,
        )  # fmt: skip
        more, places = len(places) > query.limit, places[: query.limit]
        ids = [each.conversation_id for each in places]
        rows = await tx.many(sql.cards, CardRow, ids=ids)
    cards = {row.conversation_id: card_of(row) for row in rows}
    items = [cards[each] for each in ids if each in cards]
    reads = await reads_of(db, history, actor, list(cards))
    return Cards(items, cursor_after(places[-1].at, places[-1].conversation_id) if more else None, reads=reads)


async def require_contact(db: Db, actor: Actor, contact_id: UUID) -> None:
    """Refuse a contact that is not there."""
    async with db.act(actor) as tx:
        if not await contacts_of(tx, [contact_id]):
            raise no_contact()


async def show_conversation(db: Db, history: History, actor: Actor, conversation_id: UUID) -> Conversation:
    """One conversation, and who it is with."""
    async with db.act(actor) as tx:
        await require(tx, actor, conversation_id)
        row = await tx.maybe(sql.cards, CardRow, ids=[conversation_id])
        if row is None:
            raise no_conversation()
        details = await tx.one(
            sql.conversation_details, ConversationDetails, conversation_id=conversation_id,
            seen_ids=await seen_ids(tx, actor),
        )  # fmt: skip
        may_see = actor.may("contact.read") and row.contact_id is not None
        people = await contacts_of(tx, [row.contact_id]) if may_see and row.contact_id else []
        contact = people[0] if people else None
        customer = await customer_of(tx, contact.customer_id) if contact and contact.customer_id else None
    reads = await reads_of(db, history, actor, [conversation_id])
    return Conversation(
        card_of(row), details.subject, details.page_url, details.referrer, details.user_agent, details.address,
        details.locale, details.close_reason, details.first_response_at, details.closed_at, details.past_count,
        reads[0].upto if reads else 0, contact, customer, details.attributes,
    )  # fmt: skip
