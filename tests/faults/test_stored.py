"""What is told once, while somebody does not listen, reaches him all the same, also when nobody speaks there again."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import redis.asyncio as redis

from server.core.db import connect
from server.core.partitions import Partitions
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.faults.stubborn import bodies, resaid, said
from tests.people import eventually
from tests.servers import House, Process, running


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Webs that are patient with their bus, so that nobody has to come again; leases end soon."""
    async with running(workers=1, FRONTDESK_CANARY_DEADLINE="30", FRONTDESK_COMMAND_DEADLINE="10") as made:
        yield made


@contextmanager
def frozen(*processes: Process) -> Iterator[None]:
    """These do nothing for a while."""
    for each in processes:
        each.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            each.signal(signal.SIGCONT)


async def test_what_was_stored_while_a_web_did_not_listen_is_told_when_it_does(people: Cast, house: House) -> None:
    """Its subscription was cut, and came back after the word had gone by."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    with frozen(*house.workers):
        word = await visitor.say(conversation, "is this kept?")
        with frozen(*house.webs):
            async with redis.from_url(house.databases.valkey.url) as client:
                await client.client_kill_filter(_type="pubsub")
            for each in house.workers:
                each.signal(signal.SIGCONT)
            await eventually(lambda: _is_told(house, people, conversation))
    await visitor.stored(word)
    assert visitor.close_code is None


async def _is_told(house: House, people: Cast, conversation: UUID) -> bool:
    state = Partitions(16).of_id(conversation).state(people.org.id.bytes, conversation.bytes)
    async with redis.from_url(house.databases.valkey.url) as client:
        said, told = await client.hmget(state, "s", "b")
    return bool(said == told)


async def test_what_a_new_epoch_began_with_is_heard_by_who_listens_later(people: Cast, house: House) -> None:
    """The log was lost and went on, and a web found its way back to it after the others."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    before = await visitor.say(conversation, "before")
    await agent.hears_line("before")
    with frozen(house.webs[1]):
        house.databases.valkey.kill()
        house.databases.valkey.start()
        after = await said(visitor, conversation, "after")
        assert after.epoch > before.epoch
    assert (await agent.hears_line("after")).seq == after.seq
    assert agent.close_code is None


async def test_what_a_worker_stored_and_did_not_tell_is_told_by_the_next_one(people: Cast, house: House) -> None:
    """It died between its commit and the telling."""
    (worker,) = house.workers
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.stored(await visitor.say(conversation, "the first"))
    connection = await connect(house.databases.environment["DATABASE_OWNER_URL"])
    async with redis.from_url(house.databases.valkey.url) as client:
        async with connection.transaction():
            await connection.execute("lock table message in share mode")
            word = await visitor.say(conversation, "the last")
            await eventually(lambda: house.rows("select 1 from pg_stat_activity where wait_event_type = 'Lock'"))
            # From here on the worker may commit, and tells nothing.
            await client.client_pause(9_000, all=False)
        await eventually(lambda: _holds(house, conversation, ["the first", "the last"]))
        worker.kill()
        await client.client_unpause()
    await connection.close()
    worker.start()
    await visitor.stored(word)
    assert visitor.close_code is None


async def _holds(house: House, conversation: UUID, texts: list[str]) -> bool:
    return await bodies(house, conversation) == texts


async def test_numbers_go_on_when_postgres_comes_back_from_a_backup(people: Cast, house: House) -> None:
    """It knows a lower epoch than the log; nobody gets a number a second time under one epoch."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    house.databases.valkey.kill()
    house.databases.valkey.start()
    second = await said(visitor, conversation, "in the backup's future")
    await visitor.stored(second)
    assert second.epoch > 1
    await house.rows("update shard set epoch = 1")
    draft = visitor.draft(conversation, "this finds it out")
    await resaid(visitor, draft)
    # A client then sends again what the epoch before had accepted.
    risen = await visitor.hears(hear.Stored, lambda each: each.epoch > second.epoch)
    await visitor.stored(await resaid(visitor, draft))
    last = await said(visitor, conversation, "and goes on")
    assert (last.epoch, last.seq) == (risen.epoch, second.seq + 2)
    await visitor.stored(last)
