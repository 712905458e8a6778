"""What one connection to a cluster does while a slot changes hands."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from server.core.errors import Unavailable
from server.core.partitions import slot_of
from server.core.valkey import Script, Serves, Valkey, Wire, connection
from tests.cluster.servers import Cluster, Node
from tests.people import eventually

BOTH = Script("#!lua\nredis.call('SET', KEYS[1], 1)\nreturn redis.call('SET', KEYS[2], 1)")
HERE, THERE = b"{moving}:here", b"{moving}:there"
SLOT = slot_of(HERE)


@pytest.fixture
async def looked_at() -> list[int]:
    """How often the slot was given to a hook."""
    return []


@pytest.fixture
async def valkey(cluster: Cluster, looked_at: list[int]) -> AsyncIterator[Valkey]:
    """A connection of this test's own."""
    made = connection(cluster.url, deadline=1, scripts=(BOTH,))

    async def look(_: Wire, serves: Serves) -> None:
        if serves(HERE):
            looked_at.append(SLOT)

    made.on_connected.append(look)
    running = asyncio.create_task(made.run())
    try:
        await eventually(lambda: _takes(made))
        yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _takes(valkey: Valkey) -> bool:
    try:
        await valkey.call("SET", HERE, "1")
    except Unavailable:
        return False
    return True


@contextmanager
def _moving(cluster: Cluster) -> Iterator[tuple[Node, Node]]:
    source = cluster.primary_of(SLOT)
    target = next(each for each in cluster.primaries() if each is not source)
    target.ask("CLUSTER", "SETSLOT", SLOT, "IMPORTING", source.id)
    source.ask("CLUSTER", "SETSLOT", SLOT, "MIGRATING", target.id)
    yield source, target
    source.ask("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", HERE, THERE)
    for node in (target, source):
        node.ask("CLUSTER", "SETSLOT", SLOT, "NODE", target.id)


async def test_a_slot_is_followed_key_by_key(valkey: Valkey, cluster: Cluster, looked_at: list[int]) -> None:
    """ASK leads to where a key is, half a script's keys are refused, and so is MOVED until the hooks have looked."""
    before, looks = valkey.identity(HERE), len(looked_at)
    with _moving(cluster) as (source, target):
        # A key that is not here any more, or never was, is there.
        assert await valkey.call("SET", THERE, "1") == b"OK"
        assert source.ask("CLUSTER", "COUNTKEYSINSLOT", SLOT) == 1
        assert target.ask("CLUSTER", "COUNTKEYSINSLOT", SLOT) == 1
        with pytest.raises(Unavailable):
            await valkey.script(BOTH, (HERE, THERE))
        assert valkey.identity(HERE) == before
        assert len(looked_at) == looks
    with pytest.raises(Unavailable):
        await valkey.script(BOTH, (HERE, THERE))
    await eventually(lambda: _takes(valkey))
    assert await valkey.script(BOTH, (HERE, THERE)) == b"OK"
    assert valkey.identity(HERE) != before
    assert len(looked_at) == looks + 1


async def test_the_keys_of_a_script_share_a_slot(valkey: Valkey) -> None:
    """Whoever forgets it is told by the first test, not by an error from a cluster at night."""
    with pytest.raises(AssertionError):
        await valkey.script(BOTH, (b"one", b"other"))
