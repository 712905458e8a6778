"""How people set a bot up is what the bot has."""

from typing import Any

from frontdesk_bot import Bot
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import Agent, eventually


async def test_it_has_the_newest_configuration(people: Cast, bot: Bot) -> None:
    """From its welcome on, and as soon as somebody changes it."""
    admin = Agent(people.org, "alma")
    await admin.login()
    assert admin.http is not None
    assert bot.configuration is None
    async with at_work(bot):
        await eventually(lambda: _instructed(bot, "Help."))
        bot_id = (await admin.get("/api/bots"))["items"][0]["id"]
        url = people.org.house.url()
        async with admin.http.get(f"{url}/api/bots/{bot_id}") as answer:
            headers = {"Origin": url, "If-Match": answer.headers["ETag"]}
        changes: dict[str, Any] = {"instructions": "Be brief."}
        async with admin.http.patch(f"{url}/api/bots/{bot_id}", json=changes, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
        await eventually(lambda: _instructed(bot, "Be brief."))
    await admin.leave()


async def _instructed(bot: Bot, instructions: str) -> bool:
    return bot.configuration is not None and bot.configuration.instructions == instructions
