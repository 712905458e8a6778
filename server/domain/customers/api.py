"""The routes of contacts and customers."""

from uuid import UUID

from server.core.endpoint import Call, Page, get, post
from server.core.resource import Resource
from server.domain.customers import contacts as acts
from server.domain.customers.types import (
    ChangeContact,
    ChangeCustomer,
    Contact,
    ContactFacts,
    ContactFilter,
    Customer,
    Merge,
    NewContact,
    NewCustomer,
)

contacts = Resource(
    "contact", "/api/contacts", Contact, NewContact, ChangeContact,
    permission="contact", order="id", spell=acts.spell_contact, taken="this customer has another primary contact",
)  # fmt: skip
customers = Resource(
    "customer", "/api/customers", Customer, NewCustomer, ChangeCustomer,
    permission="contact", order="id", search=("name", "company_name", "email", "external_id"), spell=acts.spell,
    taken="another customer has this e-mail or external id",
)  # fmt: skip


async def list_contacts(call: Call, query: ContactFilter) -> Page[Contact]:
    """List contacts, those first who were here last."""
    return await acts.list_contacts(call.house.db, call.actor, query)


async def block_contact(call: Call, contact_id: UUID) -> Contact:
    """Let a contact speak no more; its sockets close."""
    return await acts.block(call.house.db, call.house.notices, call.actor, call.client, contact_id)


async def unblock_contact(call: Call, contact_id: UUID) -> Contact:
    """Let a blocked contact speak again."""
    return await acts.unblock(call.house.db, call.house.notices, call.actor, call.client, contact_id)


async def set_contact_attributes(call: Call, contact_id: UUID, body: ContactFacts) -> Contact:
    """Note facts about a contact."""
    return await acts.set_attributes(call.house.db, call.actor, call.client, contact_id, body.attributes)


async def merge_contacts(call: Call, contact_id: UUID, body: Merge) -> Contact:
    """Join another contact, who is the same person, with this one."""
    return await acts.merge(call.house.db, call.house.notices, call.actor, call.client, contact_id, body.other_id)


endpoints = [
    get("/api/contacts", list_contacts, permission="contact.read"),
    *(each for each in contacts.endpoints() if each.name != "list_contacts"),
    post("/api/contacts/{contact_id}/block", block_contact, permission="contact.write"),
    post("/api/contacts/{contact_id}/unblock", unblock_contact, permission="contact.write"),
    post("/api/contacts/{contact_id}/attributes", set_contact_attributes, permission="contact.write"),
    post("/api/contacts/{contact_id}/merge", merge_contacts, permission="contact.write"),
    *customers.endpoints(),
]
