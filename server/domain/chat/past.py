"""What bots did: their conversations as they were, for whoever wants to ask the same again."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from msgspec import Struct

from server.core.db import Db
from server.core.errors import NotFound
from server.core.sql import load
from server.domain.chat.history import message_of
from server.domain.chat.types import HistoryRow
from server.protocol.entries import MessagePosted

sql = load(__file__)

# Entries of a conversation; longer ones are days of talk, of which a bot had the least.
LONGEST = 2000


class Past(Struct, frozen=True):
    """A conversation of a bot: its messages in order, and the handoffs by which the bot left it."""

    conversation_id: UUID
    messages: list[MessagePosted]
    handoffs: list[dict[str, Any]]


async def find_bot(db: Db, org_id: UUID, called: str) -> UUID:
    """The bot of this name or id; raises NotFound, also when several have the name."""
    async with db.scope(org_id) as tx:
        found = await tx.records(sql.bots_called, called=called)
    if len(found) > 1:
        raise NotFound(f"{len(found)} bots are called {called}: say its id")
    if not found:
        raise NotFound(f"there is no bot {called}")
    bot_id: UUID = found[0]["id"]
    return bot_id


async def past_of(db: Db, org_id: UUID, bot_id: UUID, since: int, until: int, limit: int) -> AsyncIterator[Past]:
    """The conversations that a bot joined from one moment (ms) to another, the newest first."""
    async with db.scope(org_id) as tx:
        held = await tx.records(sql.held_by, bot_id=bot_id, since=since, until=until, limit=limit, most=LONGEST)
    for each in held:
        conversation_id = each["conversation_id"]
        async with db.scope(org_id) as tx:
            rows = await tx.many(
                sql.entries_after, HistoryRow, conversation_id=conversation_id, after=0, is_team=True, limit=LONGEST,
            )  # fmt: skip
        messages = [message_of(row, row.seq - 1) for row in rows if row.data is None]
        yield Past(conversation_id, messages, each["handoffs"])
