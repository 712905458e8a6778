"""A bot in a process of its own, to be killed and frozen: two lines for each message, with a moment between them."""

import asyncio
import os

from frontdesk_bot import Bot, Turn

bot = Bot(os.environ["BOT_URL"], os.environ["BOT_TOKEN"])


@bot.on_message
async def answer(turn: Turn) -> None:
    """Say two things, slowly."""
    await turn.reply(f"{turn.text} a")
    await asyncio.sleep(0.1)
    await turn.reply(f"{turn.text} b")


bot.run()
