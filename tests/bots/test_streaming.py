"""An answer that is seen while it is being made, and stands there once."""

import asyncio

import pytest

from frontdesk_bot import Bot, Harness, Turn
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import Person
from tests.servers import House


def telling(bot: Bot, goes_on: asyncio.Event) -> Bot:
    """A bot that begins a sentence, and ends it when the story goes on."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.streaming() as out:
            out.write("Once ")
            out.write("upon")
            await goes_on.wait()
            if turn.text == "never mind":
                return
            out.write(" a time")
            await turn.reply(out.text)

    return bot


async def shown(person: Person, body: str) -> hear.PartialShown:
    """What somebody sees of an answer that is not there yet."""
    return await person.hears(hear.PartialShown, lambda each: each.body == body)


async def test_visitor_and_team_see_it_grow_and_then_stand_there(people: Cast, house: House, bot: Bot) -> None:
    """On every node, under the id that the answer has then; and nothing of it is kept."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    goes_on = asyncio.Event()
    async with at_work(telling(bot, goes_on), people.org):
        conversation = await visitor.start()
        await agent.watch(conversation)
        await visitor.say(conversation, "Tell me a story")
        partial = await shown(visitor, "Once upon")
        assert (await shown(agent, "Once upon")).message_id == partial.message_id
        assert (partial.sender.kind, partial.sender.name) == ("bot", "Robbie")
        goes_on.set()
        line = await visitor.hears_line("Once upon a time")
        assert line.id == partial.message_id
        assert not [each for each in visitor.heard if isinstance(each, hear.PartialShown) and not each.body]
    rows = await house.rows("select body from message where conversation_id = $1 and sender_kind = 'bot'", conversation)
    assert [row["body"] for row in rows] == ["Once upon a time"]


async def test_what_comes_to_nothing_is_taken_back(people: Cast, bot: Bot) -> None:
    """And the next answer has the number that was not used."""
    visitor = await people.visitor()
    goes_on = asyncio.Event()
    async with at_work(telling(bot, goes_on), people.org):
        conversation = await visitor.start()
        await visitor.say(conversation, "never mind")
        await shown(visitor, "Once upon")
        goes_on.set()
        await shown(visitor, "")
    assert visitor.lines(conversation) == []


async def test_who_takes_over_ends_it(people: Cast, bot: Bot) -> None:
    """The handler is canceled, and what it showed is gone."""
    visitor, agent = await people.visitor(), await people.agent()
    async with at_work(telling(bot, asyncio.Event()), people.org):
        conversation = await visitor.start()
        await visitor.say(conversation, "Tell me a story")
        partial = await shown(visitor, "Once upon")
        await agent.take(conversation, 1)
        taken = await visitor.hears(told.ConversationTaken)
        assert taken.turn > partial.turn


async def test_only_the_bot_that_has_the_word_is_seen(people: Cast) -> None:
    """Nobody sees what is shown for another turn, or without one; what is shown for the right one comes behind it."""
    visitor, agent, bot = await people.visitor(), await people.agent(), await people.bot()
    conversation = await visitor.start()
    await agent.watch(conversation)
    answer = uuid7()
    await bot.send(say.ShowPartial(answer, conversation, 0, "not held"))
    await bot.send(say.ShowPartial(answer, conversation, 1, "not yet"))
    held = await bot.given(conversation, agent)
    await bot.send(say.ShowPartial(answer, conversation, held.turn - 1, "a turn that is over"))
    await bot.send(say.ShowPartial(answer, conversation, held.turn + 1, "a turn to come"))
    await bot.send(say.ShowPartial(answer, conversation, held.turn, "Let me see"))
    await shown(visitor, "Let me see")
    for person in (visitor, agent):
        assert [each.body for each in person.heard if isinstance(each, hear.PartialShown)] == ["Let me see"]


async def test_many_pieces_are_few_frames() -> None:
    """However fast a model speaks: ten a second, fewer of what is long, and the last one is the whole."""
    bot = Bot("http://127.0.0.1", "fdb_none")

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.streaming() as out:
            for _ in range(500):
                out.write("word ")
                await asyncio.sleep(0.001)
            await turn.reply(out.text)

    async with Harness(bot) as talk:
        told = await talk.say("hello")
    assert told.text == "word " * 500
    assert 1 <= len(told.shown) <= 60
    assert all(told.text.startswith(each) for each in told.shown)


@pytest.mark.parametrize("fails", [True, False])
async def test_it_is_not_said_unless_it_is_said(fails: bool) -> None:
    """A handler that fails in the middle has shown something, and said nothing."""
    bot = Bot("http://127.0.0.1", "fdb_none")

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.streaming() as out:
            out.write("I thi")
            await asyncio.sleep(0.01)
            out.put("")
            if fails:
                raise ConnectionError
            await turn.reply("I know")

    async with Harness(bot) as talk:
        if fails:
            with pytest.raises(ConnectionError):
                await talk.say("hello")
            assert talk.entries[1:] == []
        else:
            assert (await talk.say("hello")).replies == ["I know"]
