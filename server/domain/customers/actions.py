"""Making the acquaintance of visitors."""

from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db, Transaction, UniqueViolation
from server.core.errors import Forbidden
from server.core.events import note
from server.core.ids import uuid7
from server.core.sql import load
from server.core.text import clean_name
from server.domain.customers.types import Acquaintance, Returning

sql = load(__file__)

BLOCKED = "this visitor was blocked"


async def ensure_contact(tx: Transaction, contact_id: UUID, name: str, locale: str) -> None:
    """Have a row for the visitor of a signed token, in the caller's transaction; refuses a blocked one.

    May be called again at every conversation; names that people have corrected since stay as they are.
    """
    if await tx.value(sql.meet_contact, contact_id=contact_id, name=clean_name(name), locale=locale):
        raise Forbidden(BLOCKED)
    await tx.run(sql.name_identity, contact_id=contact_id)


async def meet_known(db: Db, org_id: UUID, address: str, name: str, email: str) -> Acquaintance:
    """The contact behind an address that somebody vouches for, made when it comes for the first time."""
    try:
        found = await _meet(db, org_id, address, name, email)
    except UniqueViolation:
        # Two tabs of one person came at once, and the other one was first.
        found = await _meet(db, org_id, address, name, email)
    if found.is_blocked:
        raise Forbidden(BLOCKED)
    return found


async def _meet(db: Db, org_id: UUID, address: str, name: str, email: str) -> Acquaintance:
    async with db.scope(org_id) as tx:
        contact_id = await tx.value(sql.contact_by_address, address=address)
        if contact_id is None:
            contact_id = uuid7()
            await tx.run(sql.add_known, contact_id=contact_id)
            await tx.run(sql.add_address, contact_id=contact_id, address=address)
        found = await tx.one(
            sql.greet_known, Acquaintance, contact_id=contact_id, name=clean_name(name), email=email.lower()
        )
        if found.is_changed:
            await _tell_changed(tx, org_id, contact_id)
        return found


async def _tell_changed(tx: Transaction, org_id: UUID, contact_id: UUID) -> None:
    await note(tx, Actor("system", contact_id, org_id, ""), "contact_changed", contact_id)


async def claim_email(tx: Transaction, contact_id: UUID, email: str) -> None:
    """Keep an address that a visitor gave of itself; one that somebody else has written stays, and it stands beside."""
    if await tx.run(sql.claim_email, contact_id=contact_id, email=email):
        assert tx.org_id is not None
        await _tell_changed(tx, tx.org_id, contact_id)


async def has_email(tx: Transaction, contact_id: UUID) -> bool:
    """Whether there is an address at which a visitor who comes back can be reached; refuses a blocked one."""
    found = await tx.maybe(sql.returning, Returning, contact_id=contact_id)
    if found is not None and found.is_blocked:
        raise Forbidden(BLOCKED)
    return found is not None and found.has_email


async def blocked_contacts(db: Db) -> frozenset[tuple[UUID, UUID]]:
    """Organization and id of everybody who may not speak, in all organizations."""
    async with db.unscoped() as tx:
        return frozenset((row["org_id"], row["contact_id"]) for row in await tx.records(sql.blocked_contacts))
