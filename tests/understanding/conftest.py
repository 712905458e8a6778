"""An installation that understands what visitors write."""

from collections.abc import AsyncIterator

import pytest

from tests.servers import Databases, House


@pytest.fixture(scope="session")
async def house(databases: Databases) -> AsyncIterator[House]:
    """Two workers, of whom either may be killed."""
    async with House(databases, webs=1, workers=2, FRONTDESK_UNDERSTANDING="on") as running:
        yield running
