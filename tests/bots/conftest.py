"""Bots on the library that developers get, against a running installation."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from frontdesk_bot import Bot
from tests.machines import connected, first_answers
from tests.people import PATIENCE
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
            await connected(org, bot_id)
        yield


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
        await connected(org, bot_id)
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()
