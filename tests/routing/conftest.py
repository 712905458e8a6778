"""Two at their consoles, and a queue that goes to whoever is least busy."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.routing.queue import connected, work_queue


@pytest.fixture
async def desk(people: Cast) -> AsyncIterator[tuple[Agent, Agent]]:
    """Ada and Ben at their consoles, on two nodes, and a queue that goes to whoever is least busy."""
    ada, ben = await people.agent("ada", node=0), await people.agent("ben", node=1)
    # Without a socket: whoever only sets it up is asked nothing.
    mats = Agent(people.org, "mats")
    await mats.login()
    await work_queue(mats, strategy="least_busy", offer_seconds=5)
    for each in (ada, ben):
        await each.watch(None)
    await eventually(lambda: connected(ada.org, 2))
    yield ada, ben
    await mats.leave()


@pytest.fixture
async def staff(people: Cast) -> tuple[Agent, Agent, Agent]:
    """Three at their consoles who take what they like."""
    found = [await people.agent(name) for name in ("ada", "ben", "mats")]
    for each in found:
        await each.watch(None)
    await eventually(lambda: connected(people.org, 3))
    return found[0], found[1], found[2]
