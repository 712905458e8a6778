"""Whatever dies or freezes under a bot, somebody answers the visitor in time: the next bot here."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from frontdesk_bot import Bot, Turn
from tests.bots.conftest import bot_process
from tests.conftest import Cast
from tests.machines import connected
from tests.people import PATIENCE, Agent, Visitor
from tests.processes import Process
from tests.servers import House, Organization, running

TWO_LINES = str(Path(__file__).parent / "two_lines.py")


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Two webs and two workers to kill and to freeze, which notice it soon."""
    settings = {"FRONTDESK_PING_EVERY": "1", "FRONTDESK_PRESENCE_GRACE": "3", "FRONTDESK_VISITOR_RATE": "500"}
    async with running(webs=2, workers=2, **settings) as made:
        yield made


@pytest.fixture
async def second(people: Cast) -> AsyncIterator[None]:
    """A bot for triage on the library, on the node that lives: it has what no other bot has."""
    org = people.org
    bot = Bot(org.house.url(1), await _hired(org))

    @bot.on_message
    async def answer(turn: Turn) -> None:
        await turn.reply(f"next: {turn.text}")

    task = asyncio.create_task(bot.serve())
    await connected(org, await _id_of(org, "Next"))
    yield
    bot.stop()
    await asyncio.wait_for(task, PATIENCE)


@asynccontextmanager
async def struck(house: House, process: Process, fate: signal.Signals) -> AsyncIterator[None]:
    """A part of the installation is dead or frozen meanwhile."""
    if fate == signal.SIGSTOP:
        process.signal(fate)
    else:
        process.kill()
    try:
        yield
    finally:
        if fate == signal.SIGSTOP:
            process.signal(signal.SIGCONT)
        else:
            process.start()
            await house.ready()


async def _hired(org: Organization) -> str:
    lead = Agent(org, "olga", node=1)
    await lead.login()
    made = await lead.post("/api/bots", {"name": "Next", "type": "triage"})
    await lead.leave()
    await org.house.rows("update bot set answer_seconds = 2 where org_id = $1", org.id)
    token: str = made["token"]
    return token


async def _id_of(org: Organization, name: str) -> UUID:
    (row,) = await org.house.rows("select id from agent where org_id = $1 and name = $2", org.id, name)
    found: UUID = row["id"]
    return found


async def _is_answered(visitor: Visitor, conversation_id: UUID, text: str) -> None:
    """Within what one bot may take and another needs, on a machine that is far too slow."""
    await visitor.hears_line(f"next: {text}", patience=60)
    assert visitor.lines(conversation_id)[-1] == f"next: {text}"


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
async def test_the_bot_dies_or_freezes(people: Cast, fate: signal.Signals) -> None:
    """The next one answers what it left, and what comes new."""
    visitor = await people.visitor(node=1)
    async with bot_process(people.org, sys.executable, TWO_LINES) as process:
        conversation = await visitor.start()
        await visitor.say(conversation, "one")
        await visitor.hears_line("one b", patience=30)
        process.send_signal(fate)
        await visitor.say(conversation, "two")
        await _is_answered(visitor, conversation, "two")
        await visitor.say(conversation, "three")
        await _is_answered(visitor, conversation, "three")


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
async def test_the_bots_node_dies_or_freezes_and_the_bot_cannot_come_back(people: Cast, fate: signal.Signals) -> None:
    """It is well, and nobody hears it."""
    visitor = await people.visitor(node=1)
    web = people.org.house.webs[0]
    async with bot_process(people.org, sys.executable, TWO_LINES):
        conversation = await visitor.start()
        await visitor.say(conversation, "one")
        await visitor.hears_line("one b", patience=30)
        async with struck(people.org.house, web, fate):
            await visitor.say(conversation, "two")
            await _is_answered(visitor, conversation, "two")


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_worker_dies_or_freezes_with_the_bot(people: Cast, fate: signal.Signals) -> None:
    """The other one sees to it."""
    visitor = await people.visitor(node=1)
    worker = people.org.house.workers[0]
    async with bot_process(people.org, sys.executable, TWO_LINES) as process:
        conversation = await visitor.start()
        await visitor.say(conversation, "one")
        await visitor.hears_line("one b", patience=30)
        async with struck(people.org.house, worker, fate):
            process.send_signal(signal.SIGSTOP)
            await visitor.say(conversation, "two")
            await _is_answered(visitor, conversation, "two")
