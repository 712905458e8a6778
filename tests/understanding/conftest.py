"""An installation that understands what visitors write."""

from collections.abc import AsyncIterator

import pytest

from tests.servers import House, running


@pytest.fixture(scope="package")
async def house() -> AsyncIterator[House]:
    """Two workers, of whom either may be killed; on databases of their own, as they understand whatever is there."""
    async with running(webs=1, workers=2, FRONTDESK_UNDERSTANDING="on") as made:
        yield made
