"""A bot on the library talks with visitors of a real installation."""

import asyncio

import pytest

from frontdesk_bot import Bot, Deleted, Edited, Rejected, Turn
from frontdesk_bot.events import Event
from frontdesk_bot.protocol.codes import RefusalCode
from frontdesk_bot.protocol.entries import MessagePosted
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import Visitor, eventually


def shouting(bot: Bot) -> Bot:
    """It answers everything."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        await turn.reply(f"{turn.text}!")

    return bot


async def test_a_visitor_gets_an_answer_and_sees_that_it_was_read(people: Cast, bot: Bot) -> None:
    """What is said to the bot comes to its handler, and its answer to the visitor; the team reads its notes."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.typing():
            await turn.note(f"asked: {turn.text}")
        await turn.reply(f"You said: {turn.text}")

    visitor, agent = await people.visitor(), await people.agent()
    async with at_work(bot, people.org):
        conversation = await visitor.start()
        await agent.watch(conversation)
        said = await visitor.say(conversation, "Where is my order?")
        line = await visitor.hears_line("You said: Where is my order?")
        assert line.sender.kind == "bot"
        await visitor.hears(hear.TypingChanged, lambda each: each.is_typing)
        await agent.hears_line("asked: Where is my order?")
        await visitor.hears(hear.MarksChanged, lambda each: each.marks.kind == "bot" and each.marks.read >= said.seq)
    assert visitor.lines(conversation) == [line.body]


async def test_what_was_said_before_the_bot_came_is_answered_once(people: Cast, bot: Bot) -> None:
    """Another run of the same bot finds what the first left, and answers nothing twice."""
    visitor = await people.visitor()
    async with at_work(shouting(bot), people.org):
        conversation = await visitor.start()
        await visitor.say(conversation, "one")
        await visitor.hears_line("one!")
    await visitor.say(conversation, "two")
    await visitor.say(conversation, "three")
    async with at_work(bot):
        await visitor.hears_line("three!")
    assert visitor.lines(conversation) == ["one!", "two!", "three!"]


async def test_what_a_colleague_has_answered_is_not_answered_again(people: Cast, bot: Bot) -> None:
    """A bot that gets a conversation says nothing to what is settled in it."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await visitor.say(conversation, "one")
    await agent.take(conversation)
    await agent.say(conversation, "It is settled.")
    await visitor.say(conversation, "two")
    async with at_work(shouting(bot), people.org):
        bot_id = (await agent.get("/api/presence"))["agents"]
        (robbie,) = [each["id"] for each in bot_id if each["kind"] == "bot"]
        await agent.decide(say.AssignConversation(uuid7(), conversation, 2, agent_id=robbie))
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
    async with at_work(bot, people.org):
        slow, quick = await visitor.start(), await other.start()
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
    changes: list[Event] = []
    begun, goes_on = asyncio.Event(), asyncio.Event()

    @bot.on_message
    async def answer(turn: Turn) -> None:
        begun.set()
        await goes_on.wait()
        await turn.reply(f"{turn.text}!")

    @bot.on(Edited)
    async def edited(event: Edited) -> None:
        changes.append(event)

    @bot.on(Deleted)
    async def deleted(event: Deleted) -> None:
        changes.append(event)

    visitor = await people.visitor()
    async with at_work(bot, people.org):
        conversation = await visitor.start()
        first = await visitor.say(conversation, "frist")
        await begun.wait()
        second, third = await visitor.say(conversation, "secnd"), await visitor.say(conversation, "third")
        for change in (
            say.EditMessage(uuid7(), conversation, first.id, "first"),
            say.EditMessage(uuid7(), conversation, second.id, "second"),
            say.DeleteMessage(uuid7(), conversation, third.id),
            say.DeleteMessage(uuid7(), conversation, first.id),
        ):
            await visitor.send(change)
            last = await visitor.answer(change.id)
        await eventually(lambda: _has_got(visitor, last.seq))
        goes_on.set()
        await visitor.hears_line("second!")
    assert visitor.lines(conversation) == ["frist!", "second!"]
    assert [type(each) for each in changes] == [Edited, Deleted]


async def _has_got(visitor: Visitor, seq: int) -> bool:
    return any(isinstance(each, hear.MarksChanged) and each.marks.delivered >= seq for each in visitor.heard)


async def test_history_is_what_was_said_before(people: Cast, bot: Bot) -> None:
    """A handler reads as far back as it wants."""
    before: list[str] = []

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "four":
            before.extend(each.body for each in await turn.history(3) if isinstance(each, MessagePosted))
        await turn.reply(f"{turn.text}!")

    visitor = await people.visitor()
    async with at_work(bot, people.org):
        conversation = await visitor.start()
        for text in ("one", "two", "three", "four"):
            await visitor.say(conversation, text)
            await visitor.hears_line(f"{text}!")
    assert before == ["two!", "three", "three!"]


async def test_a_bot_says_something_by_itself(people: Cast, bot: Bot) -> None:
    """Not everything that a bot says is an answer; what it does not hold is not its to speak in."""
    visitor, other = await people.visitor(), await people.visitor()
    await_people = await other.start()
    async with at_work(shouting(bot), people.org):
        conversation = await visitor.start()
        await visitor.say(conversation, "hello")
        await visitor.hears_line("hello!")
        await bot.say(conversation, "Your parcel has arrived")
        await visitor.hears_line("Your parcel has arrived")
        with pytest.raises(Rejected) as refused:
            await bot.say(await_people, "Nobody asked me")
        assert refused.value.code == RefusalCode.STALE_TURN


async def test_a_bot_reads_along_and_tells_the_team(people: Cast, bot: Bot) -> None:
    """Where it holds nothing it may still write notes."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        await turn.note(f"They mean: {turn.text}")

    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    bot.watch(conversation)
    async with at_work(bot):
        await visitor.say(conversation, "hello")
        await agent.hears_line("They mean: hello")
        await bot.unwatch(conversation)
    assert visitor.lines(conversation) == []
