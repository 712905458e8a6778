"""A bot that holds more conversations than ride in one hello."""

import asyncio

from frontdesk_bot import Bot, wire
from frontdesk_bot.wire import Wire
from tests.bots.test_talk import shouting
from tests.conftest import Cast
from tests.machines import connected, first_answers
from tests.people import PATIENCE

COUNT = 60


async def test_what_was_said_in_sixty_conversations_meanwhile_is_answered(people: Cast) -> None:
    """The bot tells where it stands in some, and the server what was missed in all that it holds."""
    bot = shouting(Bot(people.org.house.url(), people.org.bot_token))
    wires: list[Wire] = []
    may_come = asyncio.Event()
    may_come.set()

    async def dial() -> Wire:
        await may_come.wait()
        wires.append(await wire.dial(bot.address))
        return wires[-1]

    visitors = [await people.visitor(node=1) for _ in range(COUNT)]
    bot_id = await first_answers(people.org)
    running = asyncio.create_task(bot.serve(through=dial))
    await connected(people.org, bot_id)
    talks = [(visitor, await visitor.start()) for visitor in visitors]
    await asyncio.gather(*(visitor.say(conversation, "one") for visitor, conversation in talks))
    for visitor, _ in talks:
        await visitor.hears_line("one!", patience=30)
    may_come.clear()
    await wires[0].close()
    await asyncio.gather(*(visitor.say(conversation, "two") for visitor, conversation in talks))
    may_come.set()
    for visitor, _ in talks:
        await visitor.hears_line("two!", patience=30)
    assert all(visitor.lines(conversation) == ["one!", "two!"] for visitor, conversation in talks)
    bot.stop()
    await asyncio.wait_for(running, PATIENCE)
