"""Measures how much one machine holds and how it comes back: crowds, storms, piles; results in bench/results.

Each part begins with an installation of its own; the floor of sockets is bare picows (bench/floor_gateway.py).
"""

import argparse
import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec
import psutil

from bench import measure
from bench.cpu import Meter, pin, spent
from bench.generator import Helper
from bench.report import LIMITS, Rounds, table, write
from bench.scene import UNLIMITED, Cores, scene, socket_of
from server.core.auth import Visitor, sign_visitor
from server.core.clock import now_ms
from server.core.ids import uuid7
from server.core.progress import Progress
from server.protocol.values import PROTOCOL
from tests.machines import Bot
from tests.processes import free_port
from tests.servers import Databases, House, Organization

CROWD = {
    **UNLIMITED, "FRONTDESK_CONNECT_RATE": "1000000", "FRONTDESK_CONNECT_BURST": "1000000",
    "FRONTDESK_ORGANIZATION_SOCKETS": "1000000",
    "FRONTDESK_BOT_RATE": "1000000",
}  # fmt: skip
GIB = 2**30


class Sizes(NamedTuple):
    """How many of each."""

    connects: int = 5_000
    idle: int = 20_000
    storm: int = 10_000
    behind: int = 300_000


@asynccontextmanager
async def installation(cores: Cores, webs: int) -> AsyncIterator[House]:
    """Everything, with fsync on; the webs share the gateway's core."""
    databases = Databases(appendfsync="always", durable=True)
    try:
        await databases.start()
        async with House(databases, webs=webs, workers=1, **CROWD) as house:
            for each in house.webs:
                pin(each.pid, cores.gateway)
            yield house
    finally:
        databases.stop()


@asynccontextmanager
async def crowd(cores: Cores) -> AsyncIterator[Helper]:
    """The process that holds the sockets' other ends."""
    made = await Helper.start("bench.crowd", cores=cores.generator)
    try:
        yield made
    finally:
        await made.stop()


def hellos(house: House, org: Organization, count: int) -> list[dict[str, Any]]:
    """What so many new visitors show at the door: tokens that any node can read without asking anybody."""
    secret = house.databases.environment["FRONTDESK_SECRET"]
    made = []
    for _ in range(count):
        token, _ = sign_visitor(secret, Visitor(org.id, org.channel_id, uuid7()), now_ms())
        credentials = {"kind": "visitor", "widget_key": org.widget_key, "token": token}
        made.append({"type": "hello", "protocol": PROTOCOL, "credentials": credentials})
    return made


def footprint(pids: list[int]) -> float:
    """MiB that these processes hold resident, what they share counted once for each."""
    return sum(psutil.Process(pid).memory_info().rss for pid in pids) / 2**20


def kernel_bytes() -> int:
    """What the kernel holds for its own things, sockets among them."""
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return int(fields["Slab"].split()[0]) * 1024


async def connects(cores: Cores, count: int) -> tuple[measure.Figures, measure.Figures]:
    """Handshakes with hello and welcome a second on one core, and what one costs the gateway; and of bare sockets."""
    async with installation(cores, 1) as house, crowd(cores) as people:
        org = await house.organization()
        product = await _connected(people, house.webs[0].pid, house.url(0), hellos(house, org, count))
        port, path = free_port(), socket_of(house.databases)
        floor = await Helper.start("bench.floor_gateway", str(port), path, cores=cores.gateway)
        try:
            await floor.ready()
            simple = [{"type": "hello", "mode": "bare"}] * count
            return product, await _connected(people, floor.pid, f"http://127.0.0.1:{port}", simple)
        finally:
            await floor.stop()


async def _connected(people: Helper, gateway: int, url: str, made: list[dict[str, Any]]) -> measure.Figures:
    before = spent(gateway)
    told = await people.tell(do="open", urls=[url], hellos=made)
    _check(told)
    cost = (spent(gateway) - before) / len(made)
    await people.tell(do="close")
    return {"connects_per_s": len(made) / told["seconds"], "connects_per_core_s": 1 / cost, "connect_us": cost * 1e6}


