"""What is measured: the product and its floor, on one Postgres and one Valkey, with all sockets open."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec
import redis

from bench.cpu import Meter, pin
from bench.floor_rows import TABLE
from bench.generator import Helper
from bench.seat import Seat
from server.core.db import connect
from server.core.ids import uuid7
from server.core.partitions import Partitions
from server.protocol import client_frames as say
from server.protocol.values import PROTOCOL
from tests.people import Agent, Visitor
from tests.servers import Databases, House, free_port

VISITORS = 100
# Everything that is a limit on people; the bench is one person with a hundred sockets.
UNLIMITED = {
    "FRONTDESK_VISITOR_RATE": "100000", "FRONTDESK_VISITOR_BURST": "100000", "FRONTDESK_MEMBER_RATE": "100000",
    "FRONTDESK_MEMBER_SOCKETS": "1000", "FRONTDESK_WATCHED": "1000", "FRONTDESK_LEASE": "6",
    "FRONTDESK_DATABASE_POOL": "8", "FRONTDESK_IN_FLIGHT": "100000", "FRONTDESK_ORGANIZATION_RATE": "1000000",
}  # fmt: skip
PARTITIONS = Partitions(16)


class Cores:
    """Who runs where: generator and gateway each on a core of its own, as far as there are two."""

    def __init__(self) -> None:
        available = sorted(os.sched_getaffinity(0))
        self.everywhere = set(available)
        self.gateway = {available[0]}
        self.generator = {available[-1]}

    def told(self) -> dict[str, list[int]]:
        """For the report."""
        return {
            "gateway": sorted(self.gateway), "generator": sorted(self.generator),
            "worker, valkey, postgres": sorted(self.everywhere),
        }  # fmt: skip


class Scene:
    """Product and floor, ready to be loaded."""

    def __init__(self, house: House, generator: Helper, floor_gateway: Helper, floor_worker: Helper) -> None:
        self.house, self.generator = house, generator
        self.conversations: list[UUID] = []
        self._floor = {"gateway": floor_gateway.pid, "worker": floor_worker.pid}
        self._valkey = redis.Redis(unix_socket_path=socket_of(house.databases))

    def meter(self, side: str) -> Meter:
        """The accounts of everything that works for a side."""
        house = self.house
        product = {"gateway": house.webs[0].pid, "worker": house.workers[0].pid}
        shared = {"valkey": house.databases.valkey.child.pid or 0, "postgres": house.databases.postgres.child.pid or 0}
        return Meter({**(product if side == "product" else self._floor), **shared})

    def marks(self, side: str) -> list[tuple[int, int]]:
        """Of each stream: how many entries it was given, and how many of them are in Postgres."""
        if side != "product":
            given = int(self._valkey.xinfo_stream("floor:ing")["entries-added"])
            return [(given, int(self._valkey.get("floor:stored") or 0))]
        pipe = self._valkey.pipeline(transaction=False)
        for partition in PARTITIONS.all:
            pipe.hmget(partition.shard, "n", "stored")
        return [(int(n or 0), int(stored or 0)) for n, stored in pipe.execute()]

    async def drained(self, side: str, patience: float = 120.0) -> float:
        """Wait until what is accepted by now is stored; the moment when it was."""
        ends, given = time.monotonic() + patience, [each for each, _ in self.marks(side)]
        while any(stored < upto for upto, (_, stored) in zip(given, self.marks(side), strict=True)):
            if time.monotonic() > ends:
                raise TimeoutError(f"the {side} did not store everything within {patience:.0f} s")
            await asyncio.sleep(0.02)
        return time.monotonic()

    async def settled(self, patience: float = 30.0) -> float:
        """Wait until the readers of the event log have caught up; the seconds that it took."""
        began = time.monotonic()
        while time.monotonic() < began + patience:
            (row,) = await self.house.rows(
                """
                select bool_and((r.xid, r.id) >= (e.xid, e.id)) as caught_up
                  from reader r, (select xid, id from event order by xid desc, id desc limit 1) e
                """
            )
            if row["caught_up"]:
                break
            await asyncio.sleep(0.1)
        return time.monotonic() - began


def socket_of(databases: Databases) -> str:
    """Where Valkey listens."""
    return unquote(urlsplit(databases.valkey.url).path)


@asynccontextmanager
async def scene(cores: Cores) -> AsyncIterator[Scene]:
    """Start everything; fsync is always on, as the promise of `accepted` and `stored` demands."""
    databases = Databases(appendfsync="always", durable=True)
    async with AsyncExitStack() as stack:
        stack.callback(databases.stop)
        await databases.start()
        house = await stack.enter_async_context(House(databases, webs=1, workers=1, **UNLIMITED))
        pin(house.webs[0].pid, cores.gateway)
        port, path = free_port(), socket_of(databases)
        owner = databases.environment["DATABASE_OWNER_URL"]
        connection = await connect(owner)
        await connection.execute(TABLE)
        await connection.close()

        async def helper(module: str, *arguments: str, on: set[int]) -> Helper:
            made = await Helper.start(module, *arguments, cores=on)
            stack.push_async_callback(made.stop)
            return made

        floor_gateway = await helper("bench.floor_gateway", str(port), path, on=cores.gateway)
        floor_worker = await helper("bench.floor_worker", owner, path, on=cores.everywhere)
        await floor_gateway.ready()
        await floor_worker.ready()
        generator = await helper("bench.load", on=cores.generator)
        made = Scene(house, generator, floor_gateway, floor_worker)
        await _product_seats(made, stack)
        for mode in ("bare", "stack"):
            hello = f'{{"type":"hello","mode":"{mode}"}}'
            seats = [[str(uuid7()), hello] for _ in range(VISITORS)]
            url = f"http://127.0.0.1:{port}"
            await generator.tell(do="connect", side=mode, url=url, visitors=seats, agents=[hello] * VISITORS)
        yield made


async def _product_seats(made: Scene, stack: AsyncExitStack) -> None:
    """A visitor with a conversation for each seat, and a member's socket for each of them."""
    org = await made.house.organization()
    seats = []
    for _ in range(VISITORS):
        visitor = Visitor(org)
        seat = Seat(visitor)
        await seat.connect()
        conversation_id = uuid7()
        await seat.ask(say.StartConversation(conversation_id))
        seat.leave()
        made.conversations.append(conversation_id)
        seats.append([str(conversation_id), _hello(await visitor.credentials())])
    url = made.house.url(0)
    await made.generator.tell(do="connect", side="product", url=url, visitors=seats, agents=[])
    ada = Agent(org)
    stack.push_async_callback(ada.leave)
    # A ticket lives 30 seconds, so each batch is used before the next one is got.
    for _ in range(0, VISITORS, 25):
        hellos = [_hello(await ada.credentials()) for _ in range(25)]
        await made.generator.tell(do="connect", side="product", url=url, visitors=[], agents=hellos)


def _hello(credentials: Any) -> str:
    return msgspec.json.encode(say.Hello(PROTOCOL, credentials)).decode()
