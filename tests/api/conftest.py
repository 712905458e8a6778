"""A web for the walks through every route, whose limits are far away, and companies that whole files share."""

from collections.abc import AsyncIterator

import pytest

from tests.api.quiet import Quiet
from tests.api.world import World
from tests.servers import Databases, House


@pytest.fixture(scope="session")
async def open_house(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases; the workers of the installation serve it, too."""
    limits = "API VISITOR BOT CONNECT LOGIN ORGANIZATION"
    fast = {f"FRONTDESK_{each}_RATE": "100000" for each in limits.split()}
    fast |= {f"FRONTDESK_{each}_BURST": "100000" for each in ("API", "VISITOR", "CONNECT")}
    # No worker takes its mails out.
    fast |= {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "walks@example.com"}
    fast |= {"FRONTDESK_PUBLIC_URL": "http://127.0.0.1:{port}"}
    async with House(databases, webs=1, workers=0, **fast) as running:
        yield running


@pytest.fixture(scope="module")
async def world(open_house: House) -> World:
    """A company of this file's own, in which everything may happen."""
    return await World.of(open_house)


@pytest.fixture(scope="module")
async def quiet(open_house: House) -> Quiet:
    """Another company, with one of everything, in which nothing may happen."""
    return await Quiet.furnished(open_house)
