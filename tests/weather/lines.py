"""What goes wrong on the way between a process and its servers, and between a client and its web."""

import asyncio
import random

from tests.processes import Process
from tests.proxy import Proxy
from tests.weather.stormy import Stormy


def _valkey_of(house: Stormy, processes: list[Process], chance: random.Random) -> Proxy:
    return house.lines[chance.choice(processes).name].valkey


async def _half_open(line: Proxy, chance: random.Random) -> None:
    """What was sent comes later, or never."""
    with line.half_open():
        await asyncio.sleep(chance.uniform(0.5, 4))
        if chance.random() < 0.5:
            line.drop()


async def drop_valkey(house: Stormy, chance: random.Random) -> None:
    """Everybody's connections are lost again and again, and come back at once."""
    for _ in range(chance.randrange(2, 6)):
        for each in house.lines.values():
            each.valkey.drop()
        await asyncio.sleep(chance.uniform(0.05, 0.5))


async def cut_web_off(house: Stormy, chance: random.Random) -> None:
    """A web reaches Valkey no more: it is not ready, takes nothing, and sends its people away."""
    with _valkey_of(house, house.webs, chance).cut():
        await asyncio.sleep(chance.uniform(0.3, 3))


async def half_open_web(house: Stormy, chance: random.Random) -> None:
    """Nobody tells it that the other end is gone."""
    await _half_open(_valkey_of(house, house.webs, chance), chance)


async def slow_web(house: Stormy, chance: random.Random) -> None:
    """One web's line is slow, so that the answers of two webs overtake each other."""
    with _valkey_of(house, house.webs, chance).slow(chance.uniform(0.02, 0.2)):
        await asyncio.sleep(chance.uniform(1, 3))


async def cut_worker_off(house: Stormy, chance: random.Random) -> None:
    """A worker reaches Valkey no more; its leases go on for a while, and another one's begin."""
    with _valkey_of(house, house.workers, chance).cut():
        await asyncio.sleep(chance.uniform(0.3, 3))


async def half_open_worker(house: Stormy, chance: random.Random) -> None:
    """A worker waits for a Valkey that says nothing."""
    await _half_open(_valkey_of(house, house.workers, chance), chance)


async def half_open_commit(house: Stormy, chance: random.Random) -> None:
    """Whether a worker's batch was committed it cannot know."""
    for each in house.workers:
        line = house.lines[each.name].postgres
        with line.half_open():
            await asyncio.sleep(chance.uniform(0.1, 1.5))
            line.drop()


async def drop_postgres(house: Stormy, chance: random.Random) -> None:
    """Everybody's connections to Postgres are lost, a few times."""
    for _ in range(chance.randrange(2, 5)):
        for each in house.lines.values():
            each.postgres.drop()
        await asyncio.sleep(chance.uniform(0.1, 0.6))
