"""One installation on a Valkey Cluster for these tests to break."""

from collections.abc import AsyncIterator, Iterator

import pytest

from server.up.owner import servers_owner
from tests.cluster.servers import Cluster
from tests.servers import Databases, House
from tests.weather.conftest import SETTINGS


@pytest.fixture(scope="package")
async def databases() -> AsyncIterator[Databases]:
    """Postgres for the cluster's installation; the Valkey beside it is used by nobody."""
    made = Databases(durable=True)
    try:
        await made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="package")
def cluster(databases: Databases) -> Iterator[Cluster]:
    """Three primaries, and a replica of each."""
    made = Cluster(databases.folder / "cluster", servers_owner())
    try:
        made.start()
        yield made
    finally:
        made.kill()


@pytest.fixture(scope="package")
async def house(databases: Databases, cluster: Cluster) -> AsyncIterator[House]:
    """A running installation on it."""
    async with House(databases, webs=2, workers=2, REDIS_URL=cluster.url, **SETTINGS) as made:
        yield made
