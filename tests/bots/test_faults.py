"""Whatever dies or freezes, each message of a visitor gets its answer, and gets it once."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.protocol.entries import HandoffRequested, MessagePosted
from tests.bots.conftest import bot_process
from tests.conftest import Cast
from tests.people import Visitor, eventually
from tests.servers import House, Organization, running

COUNT = 12


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Two webs to kill, which notice soon that somebody is frozen."""
    settings = {"FRONTDESK_PING_EVERY": "1", "FRONTDESK_PRESENCE_GRACE": "60", "FRONTDESK_VISITOR_RATE": "500"}
    async with running(webs=2, workers=1, **settings) as made:
        yield made


@asynccontextmanager
async def slow_bot(org: Organization) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The bot in a process of its own, with the company's new conversations; it ends with the test."""
    async with bot_process(org, sys.executable, str(Path(__file__).parent / "two_lines.py")) as process:
        yield process


def answers(visitor: Visitor) -> list[str]:
    """What the visitor reads, in the order of its numbers."""
    heard = {each.id: each for each in visitor.heard if isinstance(each, MessagePosted) and each.sender.kind == "bot"}
    return [each.body for each in sorted(heard.values(), key=lambda each: (each.epoch, each.seq))]


def wanted(texts: list[str]) -> list[str]:
    """Two lines for each."""
    return [f"{text} {line}" for text in texts for line in "ab"]


async def all_answered(visitor: Visitor, texts: list[str]) -> None:
    """Each in order, and each line once, for the visitor and in Postgres."""

    async def are_there() -> bool:
        return len(answers(visitor)) >= len(wanted(texts))

    await eventually(are_there, patience=60)
    assert answers(visitor) == wanted(texts)

    async def are_stored() -> bool:
        rows = await visitor.org.house.rows(
            "select body from message where org_id = $1 and sender_kind = 'bot' order by epoch, seq", visitor.org.id
        )
        return [row["body"] for row in rows] == wanted(texts)

    await eventually(are_stored)


async def test_a_node_dies_under_the_bot(people: Cast) -> None:
    """The bot comes back and goes on: what it had said is not said again, what it had not said is."""
    visitor = await people.visitor(node=1)
    texts = [f"message {number}" for number in range(COUNT)]
    async with slow_bot(people.org):
        conversation = await visitor.start()
        for text in texts:
            await visitor.say(conversation, text)
        await visitor.hears_line("message 3 a", patience=30)
        people.org.house.webs[0].kill()
        people.org.house.webs[0].start()
        await all_answered(visitor, texts)


async def test_the_bot_dies_in_the_middle_of_an_answer(people: Cast) -> None:
    """The next run says the same under the same ids: the log keeps one line of each."""
    visitor = await people.visitor(node=1)
    texts = [f"message {number}" for number in range(4)]
    async with slow_bot(people.org):
        conversation = await visitor.start()
        for text in texts[:2]:
            await visitor.say(conversation, text)
        await visitor.hears_line("message 1 a", patience=30)
    async with slow_bot(people.org):
        for text in texts[2:]:
            await visitor.say(conversation, text)
        await visitor.hears_line("message 3 a", patience=30)
    async with slow_bot(people.org):
        await all_answered(visitor, texts)


async def test_the_bot_freezes_and_thaws(people: Cast) -> None:
    """The server gives it up; when it is back it answers what was said meanwhile, and nothing twice."""
    visitor = await people.visitor(node=1)
    texts = [f"message {number}" for number in range(6)]
    async with slow_bot(people.org) as process:
        conversation = await visitor.start()
        for text in texts[:3]:
            await visitor.say(conversation, text)
        await visitor.hears_line("message 1 a", patience=30)
        process.send_signal(signal.SIGSTOP)
        for text in texts[3:]:
            await visitor.say(conversation, text)
        await eventually(lambda: _was_given_up(people.org.house), patience=30)
        process.send_signal(signal.SIGCONT)
        await all_answered(visitor, texts)


async def test_people_have_what_a_dead_bot_does_not_answer(people: Cast) -> None:
    """A visitor waits so long and no longer; when the bot is back, what it wanted to say is not said."""
    visitor, agent = await people.visitor(node=1), await people.agent(node=1)
    await people.org.house.rows("update bot set answer_seconds = 2 where org_id = $1", people.org.id)
    async with slow_bot(people.org) as process:
        conversation = await visitor.start()
        await agent.watch(conversation)
        await visitor.say(conversation, "one")
        await visitor.hears_line("one b", patience=30)
        process.send_signal(signal.SIGSTOP)
        await visitor.say(conversation, "two")
        asked = await agent.hears(HandoffRequested, patience=30)
        assert asked.reason_code == "no_answer"
        process.send_signal(signal.SIGCONT)
        version = (await agent.watch(conversation)).summary
        assert version is not None
        await agent.take(conversation, version.version)
        await agent.say(conversation, "I am a person")
        await visitor.hears_line("I am a person")
        # It is back, and holds what is new.
        other = await people.visitor(node=1)
        await other.say(await other.start(), "three")
        await other.hears_line("three b", patience=30)
    assert visitor.lines(conversation) == ["one a", "one b", "I am a person"]


async def _was_given_up(house: House) -> bool:
    """The node closed a socket that was silent."""
    async with house.http.get(f"{house.url(0)}/metrics") as answer:
        return 'frontdesk_sockets{kind="bot"} 0' in await answer.text()
