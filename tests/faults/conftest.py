"""One installation for these tests to break, with short leases and deadlines."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import pytest

from tests.conftest import Cast
from tests.faults.stubborn import NOT_NOW
from tests.people import Visitor, eventually
from tests.servers import House, running


@pytest.fixture(scope="package")
async def house() -> AsyncIterator[House]:
    """An installation to break: short leases, a short deadline, Postgres that keeps what it commits."""
    async with running(
        FRONTDESK_COMMAND_DEADLINE="1",
        FRONTDESK_CANARY_EVERY="0.3",
        FRONTDESK_CANARY_DEADLINE="1",
        FRONTDESK_DRAIN="0.2",
        FRONTDESK_VISITOR_RATE="500",
        FRONTDESK_VISITOR_BURST="500",
        FRONTDESK_UNSTORED_CAP="40",
    ) as made:
        yield made


@pytest.fixture
async def people(house: House) -> AsyncIterator[Cast]:
    """People of a company in that installation."""
    for node in range(len(house.webs)):
        await house.ready(node)
    async with AsyncExitStack() as stack:
        cast = Cast(await house.organization(), stack)
        # What the test before has broken is well again when somebody can talk on every node.
        for node in range(len(house.webs)):
            visitor = await cast.visitor(node=node)
            assert await eventually(partial(_is_heard, visitor))
        yield cast


async def _is_heard(visitor: Visitor) -> bool:
    try:
        if visitor.close_code is not None:
            await visitor.connect()
        await visitor.start()
    except NOT_NOW:
        return False
    return True
