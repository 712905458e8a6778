"""One installation for all weather, with short leases and deadlines, on servers that keep what they answer for."""

from collections.abc import AsyncIterator

import pytest

from tests.servers import Databases
from tests.weather.stormy import Stormy


@pytest.fixture(scope="package")
async def house() -> AsyncIterator[Stormy]:
    """An installation to break."""
    databases = Databases(durable=True)
    try:
        await databases.start()
        async with Stormy(
            databases,
            FRONTDESK_COMMAND_DEADLINE="1",
            FRONTDESK_CANARY_EVERY="0.3",
            FRONTDESK_CANARY_DEADLINE="1",
            FRONTDESK_DRAIN="0.2",
            FRONTDESK_VISITOR_RATE="1000",
            FRONTDESK_VISITOR_BURST="1000",
            FRONTDESK_ORGANIZATION_RATE="10000",
        ) as made:
            yield made
    finally:
        databases.stop()
