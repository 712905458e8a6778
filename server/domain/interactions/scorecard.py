"""How a bot has done lately: what it held and answered, what it gave up, and what it brought to its end alone."""

from uuid import UUID

from server.core.auth import Actor
from server.core.clock import now_ms
from server.core.db import Db
from server.core.endpoint import Call
from server.core.errors import NotFound
from server.core.sql import load
from server.domain.interactions.types import Scorecard

sql = load(__file__)

# From a midnight (UTC) on, so that the answer is the same as long as nothing happens.
DAY, DAYS = 86_400_000, 30


async def show(db: Db, actor: Actor, bot_id: UUID) -> Scorecard:
    """The scorecard of a bot."""
    async with db.scope(actor.org_id) as tx:
        found = await tx.maybe(sql.scorecard, Scorecard, bot_id=bot_id, since=(now_ms() // DAY - DAYS) * DAY)
    if found is None:
        raise NotFound("there is no such bot")
    return found


async def show_scorecard(call: Call, bot_id: UUID) -> Scorecard:
    """Show how a bot has done in the last thirty days."""
    return await show(call.house.db, call.actor, bot_id)
