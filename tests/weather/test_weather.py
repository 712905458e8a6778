"""What breaks in the middle of talk, once and with one seed; `make soak` breaks more, and with many seeds."""

import os
import random

import pytest

from tests.servers import House
from tests.weather.faults import FAULTS
from tests.weather.scene import play

IS_SOAK = os.environ.get("SOAK") == "1"
SEEDS = int(os.environ.get("SOAK_SEEDS", "20")) if IS_SOAK else 1
# Rarely, on a busy machine, a partition stores nothing for a minute after one of these; the reason is not found yet.
# Their short form without a storm around it is in tests/faults.
LOG_LOST = {"kill_valkey", "empty_valkey", "cut_tail", "rewrite_log"}


@pytest.mark.parametrize("fault", [each for each in FAULTS if IS_SOAK or each not in LOG_LOST])
@pytest.mark.timeout(180 * SEEDS)
async def test_nothing_is_lost_and_nothing_comes_twice(house: House, fault: str) -> None:
    """Whatever breaks: what was accepted is stored once, and everybody sees it in one order."""
    for number in range(SEEDS):
        seed = random.randrange(2**32) if SEEDS > 1 else number
        assert await play(house, FAULTS[fault], seed) == [], f"{fault} with seed {seed}"
