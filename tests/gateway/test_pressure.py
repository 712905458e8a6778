"""Clients that read too slowly, answer nothing, or lose their node: the others do not notice, and nothing is lost."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from server.core.db import connect
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.values import Position
from tests.conftest import Cast
from tests.gateway.raw import CLOSE, PING, PONG, TEXT, Raw, hello_of, masked
from tests.hearing import read
from tests.people import Agent, Visitor, eventually
from tests.servers import Databases, House

# Some 15,000 bytes: twenty of them are more than kernel and server keep for a reader who asked for little.
LONG = "ü" * 7990
DRAIN = 0.5


@pytest.fixture(scope="module")
async def narrow(databases: Databases, house: House) -> AsyncIterator[Cast]:
    """The people of a company on a web that keeps little for slow readers."""
    settings = {"FRONTDESK_OUTGOING_BYTES": "300000", "FRONTDESK_VISITOR_SOCKETS": "1", "FRONTDESK_MEMBER_RATE": "500"}
    async with House(databases, webs=1, workers=0, **settings) as made, AsyncExitStack() as stack:
        yield Cast(await made.organization(), stack)


@pytest.fixture(scope="module")
async def pinging(databases: Databases, house: House) -> AsyncIterator[House]:
    """A web that pings all the time."""
    async with House(databases, webs=1, workers=0, FRONTDESK_PING_EVERY="0.1") as made:
        yield made


class Scene:
    """A visitor who is about to read slowly, and two agents who follow what it follows."""

    def __init__(self, visitor: Visitor, speaker: Agent, watcher: Agent, conversation_id: UUID) -> None:
        self.visitor, self.speaker, self.watcher, self.conversation_id = visitor, speaker, watcher, conversation_id
        self.said: list[str] = []

    async def speak(self, lines: int) -> None:
        """Send many long lines; the watcher hears each."""
        first = len(self.said)
        # Each of another length, so that a header in another's place is noticed.
        texts = [f"{number:03} {LONG[: -20 * number - 1]}" for number in range(first, first + lines)]
        drafts = [self.speaker.draft(self.conversation_id, text) for text in texts]
        for at in range(0, lines, 30):
            for draft in drafts[at : at + 30]:
                await self.speaker.send(draft)
            for draft in drafts[at : at + 30]:
                await self.speaker.answer(draft.id)
        self.said += texts
        await self.watcher.hears_line(texts[-1])

    async def types(self, *, is_typing: bool) -> None:
        """Type, or stop; the watcher hears of it."""
        await self.speaker.send(say.SetTyping(self.conversation_id, is_typing))
        await self.watcher.hears(hear.TypingChanged, lambda each: each.is_typing == is_typing)


async def _scene(cast: Cast) -> Scene:
    visitor = await cast.visitor()
    speaker, watcher = await cast.agent("ada"), await cast.agent("ben")
    scene = Scene(visitor, speaker, watcher, await visitor.start())
    await speaker.watch(scene.conversation_id)
    await watcher.watch(scene.conversation_id)
    await visitor.leave()
    return scene


async def test_a_slow_reader_loses_typing_and_no_line(narrow: Cast) -> None:
    """What is only worth something now is dropped first; when it reads on it hears every line, and typing again."""
    scene = await _scene(narrow)
    async with Raw(narrow.org.house, is_slow=True) as slow:
        await slow.greet(scene.visitor)
        # As many as a web keeps for it, so that it is behind whatever the kernel took.
        await scene.speak(18)
        await scene.types(is_typing=True)
        heard: list[str] = []
        while len(heard) < 18:
            frame = read((await slow.frame()).payload.decode())
            assert not isinstance(frame, hear.TypingChanged)
            heard += [frame.body] if isinstance(frame, told.MessagePosted) else []
        assert heard == scene.said
        await scene.types(is_typing=False)
        assert not (await slow.hears(hear.TypingChanged)).is_typing


async def test_a_reader_that_is_far_too_slow_is_closed_and_resumes(narrow: Cast) -> None:
    """With 4001, while the others hear everything; what it has and what it gets afterwards is all that was said."""
    scene = await _scene(narrow)
    heard: list[told.MessagePosted] = []
    async with Raw(narrow.org.house, is_slow=True) as slow:
        await slow.greet(scene.visitor)
        await scene.speak(40)
        while (frame := await slow.frame()).opcode == TEXT:
            entry = read(frame.payload.decode())
            heard += [entry] if isinstance(entry, told.MessagePosted) else []
        assert (frame.opcode, frame.code) == (CLOSE, 4001)
    assert 0 < len(heard) < 40
    await scene.speak(1)
    last = Position(heard[-1].epoch, heard[-1].seq)
    welcome = await scene.visitor.connect(say.Resume(scene.conversation_id, last))
    (resumed,) = welcome.resumed
    assert resumed.recovered
    entries = list(resumed.entries)
    while resumed.has_more:
        # One answer is never more than what may wait for a slow reader.
        resumed = await scene.visitor.watch(scene.conversation_id, resumed.position)
        entries += resumed.entries
    missed = [entry for entry in entries if isinstance(entry, told.MessagePosted)]
    assert [entry.body for entry in (*heard, *missed)] == scene.said
    assert scene.watcher.lines(scene.conversation_id) == scene.said
    await scene.visitor.leave()


async def test_who_says_goodbye_and_reads_nothing_is_gone_soon(narrow: Cast) -> None:
    """What waits for it keeps its place no longer than a moment: the only socket that it may have is free again."""
    scene = await _scene(narrow)
    async with Raw(narrow.org.house, is_slow=True) as slow:
        await slow.greet(scene.visitor)
        await scene.speak(14)
        await slow.send(masked(CLOSE, b"\x03\xe8"))

        async def is_free() -> bool:
            await scene.visitor.open()
            await scene.visitor.send_text((await hello_of(scene.visitor)).decode())
            try:
                await scene.visitor.hears(
                    hear.Welcome, lambda each: each.session_id != scene.visitor.welcome.session_id
                )
            except AssertionError:
                return False
            return True

        assert await eventually(is_free)
    await scene.visitor.leave()


async def test_who_answers_no_ping_is_closed(pinging: House) -> None:
    """Two are enough; whoever answers, with a frame as browsers must or with the protocol's own, stays."""
    shop = await pinging.organization()
    silent, lively = Visitor(shop), Visitor(shop)
    silent.answers_pings = False
    await lively.connect()
    await silent.connect()
    assert await silent.hears_close() == 4002
    assert sum(isinstance(each, hear.Ping) for each in silent.heard) == 2
    async with Raw(pinging) as raw:
        await raw.greet(silent)
        for _ in range(5):
            await raw.hears(hear.Ping)
            await raw.send(masked(PONG))
        for _ in range(2):
            await raw.hears(hear.Ping)
        assert (await raw.close()).code == 4002
    async with Raw(pinging) as raw:
        await raw.greet(silent)
        # Pings of its own are answered, and are no answer.
        await raw.send(masked(PING))
        assert (await raw.close()).code == 4002
    await lively.start()
    await lively.leave()


