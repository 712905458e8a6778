"""Silent conversations leave Valkey and come back; nothing unstored ever leaves."""

import asyncio

from server.core.clock import now_ms
from server.core.partitions import Partitions
from server.core.valkey import connection
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import eventually
from tests.servers import House
from workers.sweep import SWEEP, sweep_partition


async def test_a_silent_conversation_leaves_and_comes_back_with_its_numbers(people: Cast, house: House) -> None:
    """Its next message goes on where it stopped, and its past is whole."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.stored(await visitor.say(conversation, "long ago"))
    partition = Partitions(16).of_id(conversation)
    state = partition.state(people.org.id.bytes, conversation.bytes)
    valkey = connection(house.databases.valkey.url, deadline=2, scripts=(SWEEP,))
    running = asyncio.create_task(valkey.run())
    try:
        await valkey.wait_ready()
        await sweep_partition(valkey, partition, 0)
        assert await valkey.call("EXISTS", state) == 1, "it left although somebody has just spoken"
        await valkey.call("HSET", state, "b", 1)
        await sweep_partition(valkey, partition, now_ms() + 60_000)
        assert await valkey.call("EXISTS", state) == 1, "it left although something of it was unstored"
        await valkey.call("HSET", state, "b", 2)

        async def is_gone() -> bool:
            await sweep_partition(valkey, partition, now_ms() + 60_000)
            return bool(await valkey.call("EXISTS", state) == 0)

        await eventually(is_gone)
    finally:
        running.cancel()
    again = await visitor.say(conversation, "here again")
    assert again.seq == 3
    resumed = await visitor.watch(conversation)
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == ["long ago", "here again"]
