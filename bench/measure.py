"""The measurements: each runs once on the product and once on its floor, and gives figures by name."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bench.floor_rows import BATCH, COLUMNS, Row, insert
from bench.scene import Scene
from server.core.db import connect

WINDOW = 4
# Together not more than there are agents' sockets.
FEW, FAN_OUT = 12, 8
RATE = 1000.0
MICRO = 1e6


class Sizes(NamedTuple):
    """How long each part takes; the default fits three rounds into some five minutes."""

    sockets: float = 2.0
    saturate: float = 3.0
    steady: float = 6.0
    drain: int = 20_000
    idle: float = 2.0


Figures = dict[str, float]


class Failed(Exception):  # noqa: N818 - it ends the bench
    """The load was not answered as it must be; a figure of it would be none."""


async def loaded(scene: Scene, side: str, **command: Any) -> dict[str, Any]:
    """Let the generator load one side; raises Failed unless every message was answered."""
    told = await scene.generator.tell(side=side, **command)
    if told["refused"]:
        raise Failed(f"{side}: {told}")
    return told


async def idle(scene: Scene, seconds: float) -> dict[str, float]:
    """The CPU seconds per second of each process while nobody says anything."""
    meter = scene.meter("product")
    before, began = meter.read(), time.monotonic()
    await asyncio.sleep(seconds)
    return {name: each / (time.monotonic() - began) for name, each in meter.since(before).items()}


async def sockets(scene: Scene, side: str, sizes: Sizes) -> Figures:
    """CPU of the gateway for a message with its acknowledgement, and for each delivery on top."""
    await scene.generator.tell(do="follow", side=side, fan_out=0)
    inbound = await _gateway_us(scene, side, do="saturate", window=1, seconds=sizes.sockets)
    costs = {}
    for fan_out in (0, FAN_OUT):
        # At a fixed rate every message wakes the gateway alone, with and without deliveries.
        await scene.generator.tell(do="follow", side=side, fan_out=fan_out)
        costs[fan_out] = await _gateway_us(
            scene, side, do="steady", rate=RATE, seconds=sizes.sockets, visitors=FEW, stored=False
        )
    await scene.generator.tell(do="follow", side=side, fan_out=0)
    return {"inbound_us": inbound, "delivery_us": (costs[FAN_OUT] - costs[0]) / FAN_OUT}


async def _gateway_us(scene: Scene, side: str, **command: Any) -> float:
    meter = scene.meter(side)
    before = meter.read()
    told = await loaded(scene, side, **command)
    cost = meter.since(before)["gateway"] * MICRO / float(told["sent"])
    if side == "product":
        await scene.drained(side)
        await scene.settled()
    return cost


async def saturated(scene: Scene, side: str, sizes: Sizes, resting: dict[str, float]) -> Figures:
    """Messages that are accepted, delivered once and stored, as many as go: how many, and what each costs."""
    await scene.generator.tell(do="follow", side=side, fan_out=1)
    meter = scene.meter(side)
    before, began = meter.read(), time.monotonic()
    told = await loaded(scene, side, do="saturate", window=WINDOW, seconds=sizes.saturate)
    accepted = time.monotonic() - began
    stored = await scene.drained(side) - began
    at_drain = meter.since(before)
    behind = await scene.settled() if side == "product" else 0.0
    spent = _without_rest(meter.since(before), side, resting, time.monotonic() - began)
    await scene.generator.tell(do="follow", side=side, fan_out=0)
    return {
        "accepted_per_s": told["sent"] / accepted, "stored_per_s": told["sent"] / stored, "readers_behind_s": behind,
        "generator_us": told["cpu"] * MICRO / told["sent"],
        "until_stored_us": sum(at_drain.values()) * MICRO / told["sent"], **_each(spent, told["sent"]),
    }  # fmt: skip


async def steady(scene: Scene, side: str, sizes: Sizes, resting: dict[str, float]) -> Figures:
    """A thousand messages a second on an open schedule: latencies from when each was due, and CPU."""
    await scene.generator.tell(do="follow", side=side, fan_out=1)
    meter = scene.meter(side)
    before, began = meter.read(), time.monotonic()
    if side == "product":
        told = await loaded(scene, side, do="steady", rate=RATE, seconds=sizes.steady)
        behind = await scene.settled()
    else:
        told, behind = await loaded(scene, side, do="steady", rate=RATE, seconds=sizes.steady, stored=False), 0.0
        await scene.drained(side)
    spent = _without_rest(meter.since(before), side, resting, time.monotonic() - began)
    await scene.generator.tell(do="follow", side=side, fan_out=0)
    latencies = {f"{name}_{share}_ms": ms for name, each in told["ms"].items() for share, ms in each.items()}
    return {
        **latencies, "readers_behind_s": behind, "generator_us": told["cpu"] * MICRO / told["sent"],
        **_each(spent, told["sent"]),
    }  # fmt: skip


async def drain(scene: Scene, sizes: Sizes) -> tuple[Figures, Figures]:
    """Rows a second from a piled-up log into Postgres, and the bare insert of the same rows."""
    (newest,) = await scene.house.rows("select max(at) as at from message")
    worker = scene.house.workers[0]
    worker.stop()
    told = await loaded(scene, "product", do="saturate", window=WINDOW, count=sizes.drain)
    worker.start()
    rate = await _climb(scene)
    await scene.settled(60)
    rows = await _rows_after(scene, newest["at"], told["sent"])
    return {"rows_per_s": rate}, {"rows_per_s": await bare_insert(scene, rows)}


async def _climb(scene: Scene) -> float:
    """Rows a second from the first batch that is stored to the last of the pile."""
    marks = scene.marks("product")
    given, stored = [n for n, _ in marks], [each for _, each in marks]
    first: tuple[float, int] | None = None
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        done = [min(each, n) for n, (_, each) in zip(given, scene.marks("product"), strict=True)]
        if first is None and done != stored:
            first = (time.monotonic(), sum(done))
        if first is not None and done == given:
            return (sum(given) - first[1]) / (time.monotonic() - first[0])
        await asyncio.sleep(0.005)
    raise TimeoutError("the pile was not stored")


async def _rows_after(scene: Scene, at: object, most: int) -> list[Row]:
    assert at is None or isinstance(at, datetime)
    found = await scene.house.rows(
        f"""
        select {", ".join(COLUMNS)}
          from message
         where at > coalesce($1::timestamptz, '-infinity')
         order by at, id
         limit $2
        """,  # noqa: S608 - names of columns
        at,
        most,
    )
    return [tuple(row.values()) for row in found]


async def bare_insert(scene: Scene, rows: Sequence[Row]) -> float:
    """Rows a second of nothing but `insert … unnest` in batches, each committed."""
    connection = await connect(scene.house.databases.environment["DATABASE_OWNER_URL"])
    try:
        began = time.monotonic()
        for at in range(0, len(rows), BATCH):
            await insert(connection, rows[at : at + BATCH])
        return len(rows) / (time.monotonic() - began)
    finally:
        await connection.close()


def _without_rest(spent: dict[str, float], side: str, resting: dict[str, float], seconds: float) -> dict[str, float]:
    """The floor does not pay for what the resting product asks of the databases meanwhile."""
    if side == "product":
        return spent
    shared = ("valkey", "postgres")
    return {name: each - resting[name] * seconds if name in shared else each for name, each in spent.items()}


def _each(spent: dict[str, float], count: int) -> Figures:
    costs = {f"{name}_us": each * MICRO / count for name, each in spent.items()}
    return {**costs, "all_us": sum(costs.values())}
