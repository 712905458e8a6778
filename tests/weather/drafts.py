"""Members who approve what a bot would say, in any weather, and what must hold of it."""

import asyncio
import random
from contextlib import suppress
from typing import Any
from uuid import UUID

from tests.people import Agent
from tests.servers import House
from tests.weather.desk import TROUBLE

# Whoever approves has so many seconds, or people answer.
SETUP = {"type": "verification", "seconds": 5}
VERDICTS: tuple[dict[str, Any] | None, ...] = (
    {"verdict": "approve"}, {"verdict": "approve", "body": "beep, beep"}, {"verdict": "reject", "body": "rude"}, None,
)  # fmt: skip
_LAWS = {
    "a draft was said that nobody approved": """
        select m.id from message m join bot b on b.org_id = m.org_id and b.id = m.sender_agent_id
         where m.org_id = $1 and m.sender_kind = 'bot' and not m.is_internal and b.collaboration is not null
           and not exists (select from collaboration k where k.org_id = m.org_id and k.id = m.id
                              and k.outcome in ('approved', 'edited'))""",
    "a draft was said otherwise than it was approved": """
        select m.id from message m join collaboration k on k.org_id = m.org_id and k.id = m.id
         where m.org_id = $1 and (m.body = 'beep, beep') <> (k.outcome = 'edited')""",
    "a draft waits for ever": "select id from collaboration where org_id = $1 and ended_at is null",
}
_UNSAID = {
    "what was approved was never said": """
        select k.id from collaboration k
         where k.org_id = $1 and k.outcome in ('approved', 'edited')
           and not exists (select from message m where m.org_id = k.org_id and m.id = k.id)""",
}


async def epochs(house: House) -> list[int]:
    """How often each part of the log has begun anew."""
    return [row["epoch"] for row in await house.rows("select epoch from shard order by p")]


async def decide(agent: Agent, chance: random.Random) -> None:
    """Decide about what one may decide, as people do, and sometimes both at once; ends only by cancellation."""
    while True:
        await asyncio.sleep(chance.uniform(0.1, 0.4))
        with suppress(*TROUBLE):
            async with asyncio.timeout(3):
                for each in (await agent.get("/api/drafts"))["items"]:
                    if verdict := chance.choice(VERDICTS):
                        path = f"/api/conversations/{each['conversation_id']}/drafts/{each['id']}/decide"
                        await agent.post(path, verdict)


async def broken(house: House, org_id: UUID, *, has_log: bool) -> list[str]:
    """Every law that does not hold, in words. A log that was lost takes with it what its bots do not say again."""
    laws = _LAWS | (_UNSAID if has_log else {})
    rows = [(law, await house.rows(query, org_id)) for law, query in laws.items()]
    return [f"{law}: {[str(next(iter(row.values()))) for row in found]}" for law, found in rows if found]
