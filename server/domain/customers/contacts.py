"""What members do with contacts beyond the five verbs: find, block, join."""

from typing import Any
from uuid import UUID

from server.core.auth import Actor, Client
from server.core.db import Db, Transaction
from server.core.endpoint import Page
from server.core.errors import Invalid, NotFound
from server.core.events import note
from server.core.notices import Notices
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.core.text import clean_name, clean_tag, require_name
from server.domain.customers.types import Contact, ContactFilter, Customer, Place
from server.protocol.codes import RefusalCode
from server.protocol.values import MOST_ATTRIBUTES, Attributes

sql = load(__file__)

# Of what a search finds the list shows these; whoever wants more types another letter.
FOUND = 500
# A title stands beside the name.
NAMES = ("name", "first_name", "last_name", "company_name", "title")


def spell_contact(values: dict[str, Any], is_new: bool) -> dict[str, Any]:  # noqa: FBT001 - Resource calls it
    """The same for a contact; whom a member gives a name or an address is somebody known.

    Whatever a member says of the address stands over what the visitor said of itself.
    """
    kept = spell(values, is_new)
    if not is_new and "email" in kept:
        kept["claimed_email"] = None
    is_named = not is_new and bool(kept.get("name") or kept.get("email"))
    return kept | {"is_anonymous": False} if is_named else kept


def spell(values: dict[str, Any], _: bool) -> dict[str, Any]:  # noqa: FBT001 - Resource calls it
    """What is given of a person or a company, as it is kept: names that cannot disguise themselves, one spelling of an
    e-mail, nothing in place of an empty text.
    """
    kept = {key: _name(key, value) if key in NAMES and value is not None else value for key, value in values.items()}
    if kept.get("tags"):
        kept["tags"] = sorted({clean_tag(each) for each in kept["tags"]})
    if kept.get("email"):
        kept["email"] = kept["email"].lower()
    return {key: None if value == "" else value for key, value in kept.items()}


def _name(field: str, text: str) -> str:
    # Nothing in place of what cannot be seen would be a person whom nobody can click on.
    return require_name(text, field.replace("_", " "), field) if text else ""


async def list_contacts(db: Db, actor: Actor, query: ContactFilter) -> Page[Contact]:
    """Those first who were here last."""
    after, after_id = read_cursor(query.cursor, int)
    piece = clean_name(query.q)
    async with db.act(actor) as tx:
        await tx.run(sql.plan_for_these_values)
        found = await find(tx, piece, FOUND) if piece else None
        places = await tx.many(
            sql.contact_places, Place, ids=found, customer_id=query.customer_id, is_blocked=query.is_blocked,
            is_anonymous=query.is_anonymous, after=after, after_id=after_id, limit=query.limit + 1,
        )  # fmt: skip
        more, places = len(places) > query.limit, places[: query.limit]
        rows = await contacts_of(tx, [each.id for each in places])
    return Page(rows, cursor_after(places[-1].at, places[-1].id) if more else None)


async def find(tx: Transaction, piece: str, most: int) -> list[UUID]:
    """The contacts whose name, e-mail or phone number has this piece."""
    rows = await tx.records(sql.search_contacts, piece=piece, most=most)
    return [row["contact_id"] for row in rows]


async def contacts_of(tx: Transaction, ids: list[UUID]) -> list[Contact]:
    """Some contacts, those first who were here last."""
    return await tx.many(sql.contacts, Contact, ids=ids)


async def known_as(tx: Transaction, ids: list[UUID]) -> list[UUID]:
    """Some contacts, and everybody whom they were joined from: as whom they have written."""
    return [row["id"] for row in await tx.records(sql.known_as, contact_ids=ids)]


async def customer_of(tx: Transaction, customer_id: UUID) -> Customer | None:
    """The account that somebody belongs to."""
    return await tx.maybe(sql.customer, Customer, customer_id=customer_id)


async def block(db: Db, notices: Notices, actor: Actor, client: Client, contact_id: UUID) -> Contact:
    """Let a contact speak no more, as whomever it comes; its sockets close at once."""
    return await _set_blocked(db, notices, actor, client, contact_id, is_blocked=True)


async def unblock(db: Db, notices: Notices, actor: Actor, client: Client, contact_id: UUID) -> Contact:
    """Let a blocked contact speak again."""
    return await _set_blocked(db, notices, actor, client, contact_id, is_blocked=False)


async def _set_blocked(
    db: Db, notices: Notices, actor: Actor, client: Client, contact_id: UUID, *, is_blocked: bool
) -> Contact:
    async with db.act(actor, client) as tx:
        if await tx.run(sql.block_contact, contact_id=contact_id, is_blocked=is_blocked):
            await note(tx, actor, "contact_blocked" if is_blocked else "contact_unblocked", contact_id)
        found = await contacts_of(tx, [contact_id])
    if not found:
        raise no_contact()
    await notices.tell("contact", contact_id)
    return found[0]


async def set_attributes(db: Db, actor: Actor, client: Client, contact_id: UUID, attributes: Attributes) -> Contact:
    """Note facts about a contact, and take some away; what is so already is no change.

    Who holds a conversation with the contact notes them there, where the team sees who did
    (`chat/attributes.py`); this is for whoever knows the contact from elsewhere.
    """
    async with db.act(actor, client) as tx:
        count = await tx.value(sql.set_attributes, contact_id=contact_id, attributes=attributes)
        if count is not None and count > MOST_ATTRIBUTES:
            raise Invalid(f"there are at most {MOST_ATTRIBUTES} attributes", code=RefusalCode.TOO_MANY)
        if count is not None:
            await note(tx, actor, "contact_changed", contact_id, fields=["attributes"])
        found = await contacts_of(tx, [contact_id])
    if not found:
        raise no_contact()
    return found[0]


async def merge(db: Db, notices: Notices, actor: Actor, client: Client, contact_id: UUID, other_id: UUID) -> Contact:
    """Join another contact, who is the same person, with this one; what this one lacks is taken over.

    Conversations stay where they are, and the browser of each goes on seeing its own: an agent's word is no proof. The
    team sees all of them as this contact's.
    """
    if contact_id == other_id:
        raise Invalid("a contact cannot be joined with itself", field="other_id")
    async with db.act(actor, client) as tx:
        # In the order of their ids, so that two who join the same pair the other way round do not wait for each other.
        locked = await tx.records(sql.lock_contacts, contact_ids=sorted((contact_id, other_id)))
        if len(locked) != 2:
            raise no_contact()
        await tx.run(sql.let_go_of_primary, contact_id=other_id)
        await tx.run(sql.take_over, contact_id=contact_id, other_id=other_id)
        await tx.run(sql.merge_contact, contact_id=contact_id, other_id=other_id)
        await note(tx, actor, "contact_merged", contact_id, other_id=str(other_id))
        (contact,) = await contacts_of(tx, [contact_id])
    if contact.blocked_at is not None:
        await notices.tell("contact", other_id)
    return contact


def no_contact() -> NotFound:
    """What is told of a contact that is not there, was removed, or is somebody else's."""
    return NotFound("there is no such contact")