async def test_a_node_that_goes_sends_everybody_to_another(databases: Databases, house: House) -> None:
    """On SIGTERM each client hears 4000 within the drain time, the process ends well, and all resume elsewhere."""
    async with (
        House(databases, webs=2, workers=0, FRONTDESK_DRAIN=str(DRAIN)) as pair,
        AsyncExitStack() as stack,
    ):
        cast = Cast(await pair.organization(), stack)
        visitors = [await cast.visitor() for _ in range(8)]
        topics = [await visitor.start() for visitor in visitors]
        agent, stays = await cast.agent("ada"), await cast.agent("ben", node=1)
        await agent.watch(topics[0])
        last = await agent.say(topics[0], "Before")
        async with Raw(pair) as mute, Raw(pair) as unheard:
            await mute.shake_hands()
            await unheard.send(b"GET /health/live HTTP/1.1\r\nHost: x\r\n")
            began = time.monotonic()
            pair.webs[0].signal(signal.SIGTERM)
            assert [await person.hears_close() for person in (*visitors, agent)] == [4000] * 9
            assert (await mute.close()).code == 4000
            assert time.monotonic() - began < DRAIN + 5
        assert await asyncio.to_thread(pair.webs[0].stop) == 0
        assert time.monotonic() - began < DRAIN + 10
        said = [await stays.say(topic, "Meanwhile") for topic in topics]
        for visitor, topic, line in zip(visitors, topics, said, strict=True):
            known = Position(line.epoch, line.seq - 1)
            (resumed,) = (await visitor.connect(say.Resume(topic, known), node=1)).resumed
            assert [getattr(entry, "body", "") for entry in resumed.entries] == ["Meanwhile"]
        (resumed,) = (await agent.connect(say.Resume(topics[0], Position(last.epoch, last.seq)), node=1)).resumed
        assert [getattr(entry, "body", "") for entry in resumed.entries] == ["Meanwhile"]
        await agent.say(topics[0], "And on")
        await visitors[0].hears_line("And on")


@pytest.mark.parametrize("extra", [20, 190])
async def test_what_a_bot_says_while_its_holdings_are_looked_up_is_not_held_against_it(
    people: Cast, house: House, extra: int
) -> None:
    """It has its welcome, and hears of the rest while Postgres is slow: what is within its allowance waits."""
    bot = await people.bot()
    await bot.is_there()
    connection = await connect(house.databases.environment["DATABASE_OWNER_URL"])
    try:
        async with connection.transaction():
            await connection.execute("select from agent where id = $1 for update", bot.id)
            await bot.connect()
            in_flight = bot.welcome.limits.in_flight
            drafts = [bot.draft(uuid7(), "too early") for _ in range(in_flight)]
            for frame in [*drafts, *(say.Pong() for _ in range(extra)), last := bot.draft(uuid7(), "the last")]:
                await bot.send(frame)
            if in_flight + extra >= bot.welcome.limits.burst:
                await bot.hears(hear.Refused, lambda each: each.id == last.id)
    finally:
        await connection.close()
    for each in [*drafts, last]:
        await bot.hears(hear.Refused, lambda refused, draft=each: refused.id == draft.id)  # type: ignore[misc]
    assert bot.close_code is None
