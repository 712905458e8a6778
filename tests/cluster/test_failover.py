"""A primary of the cluster dies or hands over in the middle of the talk; slots move while people use them."""

import asyncio
import os
import random
import signal
from functools import partial

import pytest

from server.core.partitions import slot_of
from tests.cluster.faults import FAULTS, PARTITIONS
from tests.cluster.servers import Cluster, Node
from tests.cluster.test_story import started
from tests.conftest import Cast
from tests.faults.stubborn import resaid
from tests.people import Refused, eventually
from tests.servers import House
from tests.weather.scene import play

IS_SOAK = os.environ.get("SOAK") == "1"
SEEDS = int(os.environ.get("SOAK_SEEDS", "20")) if IS_SOAK else 1
SECONDS = 3.0 if IS_SOAK else 2.0
# The others are easier, or the same with another command.
ALWAYS = {"kill_primary_ahead", "move_slot"}


@pytest.mark.parametrize("fault", [each for each in FAULTS if IS_SOAK or each in ALWAYS])
@pytest.mark.timeout(120 * SEEDS)
async def test_nothing_is_lost_and_nothing_comes_twice(house: House, cluster: Cluster, fault: str) -> None:
    """The laws hold whoever has the slots, and just the partitions that have another primary go on in another epoch."""
    for number in range(SEEDS):
        seed = random.randrange(2**32) if IS_SOAK else number
        epochs, owners = await _epochs(house), await asyncio.to_thread(_owners, cluster)
        elections = await asyncio.to_thread(cluster.elections)

        async def break_it(_: House, chance: random.Random) -> None:
            await FAULTS[fault](cluster, chance)

        assert await play(house, break_it, seed, seconds=SECONDS) == [], f"{fault} with seed {seed}"
        await asyncio.to_thread(cluster.mend)
        rose, moved = await eventually(partial(_has_followed, house, cluster, epochs, owners), patience=30.0)
        # On a busy machine the servers may take each other for dead, and one of them come back to what it had.
        if IS_SOAK and await asyncio.to_thread(cluster.elections) - elections <= 1:
            assert rose == moved, f"{fault} with seed {seed}"


async def test_nobody_writes_to_a_new_primary_before_its_epoch(people: Cast, house: House, cluster: Cluster) -> None:
    """Its copy knows the epoch of the one before, and would give that one's numbers anew."""
    visitor = await people.visitor()
    conversation = await started(visitor, PARTITIONS.all[0])
    before = await visitor.say(conversation, "before")
    await visitor.stored(before)
    primary = await asyncio.to_thread(cluster.primary_of, slot_of(PARTITIONS.all[0].shard))
    replica = await asyncio.to_thread(cluster.replica_of, primary)
    for worker in house.workers:
        worker.signal(signal.SIGSTOP)
    try:
        replica.ask("CLUSTER", "FAILOVER", "TAKEOVER")
        await eventually(lambda: _is_closed(house))
        draft = visitor.draft(conversation, "after")
        await visitor.send(draft)
        with pytest.raises(Refused):
            await visitor.answer(draft.id)
    finally:
        for worker in house.workers:
            worker.signal(signal.SIGCONT)
    after = await resaid(visitor, draft)
    assert (after.epoch, after.seq) == (before.epoch + 1, before.seq + 1)
    await asyncio.to_thread(cluster.mend)


async def _is_closed(house: House) -> bool:
    async with house.http.get(f"{house.url()}/health/ready") as answer:
        return bool((await answer.json())["parts"]["log"] != "ok")


async def _has_followed(
    house: House, cluster: Cluster, epochs: list[int], owners: list[Node]
) -> tuple[list[bool], list[bool]] | None:
    """Which partitions' epochs rose and which have moved, once all that moved are in another epoch."""
    now = await asyncio.to_thread(_owners, cluster)
    moved = [one is not other for one, other in zip(owners, now, strict=True)]
    rose = [after > before for before, after in zip(epochs, await _epochs(house), strict=True)]
    return (rose, moved) if any(rose) and all(up or not has for up, has in zip(rose, moved, strict=True)) else None


async def _epochs(house: House) -> list[int]:
    return [row["epoch"] for row in await house.rows("select epoch from shard order by p")]


def _owners(cluster: Cluster) -> list[Node]:
    return [cluster.primary_of(slot_of(each.shard)) for each in PARTITIONS.all]
