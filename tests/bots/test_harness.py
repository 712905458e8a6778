"""A bot is tried without a server."""

import asyncio

import pytest

from frontdesk_bot import Bot, ContentForm, FormField, Harness, QuickReply, Turn
from frontdesk_bot.echo import echo
from frontdesk_bot.protocol.entries import MessagePosted


@pytest.fixture
def bot() -> Bot:
    """A bot that goes nowhere."""
    return Bot("http://127.0.0.1", "fdb_none", deadline=0.5)


async def test_one_says_something_and_gets_the_answer(bot: Bot) -> None:
    """As in the README."""
    bot.on_message(echo)
    async with Harness(bot) as talk:
        assert (await talk.say("hello")).text == "You said: hello"
        assert (await talk.say("goodbye")).replies == ["You said: goodbye"]


async def test_notes_and_history_are_there_as_well(bot: Bot) -> None:
    """What only the team reads is kept apart; silence is an answer."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        before = [each.body for each in await turn.history() if isinstance(each, MessagePosted)]
        if turn.text != "hush":
            async with turn.typing():
                await turn.note(f"before: {before}")
            await turn.reply("one")
            await turn.reply("two")

    async with Harness(bot) as talk:
        first = await talk.say("hello")
        assert (first.text, first.notes) == ("one\ntwo", ["before: []"])
        assert (await talk.say("hush")).replies == []
        assert (await talk.say("again")).notes == ["before: ['hello', 'before: []', 'one', 'two', 'hush']"]


async def test_what_a_handler_raises_is_raised(bot: Bot) -> None:
    """A test sees the mistake itself, and a handler that hangs."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "hang":
            await asyncio.Event().wait()
        raise ZeroDivisionError(turn.text)

    async with Harness(bot) as talk:
        with pytest.raises(ZeroDivisionError, match="hello"):
            await talk.say("hello")
        with pytest.raises(TimeoutError):
            await talk.say("hang")


async def test_visitors_do_not_hear_each_other(bot: Bot) -> None:
    """Each has a conversation of its own."""
    names: list[str] = []

    @bot.on_message
    async def answer(turn: Turn) -> None:
        names.append(turn.visitor.name)
        await turn.reply(turn.text)

    harness = Harness(bot)
    async with harness as talk:
        zoe = harness.newcomer("Zoe")
        answers = await asyncio.gather(talk.say("one"), zoe.say("two"), zoe.say("three"))
    assert [each.text for each in answers] == ["one", "two", "three"]
    assert sorted(names) == ["", "Zoe", "Zoe"]


async def test_a_handler_is_a_coroutine_and_the_only_one(bot: Bot) -> None:
    """Both mistakes are told where they are made."""
    with pytest.raises(TypeError, match="async def"):
        bot.on_message(lambda turn: turn.reply("x"))
    bot.on_message(echo)
    with pytest.raises(ValueError, match="already"):
        bot.on_message(echo)


async def test_what_is_tapped_and_filled_in(bot: Bot) -> None:
    """The bot gets the payload and the values, and the story what was shown."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.payload is not None:
            await turn.reply(turn.payload, form=ContentForm([FormField("order", "Order")]))
        elif turn.values:
            await turn.reply(turn.values["order"])
        else:
            await turn.reply("Which?", quick_replies=[QuickReply("This", "a"), QuickReply("That", "b")])

    async with Harness(bot) as talk:
        shown = await talk.say("hello")
        assert [each.label for each in shown.contents[0].quick_replies] == ["This", "That"]
        assert (await talk.tap("That")).text == "b"
        assert (await talk.fill(order="1041")).text == "1041"
