"""The connection to one Valkey, and to whom it may lead."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from server.core.address import Address, addresses, is_cluster
from server.core.cache import open_cache
from server.core.config import BadSettings
from server.core.errors import Unavailable
from server.core.partitions import Partitions, slot_of
from server.core.valkey import Valkey, connection
from server.up.owner import servers_owner
from server.up.valkey import Valkey as Server
from tests.people import eventually
from tests.servers import free_port


@pytest.fixture
def server() -> Iterator[Server]:
    """A Valkey of this test's own, which may be a server of a cluster."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        made = Server(folder / "data", servers_owner(), appendfsync="no")
        made.start()
        stack.callback(made.kill)
        yield made


@pytest.fixture
async def valkey(server: Server) -> AsyncIterator[Valkey]:
    """A connection to it."""
    made = connection(server.url, deadline=1)
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        running.cancel()


def _follow(server: Server, *primary: str) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.replicaof(*primary)


async def test_a_replica_is_waited_for_until_it_is_a_primary(server: Server, valkey: Valkey) -> None:
    """A replica takes nothing; promoted it is used at once, under another identity than before."""
    await valkey.wait_ready()
    before = valkey.identity(b"key")
    _follow(server, "127.0.0.1", str(free_port()))
    with pytest.raises(Unavailable):
        await valkey.call("SET", "key", "value")

    async def is_away() -> bool:
        return not valkey.is_ready

    await eventually(is_away)
    with redis.Redis.from_url(server.url) as client:
        met = client.info("stats")["total_connections_received"]

        async def has_tried_again() -> bool:
            return bool(client.info("stats")["total_connections_received"] >= met + 2)

        await eventually(has_tried_again)
    assert not valkey.is_ready
    _follow(server, "NO", "ONE")
    await asyncio.wait_for(valkey.wait_ready(), 10)
    await valkey.call("SET", "key", "value")
    assert valkey.identity(b"key") != before


async def test_a_cluster_must_be_called_one(server: Server) -> None:
    """Who forgot `?cluster=true` is told so, instead of meeting errors for most keys."""
    server.stop()
    port = free_port()
    cluster = Server(
        server.folder, server.owner, appendfsync="no",
        settings={"port": str(port), "cluster-port": str(free_port()), "cluster-enabled": "yes"},
    )  # fmt: skip
    cluster.start()
    try:
        with pytest.raises(BadSettings, match="cluster=true"):
            await open_cache(f"redis://127.0.0.1:{port}")
    finally:
        cluster.kill()


def test_a_url_names_one_server_or_several() -> None:
    """User, password and TLS hold for all of them."""
    assert addresses("redis://") == [Address("127.0.0.1", 6379)]
    assert addresses("unix:///run/a%20b/valkey.sock")[0].path == "/run/a b/valkey.sock"
    url = "rediss://me:p%40ss@one:7000?cluster=true&addr=two:7001&addr=[::1]"
    assert is_cluster(url)
    assert not is_cluster("redis://one:7000")
    assert addresses(url) == [
        Address(host, port, "", "me", "p@ss", is_tls=True)
        for host, port in (("one", 7000), ("two", 7001), ("::1", 6379))
    ]


def test_all_keys_of_a_conversation_share_a_slot() -> None:
    """Also with the stream that it is stored from, and with the channel that it is announced on."""
    for partition in Partitions(16).all:
        org, topic = b"o" * 16, b"{" * 16
        keys = (
            partition.shard, partition.ingest, partition.bus, partition.state(org, topic), partition.ring(org, topic),
            partition.marks(org, topic), partition.known(org, topic, 1),
        )  # fmt: skip
        assert len({slot_of(key) for key in keys}) == 1
    # As the specification of Redis Cluster gives it.
    assert slot_of(b"123456789") == 12739
    assert slot_of(b"{user1000}.following") == slot_of(b"{user1000}.followers") == slot_of(b"user1000")
    assert slot_of(b"foo{}{bar}") != slot_of(b"bar")


@pytest.mark.parametrize("steps", range(12))
async def test_who_is_asked_to_end_while_it_connects_ends(steps: int) -> None:
    """Also in the moment in which it learns that nobody is there, of which the one would else hide the other."""
    made = connection("unix:///nowhere/at/all.sock", deadline=1)
    running = asyncio.create_task(made.run())
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    _, living = await asyncio.wait({running}, timeout=2)
    assert not living


@pytest.mark.parametrize("steps", range(6))
async def test_who_is_asked_to_end_while_it_is_cut_off_ends(server: Server, valkey: Valkey, steps: int) -> None:
    """The connection is lost in the same moment."""
    await valkey.wait_ready()
    made = connection(server.url, deadline=1)
    running = asyncio.create_task(made.run())
    await made.wait_ready()
    await valkey.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    _, living = await asyncio.wait({running}, timeout=2)
    assert not living
