"""Many people talk while something breaks; afterwards everybody and Postgres are asked what was said."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar
from uuid import UUID

from tests.faults.stubborn import NOT_NOW
from tests.people import Agent, Visitor, eventually
from tests.routing import laws as routing
from tests.servers import House, Organization
from tests.weather import drafts
from tests.weather.client import Client
from tests.weather.desk import TROUBLE, answer_offers, open_queue
from tests.weather.laws import broken, seen_by, stored_in
from tests.weather.robbie import Robbie

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
    bots = [Robbie(org, chance), Robbie(org, chance, await _second_bot(org), is_held_back=True)]
    epochs = await drafts.epochs(house)
    async with _cast(org, chance, bots) as clients:
        talking = [asyncio.create_task(_talk(each, chance, seconds)) for each in clients]
        await asyncio.sleep(seconds / 4)
        await fault(house, chance)
        await asyncio.gather(*talking)
        for node in range(len(house.webs)):
            await house.ready(node)
        idle = await _idle(house, org, SETTLE)
        for bot in bots:
            bot.is_talking = False
        # Whoever is in a quiet conversation has nothing but its own word to notice by that the log was lost.
        unsettled = await _settled(clients, settle)
        found = [f"not settled after {settle:.0f} s: {each}" for each in unsettled]
        found += [f"refused {each.code}: {each.message}" for client in clients for each in client.refusals]
        found += [each for client in clients for each in client.mistakes]
        said = bots[0].said | bots[1].said
        has_log = epochs == await drafts.epochs(house)
        return found + idle + await _judged(house, org, clients, said, min(settle, SHOWN), has_log=has_log)


@asynccontextmanager
async def _cast(org: Organization, chance: random.Random, bots: Sequence[Robbie]) -> AsyncIterator[list[Client]]:
    visitors: list[tuple[Visitor, UUID]] = []
    for number in range(VISITORS):
        visitor = Visitor(org, number % len(org.house.webs))
        await visitor.connect()
        visitors.append((visitor, await started(visitor)))
        await visitor.leave()
    everything = [conversation_id for _, conversation_id in visitors]
    agents = [Agent(org, name) for name in AGENTS]
    for agent in agents:
        await agent.login()
    clients = [Client(visitor, [conversation_id], chance) for visitor, conversation_id in visitors]
    clients += [Client(agent, everything, chance) for agent in agents]
    await open_queue(org)
    living = [asyncio.create_task(each.live()) for each in clients]
    ids = [row["id"] for row in await org.house.rows("select id::text from bot where org_id = $1", org.id)]
    living += [asyncio.create_task(answer_offers(agent, chance, ids)) for agent in agents]
    living += [asyncio.create_task(drafts.decide(agent, chance)) for agent in agents]
    living += [asyncio.create_task(each.live()) for each in bots]
    try:
        yield clients
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
        for agent in agents:
            if agent.http is not None:
                await agent.http.close()


async def _second_bot(org: Organization) -> str:
    """A bot that has what another one could not do, and whose words have to be approved; its token."""
    lead = Agent(org, "olga")

    async def tried() -> str:
        with suppress(*TROUBLE):
            async with asyncio.timeout(5):
                await lead.login()
                made: dict[str, str] = await lead.post("/api/bots", {"name": "Roberta", "type": "triage"})
                await lead.change(f"/api/bots/{made['id']}", {"collaboration": drafts.SETUP})
            return made["token"]
        return ""

    token: str = await eventually(tried, patience=SETTLE)
    if lead.http is not None:
        await lead.http.close()
    return token


async def started(visitor: Visitor) -> UUID:
    """Start a conversation, as soon as the installation is over what came before."""

    async def tried() -> UUID | None:
        with suppress(*NOT_NOW):
            return await visitor.start()
        return None

    found: UUID = await eventually(tried, patience=SETTLE)
    return found


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


async def _idle(house: House, org: Organization, patience: float) -> list[str]:
    """What should happen at a desk and has not, however long one waits."""
    acts = {
        "took what they were offered": "select from assignment where org_id = $1 and state = 'accepted'",
        "handed anything over": "select from handoff where org_id = $1",
        "approved anything": "select from collaboration where org_id = $1 and outcome in ('approved', 'edited')",
    }
    loop = asyncio.get_running_loop()
    ends = loop.time() + patience
    while idle := [f"nobody ever {act}" for act, query in acts.items() if not await house.rows(query, org.id)]:
        if loop.time() > ends:
            break
        await asyncio.sleep(0.2)
    return idle


async def _judged(
    house: House, org: Organization, clients: list[Client], said: Collection[UUID], patience: float, *, has_log: bool
) -> list[str]:
    """What is still broken when the last line of a conversation has had the time to be seen by whoever said nothing."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + patience
    while found := [
        *broken(await stored_in(house, org.id), map(seen_by, clients), said),
        *await routing.broken(house, org.id),
        *await drafts.broken(house, org.id, has_log=has_log),
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
