"""The face of bots: set up, tried, and sent ahead."""

import asyncio
from contextlib import suppress

from frontdesk_bot import Bot, Turn
from tests.faces.node import tell
from tests.machines import connected
from tests.people import Agent
from tests.servers import PASSWORD, Organization


async def test_a_bot_is_set_up_and_tried_beside_it(org: Organization) -> None:
    """What was saved is what it answers with; who goes first is chosen on the channel's page."""
    bot = Bot(org.house.url(), org.bot_token)

    @bot.on_message
    async def answer(turn: Turn) -> None:
        assert bot.configuration is not None
        how = f" ({bot.configuration.handoff_threshold}, {bot.configuration.fallback_message})"
        await turn.reply(f"You said: {turn.text}{how if 'threshold' in turn.text else ''}", confidence=0.8)

    olga = Agent(org, "olga")
    await olga.login()
    (made,) = (await olga.get("/api/bots"))["items"]
    await olga.leave()
    running = asyncio.create_task(bot.serve())
    try:
        await connected(org, made["id"])
        await tell("bots.js", {"WEB_URL": org.house.url(), "LEAD": org.email("olga"), "PASSWORD": PASSWORD})
    finally:
        bot.stop()
        with suppress(asyncio.CancelledError):
            await running
