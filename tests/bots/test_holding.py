"""A bot on the library holds conversations, and gives them away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from frontdesk_bot import Bot, Held, Left, Rejected, Turn
from frontdesk_bot.echo import echo
from frontdesk_bot.events import Event
from frontdesk_bot.protocol.codes import RefusalCode
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import eventually


class Witness:
    """A bot that holds what comes, and what its handlers saw."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.events: list[Event] = []
        self.trouble: list[BaseException] = []
        self.seen: list[str] = []
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()
        bot.on_message(self._answer)
        bot.on(Held)(self._happened)
        bot.on(Left)(self._happened)

    def kinds(self) -> list[str]:
        """What happened, in order."""
        return [type(each).__name__ for each in self.events]

    async def _happened(self, event: Event) -> None:
        self.events.append(event)

    async def _answer(self, turn: Turn) -> None:
        self.seen.append(turn.text)
        self.begun.set()
        try:
            await self._do(turn)
        except BaseException as error:
            self.trouble.append(error)
            raise

    async def _do(self, turn: Turn) -> None:
        if turn.text == "fail":
            raise ValueError("a mistake of the handler's")
        if turn.text == "hang":
            await asyncio.Event().wait()
        if turn.text == "too long":
            await turn.reply("x" * 20_000)
        if turn.text == "wait":
            await self.goes_on.wait()
        if turn.text == "person":
            await turn.hand_off("wants a person", reason_code="user_request", state={"order": 1041}, confidence=0.2)
            await self.goes_on.wait()
            await turn.reply("I am still here")
        await turn.reply(f"You said: {turn.text}")


@pytest.fixture
async def witness(people: Cast) -> AsyncIterator[Witness]:
    """At work, and the first to answer."""
    witness = Witness(Bot(people.org.house.url(), people.org.bot_token, deadline=0.5))
    async with at_work(witness.bot, people.org):
        yield witness


async def test_what_a_visitor_says_first_comes_to_the_bot_by_itself(people: Cast, witness: Witness) -> None:
    """It is told that it holds the conversation, before the first message."""
    visitor = await people.visitor(node=1)
    conversation = await visitor.start("Order 1041")
    await visitor.say(conversation, "hello")
    assert (await visitor.hears_line("You said: hello")).sender.kind == "bot"
    (held,) = witness.events
    assert isinstance(held, Held)
    assert (held.conversation_id, held.card.subject) == (conversation, "Order 1041")


async def test_it_hands_over_and_falls_silent(people: Cast, witness: Witness) -> None:
    """Who takes it knows why; the handler may finish, and what it still says is not said."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    await visitor.say(conversation, "person")
    asked = await agent.hears(told.HandoffRequested)
    assert (asked.reason_code, asked.reason, asked.confidence) == ("user_request", "wants a person", 0.2)
    witness.goes_on.set()
    await eventually(lambda: _is(witness.kinds(), ["Held", "Left"]))
    (trouble,) = witness.trouble
    assert isinstance(trouble, Rejected)
    assert trouble.code == RefusalCode.STALE_TURN
    await visitor.say(conversation, "anybody?")
    await agent.hears_line("anybody?")
    assert visitor.lines(conversation) == []


@pytest.mark.parametrize(("text", "code"), [("fail", "tool_failure"), ("hang", "timeout")])
async def test_a_visitor_is_not_left_alone_with_a_mistake(people: Cast, witness: Witness, text: str, code: str) -> None:
    """A handler that fails or hangs hands the conversation over, and the next visitor is answered."""
    visitor, other, agent = await people.visitor(), await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    await visitor.say(conversation, text)
    assert (await agent.hears(told.HandoffRequested)).reason_code == code
    await other.say(await other.start(), "hello")
    await other.hears_line("You said: hello")


async def test_a_person_takes_it_and_the_bot_stops_at_once(people: Cast) -> None:
    """The handler is canceled in the middle of what it does."""
    witness = Witness(Bot(people.org.house.url(), people.org.bot_token))
    visitor, agent = await people.visitor(), await people.agent()
    async with at_work(witness.bot, people.org):
        conversation = await visitor.start()
        await visitor.say(conversation, "wait")
        await witness.begun.wait()
        version = (await agent.watch(conversation)).summary
        assert version is not None
        await agent.decide(
            say.AssignConversation(uuid7(), conversation, version.version, agent_id=agent.welcome.identity.id)
        )
        await eventually(lambda: _is(witness.kinds(), ["Held", "Left"]))
    (trouble,) = witness.trouble
    assert isinstance(trouble, asyncio.CancelledError)
    assert visitor.lines(conversation) == []


async def test_it_greets_once(people: Cast) -> None:
    """It is told whether it has said something already, also in another run."""
    visitor = await people.visitor()
    async with at_work(greeter(people), people.org):
        conversation = await visitor.start()
        await visitor.hears_line("Hello, I am a machine.")
        await visitor.say(conversation, "one")
        await visitor.hears_line("You said: one")
    async with at_work(greeter(people)):
        await visitor.say(conversation, "two")
        await visitor.hears_line("You said: two")
    assert visitor.lines(conversation) == ["Hello, I am a machine.", "You said: one", "You said: two"]


def greeter(people: Cast) -> Bot:
    """A bot that begins."""
    bot = Bot(people.org.house.url(), people.org.bot_token)
    bot.on_message(echo)

    @bot.on(Held)
    async def greet(event: Held) -> None:
        if event.is_first:
            await bot.say(event.conversation_id, "Hello, I am a machine.")

    return bot


async def test_two_of_them_say_it_once(people: Cast, witness: Witness) -> None:
    """Both work at every message, and the visitor reads one answer."""
    second = Witness(Bot(people.org.house.url(1), people.org.bot_token))
    visitor = await people.visitor()
    texts = [f"message {number}" for number in range(5)]
    async with at_work(second.bot):
        await eventually(lambda: _is(second.bot.is_connected, wanted=True))
        conversation = await visitor.start()
        for text in texts:
            await visitor.say(conversation, text)
        await visitor.hears_line(f"You said: {texts[-1]}")
        await eventually(lambda: _is((witness.seen, second.seen), (texts, texts)))
    assert visitor.lines(conversation) == [f"You said: {text}" for text in texts]


async def test_what_is_too_long_to_be_said_ends_nothing(people: Cast, witness: Witness) -> None:
    """The server would close the connection again and again: the handler is told, and people answer."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    await visitor.say(conversation, "too long")
    assert (await agent.hears(told.HandoffRequested)).reason_code == "tool_failure"
    (trouble,) = witness.trouble
    assert isinstance(trouble, ValueError)


async def test_it_finds_what_it_held_when_it_is_back(people: Cast, witness: Witness) -> None:
    """Another run is told of all that the bot holds, and what was said meanwhile."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.say(conversation, "one")
    await visitor.hears_line("You said: one")
    witness.bot.stop()
    await eventually(lambda: _is(witness.bot.is_connected, wanted=False))
    await visitor.say(conversation, "two")
    second = Witness(Bot(people.org.house.url(), people.org.bot_token))
    async with at_work(second.bot):
        await visitor.hears_line("You said: two")
    assert (second.kinds(), second.seen) == (["Held"], ["two"])
    assert visitor.lines(conversation) == ["You said: one", "You said: two"]


async def _is(found: object, wanted: object) -> bool:
    return found == wanted
