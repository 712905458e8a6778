"""Members who answer offers in any weather: now yes, now no, now nothing, over whichever node lets them in."""

import asyncio
import random
from contextlib import suppress

from aiohttp import ClientError

from server.core.ids import uuid7
from tests.people import Agent
from tests.servers import Organization

RULE = "insert into queue_rule (org_id, strategy, offer_seconds) values ($1, 'round_robin', 5)"
# Whatever a server in trouble answers or does not.
TROUBLE = (AssertionError, ClientError, OSError, TimeoutError)


async def open_queue(org: Organization) -> None:
    """Let the router work; what is not answered runs out within seconds."""
    await org.house.rows(RULE, org.id)


async def answer_offers(agent: Agent, chance: random.Random) -> None:
    """Answer as people do; ends only by cancellation."""
    while True:
        await asyncio.sleep(chance.uniform(0.1, 0.4))
        agent.node = chance.randrange(len(agent.org.house.webs))
        with suppress(*TROUBLE):
            async with asyncio.timeout(3):
                cards = (await agent.get("/api/inbox?status=waiting"))["cards"]
            for card in cards:
                answer = chance.choice(("accept", "accept", "decline", ""))
                if answer and card.get("offered_agent_id") == str(agent.id):
                    async with asyncio.timeout(3):
                        await agent.post(f"/api/conversations/{card['conversation_id']}/{answer}", {"id": str(uuid7())})
