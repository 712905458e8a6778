"""What goes wrong: each breaks something in the middle of the talk, and leaves everything running again."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from tests.processes import Process
from tests.weather import lines
from tests.weather.stormy import Stormy

Fault = Callable[[Stormy, random.Random], Awaitable[None]]


async def _killed(process: Process) -> None:
    process.kill()
    process.start()


async def _frozen(process: Process, seconds: float) -> None:
    process.signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    process.signal(signal.SIGCONT)


async def kill_web(house: Stormy, chance: random.Random) -> None:
    """Whoever was on it resumes on another one."""
    await _killed(chance.choice(house.webs))


async def freeze_web(house: Stormy, chance: random.Random) -> None:
    """Its sockets stay open and say nothing, and afterwards it has missed a part of the bus."""
    await _frozen(chance.choice(house.webs), chance.uniform(1.5, 3.5))


async def kill_worker(house: Stormy, chance: random.Random) -> None:
    """In the middle of a batch, where it has one."""
    await _killed(chance.choice(house.workers))


async def freeze_worker(house: Stormy, chance: random.Random) -> None:
    """For longer than its lease: when it wakes up another one has its share."""
    await _frozen(chance.choice(house.workers), chance.uniform(2.5, 4.5))


async def kill_everybody(house: Stormy, chance: random.Random) -> None:
    """All of our own processes at once; the servers stay."""
    for process in house.processes:
        process.kill()
    for process in house.processes:
        process.start()


async def roll(house: Stormy, chance: random.Random) -> None:
    """A new version comes: one process after the other is asked to stop, and people go to the others meanwhile."""
    for process in house.processes:
        assert await asyncio.to_thread(process.stop) == 0
        process.start()
        if process in house.webs:
            await house.ready(house.webs.index(process))


async def kill_valkey(house: Stormy, chance: random.Random) -> None:
    """It comes back with everything that it had answered for."""
    await asyncio.to_thread(house.databases.valkey.kill)
    await asyncio.sleep(chance.uniform(0, 2))
    await asyncio.to_thread(house.databases.valkey.start)


async def empty_valkey(house: Stormy, chance: random.Random) -> None:
    """Another one comes in its place, which knows nothing."""
    valkey = house.databases.valkey
    await asyncio.to_thread(valkey.kill)
    for path in valkey.data.rglob("*"):
        if path.is_file():
            path.unlink()
    await asyncio.to_thread(valkey.start)


async def cut_tail(house: Stormy, chance: random.Random) -> None:
    """It comes back without the last part of what it had answered for, as after a power loss or a failover."""
    valkey = house.databases.valkey
    await asyncio.to_thread(valkey.kill)
    for path in valkey.data.rglob("*.incr.aof"):
        with path.open("r+b") as file:
            file.truncate(max(0, path.stat().st_size - chance.randrange(200, 20_000)))
    await asyncio.to_thread(valkey.start)


async def rewrite_log(house: Stormy, chance: random.Random) -> None:
    """It writes its file anew under load, and dies over that."""
    async with Redis.from_url(house.databases.valkey.url) as client:
        await client.bgrewriteaof()
    await asyncio.sleep(chance.uniform(0, 0.2))
    await kill_valkey(house, chance)


async def stop_postgres(house: Stormy, chance: random.Random) -> None:
    """Talk goes on, and is stored afterwards."""
    await asyncio.to_thread(house.databases.postgres.stop)
    await asyncio.sleep(chance.uniform(0.5, 2.5))
    await asyncio.to_thread(house.databases.postgres.start)


async def kill_postgres(house: Stormy, chance: random.Random) -> None:
    """Whether the last batch was committed nobody can tell."""
    await asyncio.to_thread(house.databases.postgres.kill)
    await asyncio.to_thread(house.databases.postgres.start)


FAULTS: dict[str, Fault] = {
    each.__name__: each
    for each in (
        kill_web, freeze_web, kill_worker, freeze_worker, kill_everybody, roll, kill_valkey, empty_valkey, cut_tail,
        rewrite_log, stop_postgres, kill_postgres, lines.drop_valkey, lines.cut_web_off, lines.half_open_web,
        lines.slow_web, lines.cut_worker_off, lines.half_open_worker, lines.half_open_commit, lines.drop_postgres,
    )
}  # fmt: skip
