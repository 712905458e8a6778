"""Making the acquaintance of visitors."""

from uuid import UUID

from server.core.db import Transaction
from server.core.errors import Forbidden
from server.core.sql import load

sql = load(__file__)


async def ensure_contact(tx: Transaction, contact_id: UUID, name: str, locale: str) -> None:
    """Have a row for the visitor of a signed token, in the caller's transaction; refuses a blocked one.

    May be called again at every conversation; names that people have corrected since stay as they are.
    """
    if await tx.value(sql.meet_contact, contact_id=contact_id, name=name, locale=locale):
        raise Forbidden("this visitor was blocked")
    await tx.run(sql.name_identity, contact_id=contact_id)
