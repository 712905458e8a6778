"""Many people talk while something breaks; afterwards everybody and Postgres are asked what was said."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from tests.people import Agent, Visitor
from tests.routing import laws as routing
from tests.servers import House, Organization
from tests.weather.client import Client
from tests.weather.desk import answer_offers, open_queue
from tests.weather.laws import broken, seen_by, stored_in

# An installation, and what a fault knows of it.
H = TypeVar("H", bound=House)

VISITORS, AGENTS = 6, ("ada", "ben")
# Everything is well again after the fault, and has so long until it is quiet.
SETTLE = 60.0
# Nobody knows of a last line that has not come: by a canary, that is, it does.
SHOWN = 10.0


async def play(
    house: H, fault: Callable[[H, random.Random], Awaitable[None]], seed: int, *, seconds: float = 3.0,
    settle: float = SETTLE,
) -> list[str]:  # fmt: skip
    """Play one scene; every law that was broken, in words."""
    chance = random.Random(seed)
    org = await house.organization()
    async with _cast(org, chance) as clients:
        talking = [asyncio.create_task(_talk(each, chance, seconds)) for each in clients]
        await asyncio.sleep(seconds / 4)
        await fault(house, chance)
        await asyncio.gather(*talking)
        for node in range(len(house.webs)):
            await house.ready(node)
        # Whoever is in a quiet conversation has nothing but its own word to notice by that the log was lost.
        unsettled = await _settled(clients, settle)
        found = [f"not settled after {settle:.0f} s: {each}" for each in unsettled]
        found += [f"refused {each.code}: {each.message}" for client in clients for each in client.refusals]
        found += [each for client in clients for each in client.mistakes]
        if not await house.rows("select from assignment where org_id = $1 and state = 'accepted'", org.id):
            found.append("nobody was ever offered anything that they took")
        return found + await _judged(house, org, clients, min(settle, SHOWN))


@asynccontextmanager
async def _cast(org: Organization, chance: random.Random) -> AsyncIterator[list[Client]]:
    visitors: list[tuple[Visitor, UUID]] = []
    for number in range(VISITORS):
        visitor = Visitor(org, number % len(org.house.webs))
        await visitor.connect()
        visitors.append((visitor, await visitor.start()))
        await visitor.leave()
    everything = [conversation_id for _, conversation_id in visitors]
    agents = [Agent(org, name) for name in AGENTS]
    for agent in agents:
        await agent.login()
    clients = [Client(visitor, [conversation_id], chance) for visitor, conversation_id in visitors]
    clients += [Client(agent, everything, chance) for agent in agents]
    await open_queue(org)
    living = [asyncio.create_task(each.live()) for each in clients]
    living += [asyncio.create_task(answer_offers(agent, chance)) for agent in agents]
    try:
        yield clients
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
        for agent in agents:
            if agent.http is not None:
                await agent.http.close()


async def _talk(client: Client, chance: random.Random, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    ends, number = loop.time() + seconds, 0
    while loop.time() < ends:
        await asyncio.sleep(chance.expovariate(8))
        if chance.random() < 0.03:
            client.cut()
        elif chance.random() < 0.03:
            client.doze(chance.uniform(0.2, 1.5))
        number += 1
        conversation_id = chance.choice(list(client.timelines))
        client.post(conversation_id, f"line {number} of {id(client):x}")


async def _judged(house: House, org: Organization, clients: list[Client], patience: float) -> list[str]:
    """What is still broken when the last line of a conversation has had the time to be seen by whoever said nothing."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + patience
    while found := [
        *broken(await stored_in(house, org.id), map(seen_by, clients)), *await routing.broken(house, org.id)
    ]:  # fmt: skip
        if loop.time() > ends:
            break
        await asyncio.sleep(0.2)
    return found


async def _settled(clients: list[Client], patience: float) -> list[str]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + patience
    while not all(each.is_settled for each in clients):
        if loop.time() > ends:
            return [each.trouble for each in clients if not each.is_settled]
        await asyncio.sleep(0.05)
    return []
