"""Each protection is needed: taken away, some weather is enough for the laws to object."""

import os
from pathlib import Path

import pytest

from tests.servers import Databases
from tests.weather.conftest import SETTINGS
from tests.weather.faults import FAULTS
from tests.weather.scene import play
from tests.weather.spoils import SPOILS
from tests.weather.stormy import Stormy

IS_SOAK = os.environ.get("SOAK") == "1"
WEATHER = {
    "forgets_ids": "kill_web",
    "trusts_any_log": "cut_tail",
    "moves_the_cursor_first": "kill_worker",
    "counts_twice": "half_open_commit",
    "heals_nothing": "drop_valkey",
    "asks_nobody": "kill_web",
    "says_nothing_later": "drop_valkey",
}
# Chance decides whether the weather meets the moment that a protection is for.
TRIES = 8
PATIENCE = 3.0


@pytest.mark.parametrize("spoil", [each for each in SPOILS if IS_SOAK or each == "trusts_any_log"])
@pytest.mark.timeout(300)
async def test_without_it_the_laws_object(servers: Databases, spoil: str) -> None:
    """Within a few tries."""
    spoiled = {"PYTHONPATH": str(Path(__file__).parent / "spoiled"), "SPOIL": spoil}
    async with Stormy(servers, **SETTINGS, **spoiled) as house:
        for seed in range(TRIES):
            if await play(house, FAULTS[WEATHER[spoil]], seed, settle=PATIENCE):
                return
    pytest.fail(f"nobody objected to {spoil}")
