"""To whom a conversation can be given: a member who may answer, or a bot that is there and has room."""

from uuid import UUID

from server.core.db import Transaction
from server.core.errors import Conflict, Invalid, NotFound
from server.core.permissions import PERMISSIONS
from server.core.sql import load
from server.domain.chat.asks import asks_for_person
from server.domain.chat.holder_types import Holding, Seat
from server.domain.routing import bots
from server.domain.routing.types import Choice

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


async def first_bot(
    tx: Transaction, org_id: UUID, channel_id: UUID, words: str | None
) -> tuple[Seat | None, Choice]:  # fmt: skip
    """The bot that holds a conversation from its beginning, with its place kept, and why; None where people do.

    Before anything was said (`words` is None) the choice may be one for later.
    """
    if asks_for_person(words or ""):
        return None, Choice()
    return await _seated(tx, await bots.pick(tx, org_id, channel_id, words))


async def next_bot(tx: Transaction, org_id: UUID, held: Holding) -> tuple[Seat | None, Choice]:
    """The same for a conversation that another bot had; one that held it already does not have it again."""
    words = await tx.value(sql.last_words, conversation_id=held.id) or ""
    before = await bots.held_already(tx, held.id) | _holder(held)
    return await _seated(tx, await bots.pick(tx, org_id, held.channel_id, words, weight=held.load, held=before))


async def called_bot(tx: Transaction, org_id: UUID, held: Holding, name: str, kind: str) -> tuple[Seat | None, Choice]:
    """The bot of a name or type that can have a conversation, with its place kept."""
    asked = bots.pick_called(tx, org_id, held.channel_id, name, kind, weight=held.load, held=_holder(held))
    return await _seated(tx, await asked)


def _holder(held: Holding) -> set[UUID]:
    return set() if held.assigned_agent_id is None else {held.assigned_agent_id}


async def _seated(tx: Transaction, choice: Choice) -> tuple[Seat | None, Choice]:
    return (None if choice.agent_id is None else await seat(tx, choice.agent_id)), choice
