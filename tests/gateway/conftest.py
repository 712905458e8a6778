"""A company that a whole file of tests shares, and two of its people who must not notice what others do wrong."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from tests.conftest import Cast
from tests.gateway.rfc6455 import MOST_BYTES, MOST_FRAGMENTS
from tests.people import Agent, Visitor
from tests.servers import Databases, House, Organization


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


@pytest.fixture(scope="session")
async def edge(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases that takes frames as fast as they come, and few sockets of one person."""
    limits = "VISITOR_RATE VISITOR_BURST CONNECT_RATE CONNECT_BURST ORGANIZATION_RATE"
    wide = {f"FRONTDESK_{each}": "1000000" for each in limits.split()}
    wide |= {"FRONTDESK_MESSAGE_BYTES": str(MOST_BYTES), "FRONTDESK_MESSAGE_FRAGMENTS": str(MOST_FRAGMENTS)}
    async with House(databases, webs=1, workers=0, FRONTDESK_VISITOR_SOCKETS="5", **wide) as made:
        yield made


@pytest.fixture(scope="module")
async def neighbours(edge: House) -> AsyncIterator[Bystanders]:
    """Two people who talk at the edge."""
    async with AsyncExitStack() as stack:
        cast = Cast(await edge.organization(), stack)
        visitor, agent = await cast.visitor(), await cast.agent("ben")
        yield Bystanders(visitor, agent, await visitor.start("Next door"))


@pytest.fixture
async def cast(shop: Organization) -> AsyncIterator[Cast]:
    """Makes people of the shop, and sends them home afterwards."""
    async with AsyncExitStack() as stack:
        yield Cast(shop, stack)
