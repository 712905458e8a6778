"""A bot that holds conversations, as stories need one: what it heard, and what it says as which turn."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.machines import Bot
from tests.people import Agent, eventually


async def first_bot(bot: Bot) -> None:
    """Let the bot hold the channel's new conversations first, and wait until it may."""
    olga = Agent(bot.org, "olga")
    await olga.login()
    await change_channel(olga, default_bot_id=str(bot.id))
    await olga.leave()
    await eventually(lambda: _is_there(bot))


async def change_channel(lead: Agent, **fields: Any) -> None:
    """Change the organization's channel as the console does."""
    assert lead.http is not None
    url = lead.org.house.url(lead.node)
    path = f"{url}/api/channels/{lead.org.channel_id}"
    async with lead.http.get(path) as answer:
        tag = answer.headers["ETag"]
    async with lead.http.patch(path, json=fields, headers={"Origin": url, "If-Match": tag}) as answer:
        assert answer.status == 200, await answer.text()


async def _is_there(bot: Bot) -> bool:
    rows = await bot.org.house.rows(
        "select 1 from agent where org_id = $1 and id = $2 and is_connected", bot.org.id, bot.id
    )
    return bool(rows)


async def held(bot: Bot, conversation_id: UUID, turn: int | None = None) -> hear.ConversationHeld:
    """The bot hears that it holds a conversation."""
    return await bot.hears(
        hear.ConversationHeld,
        lambda each: each.conversation_id == conversation_id and (turn is None or each.turn == turn),
    )


async def answer(bot: Bot, conversation_id: UUID, text: str, turn: int) -> hear.Accepted:
    """Say something to the visitor for a turn."""
    frame = say.PostMessage(uuid7(), conversation_id, text, turn=turn)
    await bot.send(frame)
    return await bot.answer(frame.id)


def hand_off(conversation_id: UUID, turn: int, **fields: Any) -> say.HandOffConversation:
    """What a bot says that hands over what it holds."""
    return say.HandOffConversation(uuid7(), conversation_id, turn=turn, **fields)
