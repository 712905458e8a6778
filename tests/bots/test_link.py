"""The connection of a bot: it comes back from everything but a no."""

import asyncio
from typing import Any

import pytest

from frontdesk_bot import Bot, Stopped, link
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.wire import Closed, Wire
from tests.bots.conftest import at_work
from tests.bots.node import Node, welcome
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.servers import Organization


async def test_silence_is_death(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pings are answered; two that do not come, and the bot opens another connection."""
    monkeypatch.setattr(link, "GRACE", 0.05)
    nodes = [Node(welcome(ping_every=0.05), hear.Ping(0)) for _ in range(2)]
    more = iter(nodes)

    async def dial() -> Wire:
        return next(more)

    bot = Bot("http://127.0.0.1", "fdb_none")
    running = asyncio.create_task(bot.serve(through=dial))
    for node in nodes:
        await node.hears(say.Hello)
        await node.hears(say.Pong)
    bot.stop()
    await running


async def test_it_waits_for_a_server_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is no reason to give up, nor is a server that stops."""
    answers: list[Any] = [Closed(1006), Closed(4000, '{"retry_after": 0.1}'), Closed(1011)]
    monkeypatch.setattr(link, "delay_before", lambda attempt, _at_least: 0.01 * (attempt + 1))

    async def dial() -> Wire:
        if answers:
            raise answers.pop(0)
        return Node(welcome())

    bot = Bot("http://127.0.0.1", "fdb_none")
    running = asyncio.create_task(bot.serve(through=dial))
    await eventually(lambda: _is_connected(bot))
    bot.stop()
    await running


async def test_a_wrong_token_and_a_wrong_address_end_it(org: Organization) -> None:
    """What cannot get better by itself is told at once, in words."""
    with pytest.raises(Stopped, match="4501 unauthenticated") as stopped:
        await asyncio.wait_for(Bot(org.house.url(), "fdb_wrong").serve(), 10)
    assert stopped.value.code == 4501
    with pytest.raises(Stopped, match="HTTP 404"):
        await asyncio.wait_for(Bot(org.house.url() + "/not-here", org.bot_token).serve(), 10)


async def test_a_token_that_is_taken_away_ends_it(people: Cast, bot: Bot) -> None:
    """A new token is a person's decision: the bot says so, and does not come back with the old one."""
    admin = Agent(people.org, "alma")
    await admin.login()
    running = asyncio.create_task(bot.serve())
    await eventually(lambda: _is_connected(bot))
    (made,) = (await admin.get("/api/bots"))["items"]
    await admin.post(f"/api/bots/{made['id']}/token", {})
    with pytest.raises(Stopped, match="4504 revoked"):
        await asyncio.wait_for(running, 10)
    await admin.leave()


async def test_it_takes_turns_with_another_one_of_its_kind(people: Cast, bot: Bot) -> None:
    """Stopping is quick when there is nothing to finish, and it can run again."""
    for _ in range(2):
        async with at_work(bot):
            await eventually(lambda: _is_connected(bot))
        assert not bot.is_connected


async def _is_connected(bot: Bot) -> bool:
    return bot.is_connected
