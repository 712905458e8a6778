"""A part of the cluster is away with nobody to follow it: the others go on."""

import asyncio
from uuid import UUID

import pytest

from server.core.partitions import slot_of
from server.protocol.codes import RefusalCode
from tests.cluster.faults import PARTITIONS
from tests.cluster.servers import Cluster
from tests.cluster.test_story import started
from tests.conftest import Cast
from tests.faults.stubborn import bodies, resaid
from tests.people import Refused, Visitor, eventually
from tests.servers import House

# Several times as long as the bus of this house may be silent.
WORDS, PAUSE = 7, 0.3


async def test_the_others_go_on(people: Cast, house: House, cluster: Cluster) -> None:
    """Nobody is sent away, every node stays ready; what was refused is taken when the servers are back."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    dying = await asyncio.to_thread(cluster.primary_of, slot_of(PARTITIONS.all[0].shard))
    living = next(each for each in PARTITIONS.all if cluster.primary_of(slot_of(each.shard)) is not dying)
    here, there = await started(visitor, living), await started(visitor, PARTITIONS.all[0])
    await agent.watch(here)
    await visitor.stored(await visitor.say(there, "before"))
    for node in (await asyncio.to_thread(cluster.replica_of, dying), dying):
        await asyncio.to_thread(node.valkey.kill)
    draft = visitor.draft(there, "after")
    await visitor.send(draft)
    assert await _refusal(visitor, draft.id) == RefusalCode.UNAVAILABLE
    for word in range(WORDS):
        said = await visitor.say(here, f"word {word}")
        await agent.hears_line(f"word {word}")
        await visitor.stored(said)
        for number in range(len(house.webs)):
            async with house.http.get(f"{house.url(number)}/health/ready") as answer:
                assert answer.status == 200, await answer.text()
        await asyncio.sleep(PAUSE)
    assert (visitor.close_code, agent.close_code) == (None, None)
    await asyncio.to_thread(cluster.mend)
    await resaid(visitor, draft)

    async def is_stored() -> bool:
        return await bodies(house, there) == ["before", "after"]

    await eventually(is_stored)
    assert visitor.close_code is None


async def _refusal(visitor: Visitor, draft_id: UUID) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        await visitor.answer(draft_id)
    return RefusalCode(refused.value.frame.code)
