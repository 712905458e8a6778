"""A bot that is back before the server knows again what it holds is patient."""

import asyncio

import pytest

from frontdesk_bot import Bot, Harness, Left, desk, link
from frontdesk_bot.echo import echo
from frontdesk_bot.harness import Talk
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.codes import RefusalCode
from frontdesk_bot.protocol.values import Position, Sender, Summary
from frontdesk_bot.wire import Closed, Wire
from tests.bots.node import Node, welcome
from tests.people import PATIENCE


async def test_what_it_says_is_not_lost_while_the_server_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that could not look yet calls its turn over; it is not, and the answer stands there after all."""
    monkeypatch.setattr(link, "delay_before", lambda *_: 0.01)
    monkeypatch.setattr(desk, "AGAIN_AFTER", 0.05)
    bot = Bot("http://127.0.0.1", "fdb_none")
    bot.on_message(echo)
    left: list[Left] = []

    @bot.on(Left)
    async def gone(event: Left) -> None:
        left.append(event)

    harness = Harness(bot)
    visitor = Sender("contact", harness.new_id())
    talk = Talk(harness, visitor, harness.new_id())
    talk.add(visitor, "hello", harness.new_id())
    first, second = Node(welcome(), talk.held()), Node(welcome())
    nodes = iter((first, second))

    async def dial() -> Wire:
        return next(nodes)

    running = asyncio.create_task(bot.serve(through=dial))
    said = await first.hears(say.PostMessage)
    first.say(Closed(1006))
    again = await second.hears(say.PostMessage)
    second.say(hear.Refused(RefusalCode.STALE_TURN, "", said.id, talk.conversation_id))
    third = await second.hears(say.PostMessage, 2)
    second.say(talk.held())
    second.say(hear.Accepted(said.id, talk.conversation_id, 1, 2, 1, 0))
    second.say(hear.Stored(talk.conversation_id, 1, 2))
    assert said == again == third
    bot.stop()
    await asyncio.wait_for(running, PATIENCE)
    assert left == []


async def test_a_turn_that_the_log_calls_over_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody took it while the bot was away: what it had said and was not heard is not said again and again."""
    monkeypatch.setattr(link, "delay_before", lambda *_: 0.01)
    bot = Bot("http://127.0.0.1", "fdb_none")
    left = asyncio.Event()
    bot.on_message(echo)

    @bot.on(Left)
    async def gone(event: Left) -> None:
        left.set()

    harness = Harness(bot)
    visitor = Sender("contact", harness.new_id())
    talk = Talk(harness, visitor, harness.new_id())
    talk.add(visitor, "hello", harness.new_id())
    over = hear.Resumed(talk.conversation_id, True, Position(1, 1), [], Summary("assigned", 2, 2, 1))
    first, second = Node(welcome(), talk.held()), Node(welcome(), hear.ResumedFrame([over]))
    nodes = iter((first, second))

    async def dial() -> Wire:
        return next(nodes)

    running = asyncio.create_task(bot.serve(through=dial))
    said = await first.hears(say.PostMessage)
    first.say(Closed(1006))
    await second.hears(say.PostMessage)
    await asyncio.wait_for(left.wait(), PATIENCE)
    second.say(hear.Refused(RefusalCode.STALE_TURN, "", said.id, talk.conversation_id))
    bot.stop()
    await asyncio.wait_for(running, PATIENCE)
