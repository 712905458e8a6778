"""Bots on the library that developers get, against a running installation."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import pytest

from frontdesk_bot import Bot
from tests.people import PATIENCE, Agent, eventually
from tests.servers import ROOT, Organization


@pytest.fixture
def bot(org: Organization) -> Bot:
    """A bot of this company, that does nothing yet."""
    return Bot(org.house.url(), org.bot_token)


@asynccontextmanager
async def at_work(bot: Bot, org: Organization | None = None) -> AsyncIterator[None]:
    """The bot runs meanwhile, and stops properly; with an organization it has its new conversations."""
    bot_id = None if org is None else await first_answers(org)
    async with AsyncExitStack() as stack:
        running = asyncio.create_task(bot.serve())
        stack.push_async_callback(asyncio.wait_for, running, PATIENCE)
        stack.callback(bot.stop)
        if org is not None and bot_id is not None:
            await is_there(org, bot_id)
        yield


async def first_answers(org: Organization) -> UUID:
    """From now on the company's bot holds new conversations first, while it is there; its id."""
    lead = Agent(org, "olga")
    await lead.login()
    assert lead.http is not None
    bot_id: str = (await lead.get("/api/bots"))["items"][0]["id"]
    url = org.house.url()
    path = f"{url}/api/channels/{org.channel_id}"
    async with lead.http.get(path) as answer:
        tag = answer.headers["ETag"]
    headers = {"Origin": url, "If-Match": tag}
    async with lead.http.patch(path, json={"default_bot_id": bot_id}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
    await lead.leave()
    return UUID(bot_id)


async def is_there(org: Organization, bot_id: UUID) -> None:
    """Wait until the bot may be given conversations."""
    query = "select 1 from agent where org_id = $1 and id = $2 and is_connected"
    await eventually(lambda: org.house.rows(query, org.id, bot_id))


@asynccontextmanager
async def bot_process(org: Organization, *command: str, **variables: str) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A bot in a process of its own, with the company's new conversations; it ends with the test."""
    bot_id = await first_answers(org)
    environment = {
        **os.environ, "BOT_URL": org.house.url(0), "BOT_TOKEN": org.bot_token,
        "PYTHONPATH": str(ROOT / "bots" / "src"), **variables,
    }  # fmt: skip
    process = subprocess.Popen(command, env=environment)  # noqa: ASYNC220 - it comes back at once
    try:
        await is_there(org, bot_id)
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()
