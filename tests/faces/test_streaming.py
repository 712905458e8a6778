"""The face of an answer that is still being made."""

import asyncio

from aiohttp import web

from frontdesk_bot import Bot, Turn
from tests.bots.conftest import at_work
from tests.faces.node import tell
from tests.servers import PASSWORD, Organization, free_port


async def test_both_sides_see_an_answer_grow(org: Organization) -> None:
    """In the chat and in the console, outside of what screen readers are told; then it stands there, once."""
    goes_on = asyncio.Event()
    bot = Bot(org.house.url(), org.bot_token)

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.streaming() as out:
            out.write("You can return it within ")
            await goes_on.wait()
            goes_on.clear()
            if "never" not in turn.text:
                await turn.reply(f"{out.text}**thirty** days.")

    async def go_on(_: web.Request) -> web.Response:
        goes_on.set()
        return web.Response()

    signal = web.Application()
    signal.router.add_post("/", go_on)
    runner = web.AppRunner(signal)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "EMAIL": org.email("ada"), "PASSWORD": PASSWORD}
    try:
        async with at_work(bot, org):
            await tell("streaming.js", told | {"GO_URL": f"http://127.0.0.1:{port}/"})
    finally:
        await runner.cleanup()
