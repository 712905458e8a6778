"""What a bot holds, and how much it can."""

from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db
from server.core.sql import load
from server.domain.chat.holder_types import Holding
from server.domain.chat.reactions import card_of
from server.domain.chat.types import CardRow
from server.protocol.values import Card

sql = load(__file__)


async def held_by(db: Db, bot: Actor, conversation_id: UUID | None = None) -> list[Holding]:
    """Everything that a bot holds, or one conversation where it does."""
    async with db.act(bot) as tx:
        ids = None if conversation_id is None else [conversation_id]
        return await tx.many(sql.held_by_bot, Holding, agent_id=bot.id, ids=ids)


async def card_for(db: Db, bot: Actor, conversation_id: UUID) -> Card | None:
    """A conversation as a bot is shown it; None when it is gone."""
    async with db.act(bot) as tx:
        row = await tx.maybe(sql.cards, CardRow, ids=[conversation_id])
    return None if row is None else card_of(row)


async def say_capacity(db: Db, bot: Actor, capacity: int) -> None:
    """Keep how many conversations a bot says that it can hold."""
    async with db.act(bot) as tx:
        await tx.run(sql.say_capacity, agent_id=bot.id, capacity=capacity)
