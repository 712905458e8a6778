"""What a worker tells whoever watches it."""

import asyncio
from collections.abc import AsyncIterator
from struct import pack

import pytest
import redis.asyncio as redis

from server.core.clock import now_ms
from server.core.db import connect
from server.core.partitions import Partitions
from server.protocol.line import Audience, Kind
from tests.conftest import Cast
from tests.people import eventually
from tests.servers import Databases, House, Process
from tests.web.figures import Page, scrape
from workers.__main__ import READERS


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """An installation of these tests' own, of which each process can be asked; they break it."""
    databases = Databases(durable=True, appendfsync="always")
    try:
        await databases.start()
        async with House(databases, webs=1, workers=1).watched() as made:
            yield made
    finally:
        databases.stop()


def _at(house: House, path: str) -> str:
    return f"http://127.0.0.1:{house.health_ports['worker-1']}{path}"


async def _health(house: House) -> tuple[int, dict[str, str]]:
    async with house.http.get(_at(house, "/health/ready")) as answer:
        return answer.status, (await answer.json())["parts"]


async def _page(house: House) -> Page:
    return await scrape(house, _at(house, "/metrics"))


async def test_a_worker_tells_how_it_stores(people: Cast, house: House) -> None:
    """Every entry is in the histogram of what storing took, and every reader has its lag."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    before = await _page(house)
    for number in range(5):
        await visitor.stored(await visitor.say(conversation, f"line {number}"))
    page = await _page(house)
    name = "frontdesk_stored_lag_seconds"
    assert page.of(f"{name}_count") >= before.of(f"{name}_count") + 5
    assert page.of(f"{name}_bucket", "60.0") == page.of(f"{name}_bucket", "+Inf") == page.of(f"{name}_count")
    assert page.of("frontdesk_ingest_batch_entries_sum") >= before.of("frontdesk_ingest_batch_entries_sum") + 5
    assert page.of("frontdesk_leases_held") == 16
    assert page.of("frontdesk_dead_letters") == 0
    assert sum(page.of("frontdesk_unstored_entries", str(each)) for each in range(16)) <= 1
    for reader in READERS:
        assert page.of("frontdesk_reader_lag_seconds", reader[0]) < 60
    assert page.of("frontdesk_database_connections", "fd_ingest", "busy") <= 4
    assert str(people.org.id) not in page.text


async def test_a_worker_is_ready_while_its_parts_are(house: House) -> None:
    """It names the part that is missing, is ready again by itself, and goes on telling what it can."""
    assert await _health(house) == (200, {"postgres": "ok", "valkey": "ok", "lag": "ok"})
    await asyncio.to_thread(house.databases.postgres.kill)
    status, parts = await _health(house)
    assert (status, parts["valkey"]) == (503, "ok")
    assert "away" in parts["postgres"]
    async with house.http.get(_at(house, "/health/live")) as answer:
        assert answer.status == 200
    page = await _page(house)
    assert page.of("frontdesk_part_ready", "postgres") == 0
    assert page.of("frontdesk_unstored_entries", "0") >= 0
    assert "frontdesk_dead_letters" not in page.names()
    await asyncio.to_thread(house.databases.postgres.start)

    async def is_ready() -> bool:
        return (await _health(house))[0] == 200

    await eventually(is_ready, patience=20)


async def test_a_worker_that_falls_behind_is_not_ready(people: Cast, house: House) -> None:
    """An entry of a minute ago that is still not stored tells of a worker that cannot keep up."""
    conversation = await (await people.visitor()).start()
    partition = Partitions(16).of_id(conversation)
    connection = await connect(house.databases.environment["DATABASE_OWNER_URL"])
    async with connection.transaction(), redis.from_url(house.databases.valkey.url) as valkey:
        # Nothing can be put there now, and the entry is one that no table takes.
        await connection.execute("lock table dead_letter in access exclusive mode")
        n, epoch = (
            await valkey.hincrby(partition.shard.decode(), "n", 1),
            await valkey.hget(partition.shard.decode(), "epoch"),
        )
        head = pack(">BBQIQQQ", Kind.ENTRY, Audience.PUBLIC, n, int(epoch or 0), 1, 0, now_ms() - 60_000)
        line = head + people.org.id.bytes + conversation.bytes + bytes(32) + b"{}"
        await valkey.xadd(partition.ingest, {"l": line}, id=f"{n}-0")

        async def is_behind() -> bool:
            status, parts = await _health(house)
            return (status, parts["postgres"]) == (503, "ok") and "waits to be stored for 6" in parts["lag"]

        await eventually(is_behind)
        assert (await _page(house)).of("frontdesk_part_ready", "lag") == 0
    await connection.close()

    async def has_caught_up() -> bool:
        return (await _health(house))[0] == 200 and (await _page(house)).of("frontdesk_dead_letters") == 1

    await eventually(has_caught_up)


async def test_a_port_that_somebody_has_is_told(house: House) -> None:
    """Two processes on one port would tell each other's figures, so the second one does not start."""
    worker = house.workers[0]
    second = Process("worker-2", "worker", worker.environment, house.databases.folder)
    second.start()
    try:
        assert await asyncio.to_thread(second.wait) == 1
        assert "FRONTDESK_HEALTH_PORT: port" in second.log.read_text()
        assert "each process needs its own" in second.log.read_text()
    finally:
        second.kill()
