"""Fresh pages, and the demo's company behind a shop of somebody else's."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from build_faces import build
from server.demo import make_demo
from tests.servers import House, Process, free_port, running


@pytest.fixture(scope="session", autouse=True)
def faces() -> None:
    """Fresh pages; what is built already is not built again."""
    build()


@pytest.fixture(scope="session")
async def demo_house() -> AsyncIterator[House]:
    """An installation that knows the demo's company alone, as `up` makes it."""
    async with running() as installation:
        yield installation


@pytest.fixture(scope="session")
async def shop(demo_house: House) -> AsyncIterator[str]:
    """The demo shop, on an origin of its own, with the demo's organization behind it."""
    port = free_port()
    environment = demo_house.databases.environment
    assert await make_demo(environment["DATABASE_URL"], port) is not None
    settings = {**environment, "PORT": str(demo_house.ports[0]), "FRONTDESK_SHOP_PORT": str(port)}
    process = Process("shop", "shop", settings, demo_house.databases.folder)
    process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(400):
            try:
                async with demo_house.http.get(url):
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
        else:
            raise RuntimeError(f"the shop does not answer:\n{process.log.read_text()[-2000:]}")
        yield url
    finally:
        process.kill()
