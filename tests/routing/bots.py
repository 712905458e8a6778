"""A bot that holds conversations, as stories need one: what it heard, and what it says as which turn."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.machines import Bot, first_answers


async def first_bot(bot: Bot) -> None:
    """Let the bot hold the channel's new conversations first, and wait until it may."""
    await first_answers(bot.org)
    await bot.is_there()


async def held(bot: Bot, conversation_id: UUID, turn: int | None = None) -> hear.ConversationHeld:
    """The bot hears that it holds a conversation."""
    return await bot.hears(
        hear.ConversationHeld,
        lambda each: each.conversation_id == conversation_id and (turn is None or each.turn == turn),
    )


async def answer(bot: Bot, conversation_id: UUID, text: str, turn: int) -> hear.Accepted:
    """Say something to the visitor for a turn."""
    return await bot.say(conversation_id, text, turn=turn)


def hand_off(conversation_id: UUID, turn: int, **fields: Any) -> say.HandOffConversation:
    """What a bot says that hands over what it holds."""
    return say.HandOffConversation(uuid7(), conversation_id, turn=turn, **fields)
