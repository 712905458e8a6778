"""Bots on the library that developers get, against a running installation."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from frontdesk_bot import Bot
from tests.people import PATIENCE
from tests.servers import Organization

MakeBot = Callable[..., Bot]


@pytest.fixture
def bot(org: Organization) -> Bot:
    """A bot of this company, that does nothing yet."""
    return Bot(org.house.url(), org.bot_token)


@asynccontextmanager
async def at_work(bot: Bot) -> AsyncIterator[None]:
    """The bot runs meanwhile, and stops properly."""
    async with AsyncExitStack() as stack:
        running = asyncio.create_task(bot.serve())
        stack.push_async_callback(asyncio.wait_for, running, PATIENCE)
        stack.callback(bot.stop)
        yield
