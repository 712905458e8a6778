"""A bot on the library talks with visitors of a real installation."""

import asyncio

from frontdesk_bot import Bot, Edited, Turn
from frontdesk_bot.protocol.entries import MessagePosted
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import eventually


async def test_a_visitor_gets_an_answer_and_sees_that_it_was_read(people: Cast, bot: Bot) -> None:
    """What is said to the bot comes to its handler, and its answer to the visitor; the team reads its notes."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.typing():
            await turn.note(f"asked: {turn.text}")
        await turn.reply(f"You said: {turn.text}")

    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    bot.watch(conversation)
    async with at_work(bot):
        said = await visitor.say(conversation, "Where is my order?")
        line = await visitor.hears_line("You said: Where is my order?")
        assert line.sender.kind == "bot"
        await visitor.hears(hear.TypingChanged, lambda each: each.is_typing)
        await agent.hears_line("asked: Where is my order?")
        await visitor.hears(hear.MarksChanged, lambda each: each.marks.kind == "bot" and each.marks.read >= said.seq)
    assert visitor.lines(conversation) == [line.body]


async def test_what_was_said_before_the_bot_came_is_answered_once(people: Cast, bot: Bot) -> None:
    """Another run of the same bot finds what the first left, and answers nothing twice."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        await turn.reply(f"{turn.text}!")

    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.say(conversation, "one")
    await visitor.say(conversation, "two")
    bot.watch(conversation)
    async with at_work(bot):
        await visitor.hears_line("two!")
    await visitor.say(conversation, "three")
    async with at_work(bot):
        await visitor.hears_line("three!")
    assert visitor.lines(conversation) == ["one!", "two!", "three!"]


async def test_what_a_colleague_has_answered_is_not_answered_again(people: Cast, bot: Bot) -> None:
    """A bot that comes late says nothing to what is settled."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        await turn.reply(f"{turn.text}!")

    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await visitor.say(conversation, "one")
    await agent.say(conversation, "It is settled.")
    await visitor.say(conversation, "two")
    bot.watch(conversation)
    async with at_work(bot):
        await visitor.hears_line("two!")
    assert visitor.lines(conversation) == ["It is settled.", "two!"]


async def test_one_at_a_time_in_a_conversation_and_many_at_once(people: Cast, bot: Bot) -> None:
    """A slow answer holds up its own conversation, and no other."""
    begun: list[str] = []
    goes_on = asyncio.Event()

    @bot.on_message
    async def answer(turn: Turn) -> None:
        begun.append(turn.text)
        if turn.text == "slow":
            await goes_on.wait()
        await turn.reply(f"{turn.text}!")

    visitor, other = await people.visitor(), await people.visitor()
    slow, quick = await visitor.start(), await other.start()
    bot.watch(slow)
    bot.watch(quick)
    async with at_work(bot):
        await visitor.say(slow, "slow")
        await visitor.say(slow, "next")
        await other.say(quick, "quick")
        await other.hears_line("quick!")
        assert begun.count("next") == 0
        goes_on.set()
        await visitor.hears_line("next!")
    assert visitor.lines(slow) == ["slow!", "next!"]


async def test_an_edit_of_what_waits_is_what_the_bot_reads(people: Cast, bot: Bot) -> None:
    """A message that was not begun is answered as it stands now, or not at all; of others the bot is told."""
    edits: list[Edited] = []
    begun, goes_on = asyncio.Event(), asyncio.Event()

    @bot.on_message
    async def answer(turn: Turn) -> None:
        begun.set()
        await goes_on.wait()
        await turn.reply(f"{turn.text}!")

    @bot.on(Edited)
    async def edited(event: Edited) -> None:
        edits.append(event)

    visitor = await people.visitor()
    conversation = await visitor.start()
    bot.watch(conversation)
    async with at_work(bot):
        first = await visitor.say(conversation, "first")
        await begun.wait()
        second, third = await visitor.say(conversation, "secnd"), await visitor.say(conversation, "third")
        for change in (
            say.EditMessage(uuid7(), conversation, first.id, "fisrt"),
            say.EditMessage(uuid7(), conversation, second.id, "second"),
            say.DeleteMessage(uuid7(), conversation, third.id),
        ):
            await visitor.send(change)
            last = await visitor.answer(change.id)
        await eventually(lambda: _delivered(visitor, last.seq))
        goes_on.set()
        await visitor.hears_line("second!")
    assert visitor.lines(conversation) == ["first!", "second!"]
    assert [(each.message_id, each.text) for each in edits] == [(first.id, "fisrt")]


async def _delivered(visitor: object, seq: int) -> bool:
    heard = getattr(visitor, "heard", [])
    return any(isinstance(each, hear.MarksChanged) and each.marks.delivered >= seq for each in heard)


async def test_history_is_what_was_said_before(people: Cast, bot: Bot) -> None:
    """A handler reads as far back as it wants."""
    before: list[str] = []

    @bot.on_message
    async def answer(turn: Turn) -> None:
        before.extend(each.body for each in await turn.history(2) if isinstance(each, MessagePosted))
        await turn.reply("Done")

    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    for text in ("one", "two", "three"):
        await agent.say(conversation, text)
    await visitor.say(conversation, "four")
    bot.watch(conversation)
    async with at_work(bot):
        await visitor.hears_line("Done")
    assert before == ["two", "three"]


async def test_a_handler_that_fails_or_hangs_is_not_the_end(people: Cast) -> None:
    """The next message is answered all the same."""
    bot = Bot(people.org.house.url(), people.org.bot_token, deadline=0.3)

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "fail":
            raise ValueError("a mistake of the handler's")
        if turn.text == "hang":
            await asyncio.Event().wait()
        await turn.reply(f"{turn.text}!")

    visitor = await people.visitor()
    conversation = await visitor.start()
    bot.watch(conversation)
    async with at_work(bot):
        for text in ("fail", "hang", "go on"):
            await visitor.say(conversation, text)
        await visitor.hears_line("go on!")
    assert visitor.lines(conversation) == ["go on!"]


async def test_a_bot_says_something_by_itself(people: Cast, bot: Bot) -> None:
    """Not everything that a bot says is an answer."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    bot.watch(conversation)
    async with at_work(bot):
        await eventually(lambda: _is_connected(bot))
        await bot.say(conversation, "Your parcel has arrived")
        await visitor.hears_line("Your parcel has arrived")


async def _is_connected(bot: Bot) -> bool:
    return bot.is_connected
