"""A company that a whole file of tests shares, and two of its people who must not notice what others do wrong."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from tests.conftest import Cast
from tests.people import Agent, Visitor
from tests.servers import House, Organization


class Bystanders:
    """A visitor and an agent in a conversation of their own, on the first node."""

    def __init__(self, visitor: Visitor, agent: Agent, conversation_id: UUID) -> None:
        self.visitor, self.agent, self.conversation_id = visitor, agent, conversation_id
        self._said = 0

    async def go_on(self) -> None:
        """One says something, and the other hears it."""
        self._said += 1
        text = f"As I was saying, {self._said}"
        await self.agent.say(self.conversation_id, text)
        await self.visitor.hears_line(text)


@pytest.fixture(scope="module")
async def shop(house: House) -> Organization:
    """A company of this file's own."""
    return await house.organization()


@pytest.fixture(scope="module")
async def bystanders(shop: Organization) -> AsyncIterator[Bystanders]:
    """Two people who talk about something else."""
    async with AsyncExitStack() as stack:
        cast = Cast(shop, stack)
        visitor, agent = await cast.visitor(), await cast.agent("ben")
        yield Bystanders(visitor, agent, await visitor.start("Something else"))


@pytest.fixture
async def cast(shop: Organization) -> AsyncIterator[Cast]:
    """Makes people of the shop, and sends them home afterwards."""
    async with AsyncExitStack() as stack:
        yield Cast(shop, stack)
