"""A running installation whose database the demo has filled, as `frontdesk up` does it on its first start."""

from collections.abc import AsyncIterator
from uuid import UUID

import aiohttp
import pytest

from server.core.auth import Visitor as Known
from server.core.auth import sign_visitor
from server.core.clock import now_ms
from server.demo import DEMO_LOGINS, DEMO_WIDGET_KEY, make_demo
from tests.people import Agent, Visitor
from tests.servers import Databases, House, Organization

SHOP_PORT = 8471


class Member(Agent):
    """A member of the demo's company, by the first name."""

    async def login(self) -> None:
        """Log in with the password that everybody knows."""
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        email, password = next(each for each in DEMO_LOGINS if each[0].startswith(self.name))
        self.id = UUID((await self.post("/api/login", {"email": email, "password": password}))["agent_id"])


class Customer(Visitor):
    """A visitor of the demo's past, whose browser still has its token."""

    def __init__(self, org: Organization, contact_id: UUID, channel_id: UUID) -> None:
        super().__init__(org)
        self.contact_id = contact_id
        secret = org.house.databases.environment["FRONTDESK_SECRET"]
        self.token, _ = sign_visitor(secret, Known(org.id, channel_id, contact_id, "Hannah Berg"), now_ms())


@pytest.fixture(scope="module")
async def filled() -> AsyncIterator[House]:
    """Databases of their own: the demo fills only a database that holds nobody's organization."""
    databases = Databases()
    try:
        await databases.start()
        made = await make_demo(databases.environment["DATABASE_URL"], SHOP_PORT)
        assert made is not None
        async with House(databases, webs=1, workers=1) as house:
            yield house
    finally:
        databases.stop()


@pytest.fixture
async def company(filled: House) -> Organization:
    """The demo's company."""
    (row,) = await filled.rows("select id from organization where slug = 'frontdesk-demo'")
    (channel,) = await filled.rows("select id from channel where widget_key = $1", DEMO_WIDGET_KEY)
    return Organization(filled, row["id"], "frontdesk-demo", DEMO_WIDGET_KEY, channel["id"])
