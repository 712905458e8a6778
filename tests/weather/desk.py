"""Members who answer offers in any weather: now yes, now no, now nothing, over whichever node lets them in."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

from aiohttp import ClientError

from server.core.ids import uuid7
from tests.people import Agent
from tests.servers import Organization

RULE = "insert into queue_rule (org_id, strategy, offer_seconds) values ($1, 'round_robin', 5)"
# How often somebody has had enough of a conversation.
HANDS_OVER = 0.3
# Whatever a server in trouble answers or does not.
TROUBLE = (AssertionError, ClientError, OSError, TimeoutError)


async def open_queue(org: Organization) -> None:
    """Let the router work; what is not answered runs out within seconds."""
    await org.house.rows(RULE, org.id)


def whom(chance: random.Random, bot_ids: Sequence[str]) -> dict[str, str]:
    """Whom somebody asks to go on: a bot, or whoever is next."""
    return chance.choice(({"agent_id": chance.choice(bot_ids)}, {"agent_id": chance.choice(bot_ids)}, {}))


async def answer_offers(agent: Agent, chance: random.Random, bot_ids: Sequence[str]) -> None:
    """Answer as people do, and hand over what was enough; ends only by cancellation."""
    while True:
        await asyncio.sleep(chance.uniform(0.1, 0.4))
        agent.node = chance.randrange(len(agent.org.house.webs))
        with suppress(*TROUBLE):
            async with asyncio.timeout(3):
                cards = (await agent.get("/api/inbox"))["cards"]
            for card in cards:
                path, body = f"/api/conversations/{card['conversation_id']}", {"id": str(uuid7())}
                answer = chance.choice(("accept", "accept", "decline", ""))
                async with asyncio.timeout(3):
                    if answer and card.get("offered_agent_id") == str(agent.id):
                        await agent.post(f"{path}/{answer}", body)
                    elif card.get("assigned_agent_id") == str(agent.id) and chance.random() < HANDS_OVER:
                        await agent.post(
                            f"{path}/hand_off", body | {"version": card["version"]} | whom(chance, bot_ids)
                        )
