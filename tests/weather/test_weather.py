"""What breaks in the middle of talk, once and with one seed; `make soak` breaks more, and with many seeds."""

import os
import random

import pytest

from tests.weather.faults import FAULTS
from tests.weather.scene import play
from tests.weather.stormy import Stormy

IS_SOAK = os.environ.get("SOAK") == "1"
SEEDS = int(os.environ.get("SOAK_SEEDS", "20")) if IS_SOAK else 1
# One for each row of the failure matrix; the others are of the same kind.
SHORT = {
    "kill_web", "kill_worker", "kill_valkey", "cut_tail", "stop_postgres", "half_open_commit", "half_open_web", "roll",
}  # fmt: skip


@pytest.mark.parametrize("fault", [each for each in FAULTS if IS_SOAK or each in SHORT])
@pytest.mark.timeout(180 * SEEDS)
async def test_nothing_is_lost_and_nothing_comes_twice(house: Stormy, fault: str) -> None:
    """Whatever breaks: what was accepted is stored once, and everybody sees it in one order."""
    for number in range(SEEDS):
        seed = random.randrange(2**32) if SEEDS > 1 else number
        assert await play(house, FAULTS[fault], seed) == [], f"{fault} with seed {seed}"
