"""Which tools a bot used, how often they failed and how long they took, whatever came of it."""

import asyncio
from typing import Any

from frontdesk_bot import Bot, Turn
from tests.bots.conftest import at_work
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.people import Agent, Visitor, eventually
from tests.servers import House


def handy(bot: Bot) -> Bot:
    """One tool works, slowly; the other one never does."""

    @bot.tool
    async def order_status(order_id: int) -> str:
        """What became of an order."""
        await asyncio.sleep(0.02)
        return f"{order_id} is on its way"

    @bot.tool
    def refund(order_id: int) -> str:
        """Give the money back."""
        raise RuntimeError("the bank is closed")

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if "money" in turn.text:
            await bot.tools.call("refund", {"order_id": 1041})
        for each in turn.text.split():
            await turn.reply(str(await bot.tools.call("order_status", {"order_id": int(each)})), is_estimated=True)

    return bot


async def report(olga: Agent, bot_id: str, where: str = "") -> list[dict[str, Any]]:
    """The tools of a bot."""
    found = await olga.get(f"/api/bots/{bot_id}/tool-report{where}")
    return list(found["tools"])


async def asks(visitor: Visitor, text: str) -> None:
    """Start a conversation with this."""
    await visitor.say(await visitor.start(), text)


async def test_each_call_counts_once_whatever_came_of_it(bot: Bot, people: Cast, house: House) -> None:
    """In the answer behind it; or, where there was none, in the handoff."""
    olga, first, second = await people.agent("olga"), await people.visitor(), await people.visitor()
    (found,) = (await olga.get("/api/bots"))["items"]
    assert await report(olga, found["id"]) == []
    async with at_work(handy(bot), people.org):
        await asks(first, "1041 1042")
        line = await first.hears_line("1042 is on its way")
        await asks(second, "I want my money")

        async def both() -> Any:
            tools = await report(olga, found["id"])
            return tools if [(each["tool_name"], each["calls"]) for each in tools] == [
                ("order_status", 2), ("refund", 1),
            ] else None  # fmt: skip

        status, refund = await eventually(both, patience=30)
    assert (status["answers"], status["failures"], refund["answers"], refund["failures"]) == (2, 0, 0, 1)
    assert 10 <= status["ms"] <= status["ms_p95"] < 30_000
    assert await report(olga, found["id"], f"?since={line.at + 600_000}") == []
    assert await report(olga, found["id"], "?until=1") == []
    told = await olga.get(f"/api/conversations/{line.conversation_id}/entries")
    how = [each["answer"] for each in told["entries"] if each.get("answer")]
    assert [(each["is_estimated"], len(each["tool_calls"])) for each in how] == [(True, 1), (True, 1)]
    other = await house.organization()
    stranger = await Browser(house).logged_in(other.email("olga"))
    assert is_refusal(await stranger.get(f"/api/bots/{found['id']}/tool-report"), 404, "not_found")