async def idle(cores: Cores, count: int) -> measure.Figures:
    """Memory and CPU of sockets that are welcome and say nothing, over two webs."""
    # Two processes hold the other ends: one may not open that many files everywhere.
    async with installation(cores, 2) as house, crowd(cores) as one, crowd(cores) as two:
        org = await house.organization()
        everybody = [each.pid for each in (*house.webs, *house.workers)]
        rest = footprint(everybody)
        pids = [each.pid for each in house.webs]
        before, kernel = footprint(pids), kernel_bytes()
        for node, people in enumerate((one, two)):
            _check(await people.tell(do="open", urls=[house.url(node)], hellos=hellos(house, org, count // 2)))
        own = (footprint(pids) - before) * 2**20 / count
        # Both ends of each socket are on this machine.
        theirs = max(kernel_bytes() - kernel, 0) / 2 / count
        meter = Meter({each.name: each.pid for each in house.webs})
        began, at = meter.read(), time.monotonic()
        # A ping goes to each of them every 25 seconds.
        await asyncio.sleep(30)
        cost = sum(meter.since(began).values()) / (time.monotonic() - at) / count
        return {
            "footprint_mib": rest, "socket_kib": own / 1024, "kernel_kib": theirs / 1024,
            "sockets_per_gib": GIB / (own + theirs), "idle_us_per_s": cost * 1e6,
        }  # fmt: skip


async def storm(cores: Cores, count: int) -> measure.Figures:
    """One of two webs dies with everybody on it; each comes back to the other, and misses nothing said meanwhile."""
    async with installation(cores, 2) as house, crowd(cores) as people:
        org = await house.organization()
        _check(await people.tell(do="open", urls=[house.url(0)], hellos=hellos(house, org, count)))
        told = await people.tell(do="start", lines=2)
        _check(told)
        await people.tell(do="storm", urls=[house.url(1)])
        robbie = Bot(org, node=1)
        await robbie.connect()
        house.webs[0].kill()
        began = time.monotonic()
        for conversation in told["conversations"]:
            await robbie.send_text(_line(conversation))
        # The beginning, two lines of its own and the bot's.
        settled = await people.tell(do="settled", seq=4, seconds=60)
        took = time.monotonic() - began
        _check(settled)
        await robbie.leave()
        return {"live_s": took, "missing": settled["missing"]}


def _line(conversation: str) -> str:
    frame = {"type": "post_message", "id": str(uuid7()), "conversation_id": conversation, "body": "while you were away"}
    return msgspec.json.encode(frame | {"turn": 0}).decode()


async def behind(cores: Cores, count: int) -> measure.Figures:
    """So many entries wait when a worker comes back: how long until they are stored, and all of them."""
    async with scene(cores) as stage:
        worker = stage.house.workers[0]
        worker.stop()
        told = await measure.loaded(stage, "product", do="saturate", window=measure.WINDOW, count=count)
        began = time.monotonic()
        worker.start()
        stored = await stage.drained("product", 300) - began
        (row,) = await stage.house.rows("select count(*) as count from message")
        return {"behind_s": stored, "behind_lost": told["sent"] - row["count"]}


async def dead_bus(cores: Cores) -> measure.Figures:
    """Valkey freezes: how long until a web says that it is not ready."""
    async with installation(cores, 1) as house, aiohttp.ClientSession() as http:
        pid = house.databases.valkey.child.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        try:
            while time.monotonic() - began < 30:
                async with http.get(f"{house.url()}/health/ready") as answer:
                    if answer.status != 200:
                        break
        finally:
            os.kill(pid, signal.SIGCONT)
        return {"noticed_s": time.monotonic() - began}


def _check(told: dict[str, Any]) -> None:
    if told["troubles"] or told.get("missing"):
        raise measure.Failed(str({name: told[name] for name in told if name != "conversations"}))


async def run(rounds: int, sizes: Sizes, cores: Cores) -> Rounds:
    """All of it, so many times."""
    made, progress = Rounds(), Progress(rounds * 5, "limits")
    for number in range(1, rounds + 1):
        about = f"round {number}: "
        progress.show(about + "connects")
        product, floor = await connects(cores, sizes.connects)
        made.add("connect", "product", product)
        made.add("connect", "floor", floor)
        parts: dict[str, Callable[[], Awaitable[measure.Figures]]] = {
            "idle": partial(idle, cores, sizes.idle), "storm": partial(storm, cores, sizes.storm),
            "behind": partial(behind, cores, sizes.behind), "bus": partial(dead_bus, cores),
        }  # fmt: skip
        for name, part in parts.items():
            progress.step(about + name)
            made.add(name, "product", await part())
        progress.step(about + "done")
    return made


async def main() -> None:
    """Read the command line, measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.limits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one small round, to see that it runs; nothing is written")
    asked = parser.parse_args()
    cores = Cores()
    busy = f"{os.getloadavg()[0]:.1f} (what else the machine was doing)"
    if asked.quick:
        print(table(await run(1, Sizes(500, 1_000, 500, 5_000), cores), LIMITS))
        return
    made = await run(asked.rounds, Sizes(), cores)
    facts = {"load before": busy, "rounds": asked.rounds, "cores of each": cores.told(), "sizes": Sizes()._asdict()}
    print(write("limits", "python -m bench.limits", made, facts, LIMITS))


if __name__ == "__main__":
    asyncio.run(main())
