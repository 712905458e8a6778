"""Conversations that turn out to be somebody else's: a visitor was a stranger, and is known now."""

from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db
from server.core.events import note
from server.core.sql import load
from server.domain.chat.log import Log

sql = load(__file__)


async def join_conversations(db: Db, log: Log, org_id: UUID, stranger_id: UUID, contact_id: UUID) -> None:
    """Give a contact everything that a stranger said; the caller has proof that both are one person. Repeatable.

    What was said keeps its sender: it was said by the visitor whom nobody knew.
    """
    async with db.scope(org_id) as tx:
        rows = await tx.records(sql.join_conversations, stranger_id=stranger_id, contact_id=contact_id)
        if rows:
            # The cards show somebody else from now on.
            await note(tx, Actor("system", contact_id, org_id, ""), "contact_joined", contact_id)
    for row in rows:
        await log.give(org_id.bytes, row["id"].bytes, contact_id.bytes)
