"""One installation for all weather, with short leases and deadlines, on servers that keep what they answer for."""

from collections.abc import AsyncIterator

import pytest

from tests.servers import Databases
from tests.weather.stormy import Stormy

SETTINGS = {
    "FRONTDESK_COMMAND_DEADLINE": "1",
    "FRONTDESK_CANARY_EVERY": "0.3",
    "FRONTDESK_CANARY_DEADLINE": "1",
    "FRONTDESK_DRAIN": "0.2",
    "FRONTDESK_VISITOR_RATE": "1000",
    "FRONTDESK_VISITOR_BURST": "1000",
    "FRONTDESK_ORGANIZATION_RATE": "10000",
}


@pytest.fixture(scope="package")
async def servers() -> AsyncIterator[Databases]:
    """Databases to break, which keep what they answer for."""
    made = Databases(durable=True)
    try:
        await made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
async def house(servers: Databases) -> AsyncIterator[Stormy]:
    """An installation to break."""
    async with Stormy(servers, **SETTINGS) as made:
        yield made
