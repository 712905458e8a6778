"""A bot that holds conversations, as stories need one: what it heard, and what it says as which turn."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.machines import Bot, first_answers
from tests.people import Agent


async def first_bot(bot: Bot) -> None:
    """Let the bot hold the channel's new conversations first, and wait until it may."""
    await first_answers(bot.org)
    await bot.is_there()


async def hire(people: Cast, name: str, *, node: int = 0, **settings: Any) -> Bot:
    """One more bot of the company, as somebody has set it up, connected."""
    lead = Agent(people.org, "olga")
    await lead.login()
    made = await lead.post("/api/bots", {"name": name, "type": settings.pop("type", "support")})
    if settings:
        await lead.change(f"/api/bots/{made['id']}", settings)
    await lead.leave()
    bot = await people.bot(node=node, token=made["token"])
    await bot.is_there()
    return bot


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
