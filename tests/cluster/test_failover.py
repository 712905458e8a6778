"""A primary of the cluster dies or hands over in the middle of the talk; slots move while people use them."""

import asyncio
import os
import random

import pytest

from server.core.partitions import slot_of
from tests.cluster.faults import FAULTS, PARTITIONS
from tests.cluster.servers import Cluster, Node
from tests.servers import House
from tests.weather.scene import play

IS_SOAK = os.environ.get("SOAK") == "1"
SEEDS = int(os.environ.get("SOAK_SEEDS", "20")) if IS_SOAK else 1
# The others are easier, or the same with another command.
ALWAYS = {"kill_primary_ahead", "move_slot"}


@pytest.mark.parametrize("fault", [each for each in FAULTS if IS_SOAK or each in ALWAYS])
@pytest.mark.timeout(120 * SEEDS)
async def test_nothing_is_lost_and_nothing_comes_twice(house: House, cluster: Cluster, fault: str) -> None:
    """The laws hold whoever has the slots, and just the partitions that have another primary go on in another epoch."""
    for number in range(SEEDS):
        seed = random.randrange(2**32) if IS_SOAK else number
        epochs, owners = await _epochs(house), await asyncio.to_thread(_owners, cluster)

        async def break_it(_: House, chance: random.Random) -> None:
            await FAULTS[fault](cluster, chance)

        assert await play(house, break_it, seed) == [], f"{fault} with seed {seed}"
        await asyncio.to_thread(cluster.mend)
        rose = [after > before for before, after in zip(epochs, await _epochs(house), strict=True)]
        now = await asyncio.to_thread(_owners, cluster)
        assert rose == [one is not other for one, other in zip(owners, now, strict=True)], f"{fault} with seed {seed}"
        assert any(rose)


async def _epochs(house: House) -> list[int]:
    return [row["epoch"] for row in await house.rows("select epoch from shard order by p")]


def _owners(cluster: Cluster) -> list[Node]:
    return [cluster.primary_of(slot_of(each.shard)) for each in PARTITIONS.all]
