"""Companies that whole files of walks share."""

import pytest

from tests.api.quiet import Quiet
from tests.api.world import World
from tests.servers import House


@pytest.fixture(scope="module")
async def world(open_house: House) -> World:
    """A company of this file's own, in which everything may happen."""
    return await World.of(open_house)


@pytest.fixture(scope="module")
async def quiet(open_house: House) -> Quiet:
    """Another company, with one of everything, in which nothing may happen."""
    return await Quiet.furnished(open_house)
