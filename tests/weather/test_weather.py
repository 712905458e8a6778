"""Each row of the failure matrix, once and with one seed; `make soak` plays on with others."""

import os
import random

import pytest

from tests.servers import House
from tests.weather.faults import FAULTS
from tests.weather.scene import play

SEEDS = int(os.environ.get("SOAK_SEEDS", "20")) if os.environ.get("SOAK") == "1" else 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.timeout(180 * SEEDS)
async def test_nothing_is_lost_and_nothing_comes_twice(house: House, fault: str) -> None:
    """Whatever breaks: what was accepted is stored once, and everybody sees it in one order."""
    for number in range(SEEDS):
        seed = random.randrange(2**32) if SEEDS > 1 else number
        assert await play(house, FAULTS[fault], seed) == [], f"{fault} with seed {seed}"
