"""One installation for all tests: two webs and two workers on one Postgres and one Valkey; each test founds its own
companies in it.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import TypeVar

import pytest

from tests.machines import Bot
from tests.people import Agent, Person, Visitor
from tests.servers import Databases, House, Organization

P = TypeVar("P", bound=Person)


@pytest.fixture(scope="session")
async def databases() -> AsyncIterator[Databases]:
    """A real Postgres and a real Valkey."""
    made = Databases()
    try:
        await made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
async def house(databases: Databases) -> AsyncIterator[House]:
    """A running installation."""
    async with House(databases) as running:
        yield running


@pytest.fixture(scope="session")
async def open_house(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases, whose limits are far away; the workers of the installation serve it, too."""
    limits = "API VISITOR BOT CONNECT LOGIN SIGNUP ORGANIZATION ORGANIZATION_API"
    fast = {f"FRONTDESK_{each}_RATE": "100000" for each in limits.split()}
    fast |= {f"FRONTDESK_{each}_BURST": "100000" for each in ("API", "VISITOR", "CONNECT")}
    # No worker takes its mails out.
    fast |= {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "walks@example.com"}
    fast |= {"FRONTDESK_PUBLIC_URL": "http://127.0.0.1:{port}"}
    async with House(databases, webs=1, workers=0, **fast) as running:
        yield running


@pytest.fixture
async def org(house: House) -> Organization:
    """A company of this test's own."""
    return await house.organization()


@pytest.fixture
async def other(house: House) -> Organization:
    """Another company, that must never see the first."""
    return await house.organization()


@pytest.fixture
async def people(org: Organization) -> AsyncIterator["Cast"]:
    """Makes people, and sends them home afterwards."""
    async with AsyncExitStack() as stack:
        yield Cast(org, stack)


class Cast:
    """Brings people of a company to the stage, connected."""

    def __init__(self, org: Organization, stack: AsyncExitStack) -> None:
        self.org, self._stack = org, stack

    async def visitor(self, *, node: int = 0, org: Organization | None = None) -> Visitor:
        """Somebody on the website, with the widget open."""
        return await self._on_stage(Visitor(org or self.org, node))

    async def agent(self, name: str = "ada", *, node: int = 0, org: Organization | None = None) -> Agent:
        """A member at the console."""
        return await self._on_stage(Agent(org or self.org, name, node))

    async def bot(self, *, node: int = 0, token: str = "") -> Bot:
        """The company's bot, or the one with this token."""
        return await self._on_stage(Bot(self.org, node, token))

    async def _on_stage(self, person: P) -> P:
        self._stack.push_async_callback(person.leave)
        await person.connect()
        return person
