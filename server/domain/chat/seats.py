"""To whom a conversation can be given: a member who may answer, or a bot that is there and has room."""

from uuid import UUID

from server.core.db import Transaction
from server.core.errors import Conflict, Invalid, NotFound
from server.core.permissions import PERMISSIONS
from server.core.sql import load
from server.domain.chat.holder_types import Seat

sql = load(__file__)


async def seat(tx: Transaction, agent_id: UUID) -> Seat:
    """An agent that may answer visitors; locked, so that the seat is not closed in the same moment."""
    found = await tx.maybe(sql.member_seat, Seat, agent_id=agent_id) or await tx.maybe(
        sql.bot_seat, Seat, agent_id=agent_id
    )
    if found is None:
        raise NotFound("there is no such member or bot")
    if not found.is_active:
        raise Invalid(f"the seat of {found.name} is closed")
    if "conversation.reply" not in PERMISSIONS.get(found.role, frozenset()):
        raise Invalid(f"{found.name} may not answer visitors")
    return found


async def require_room(tx: Transaction, bot: Seat, conversation_id: UUID) -> None:
    """Refuse a bot that is not there, or carries as much as it said that it can."""
    if not bot.is_connected:
        raise Conflict(f"{bot.name} is not connected")
    if not await tx.value(sql.room_of, agent_id=bot.id, conversation_id=conversation_id):
        raise Conflict(f"{bot.name} has no room for another conversation")


async def first_bot(tx: Transaction, channel_id: UUID) -> Seat | None:
    """The bot that holds a channel's new conversations, with its place kept; None while it is away or full."""
    return await tx.maybe(sql.first_bot, Seat, channel_id=channel_id)
