"""Which tools a bot may call is what people say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from frontdesk_bot import Bot, NoSuchTool, Turn
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.bot_values import DeclaredTool
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.gateway.cases import refusal
from tests.people import Agent, eventually


@asynccontextmanager
async def admin(people: Cast) -> AsyncIterator[tuple[Agent, str]]:
    """Somebody who may set bots up, and where the bot's tools are."""
    alma = Agent(people.org, "alma")
    await alma.login()
    bot_id = (await alma.get("/api/bots"))["items"][0]["id"]
    yield alma, f"/api/bots/{bot_id}/tools"
    await alma.leave()


def handy(bot: Bot) -> Bot:
    """A bot with two tools, which calls the one that it is told, or tells what it could."""

    @bot.tool
    def today() -> str:
        """What day it is."""
        return "Sunday"

    @bot.tool
    def order_status(order_id: int) -> str:
        """What became of an order."""
        return f"{order_id} left"

    @bot.on_message
    async def answer(turn: Turn) -> None:
        described = [f"{each['name']}: {each['description']}" for each in bot.tools.described()]
        try:
            await turn.reply(await bot.tools.call(turn.text, {}))
        except NoSuchTool:
            await turn.reply("; ".join(described))

    return bot


async def listed(alma: Agent, path: str) -> list[dict[str, Any]]:
    """All of them, where there are two."""

    async def found() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await alma.get(path))["items"]
        return items if len(items) == 2 else []

    return list(await eventually(found))


async def test_what_a_bot_has_stands_in_its_settings_and_is_switched_there(people: Cast, bot: Bot) -> None:
    """At first sight enabled; switched off it is neither offered nor called, and back at once when switched on."""
    visitor = await people.visitor()
    async with admin(people) as (alma, path):
        async with at_work(handy(bot), people.org):
            first, second = await listed(alma, path)
            assert (first["tool_name"], first["display_name"], first["is_enabled"]) == (
                "order_status",
                "Order status",
                True,
            )
            assert first["schema"]["description"] == "What became of an order."
            assert first["schema"]["required"] == ["order_id"]
            conversation = await visitor.start()
            await visitor.say(conversation, "today")
            await visitor.hears_line("Sunday")
            await alma.change(f"{path}/{second['id']}", {"is_enabled": False})
            await eventually(lambda: _offers(bot, ["order_status"]))
            await visitor.say(conversation, "today")
            await visitor.hears_line("order_status: What became of an order.")
            told = {"is_enabled": True, "priority": 5, "description": "The weekday.", "settings": {"zone": "CET"}}
            await alma.change(f"{path}/{second['id']}", told)
            await eventually(lambda: _offers(bot, ["today", "order_status"]))
            await visitor.say(conversation, "which?")
            await visitor.hears_line("today: The weekday.; order_status: What became of an order.")
            assert bot.tools.settings("today") == {"zone": "CET"}
        configured = (await alma.get(path.removesuffix("/tools")))["configuration"]["tools"]
        assert [each["tool_name"] for each in configured] == ["today", "order_status"]


async def _offers(bot: Bot, names: list[str]) -> bool:
    return [each["name"] for each in bot.tools.described()] == names


async def _seen(alma: Agent, path: str, after: int) -> int:
    """When the calendar was told of last, if that was after this."""
    _, today = await listed(alma, path)
    at: int = today["seen_at"] or 0
    return at if at > after else 0


async def test_a_second_run_changes_nothing_that_people_said(people: Cast, bot: Bot) -> None:
    """What is off stays off from the first moment; what was forgotten is back, and enabled."""
    async with admin(people) as (alma, path):
        async with at_work(handy(bot)):
            _, today = await listed(alma, path)
            await alma.change(f"{path}/{today['id']}", {"is_enabled": False, "display_name": "Calendar"})
        again = Bot(people.org.house.url(1), people.org.bot_token)
        async with at_work(handy(again)):
            await eventually(lambda: _offers(again, ["order_status"]))
            _, known = await listed(alma, path)
            assert (known["id"], known["display_name"], known["is_enabled"]) == (today["id"], "Calendar", False)


async def test_a_tool_is_set_up_before_its_bot_has_it(people: Cast, bot: Bot) -> None:
    """One of each name; the bot adds what it knows of it, and nothing else."""
    async with admin(people) as (alma, path):
        made = await alma.post(path, {"tool_name": "today", "is_enabled": False})
        assert (made["display_name"], made["schema"]) == ("Today", {})
        assert alma.http is not None
        url = people.org.house.url()
        async with alma.http.post(f"{url}{path}", json={"tool_name": "today"}, headers={"Origin": url}) as answer:
            assert answer.status == 409
        async with at_work(handy(bot)):
            _, today = await listed(alma, path)
            assert (today["id"], today["is_enabled"]) == (made["id"], False)
            assert made["seen_at"] is None
            first = await eventually(lambda: _seen(alma, path, 0))
        async with at_work(handy(Bot(people.org.house.url(1), people.org.bot_token))):
            await eventually(lambda: _seen(alma, path, first))
            assert today["schema"]["description"] == "What day it is."


async def test_nobody_has_more_tools_than_a_model_can_choose_from(people: Cast) -> None:
    """And no names that no model server takes."""
    bot = await people.bot()
    for part in range(3):
        await bot.send(say.DeclareTools([DeclaredTool(f"tool_{part}_{number}") for number in range(50)]))

    async def known() -> bool:
        rows = await people.org.house.rows("select count(*) as n from bot_tool where org_id = $1", people.org.id)
        return bool(rows[0]["n"] == 100)

    await eventually(known)
    await bot.hears(hear.BotConfigured, lambda each: len(each.configuration.tools) == 100)
    refused = await refusal(bot, f'{{"type":"declare_tools","id":"{uuid7()}","tools":[{{"tool_name":"a b"}}]}}')
    assert refused.code == "malformed"
