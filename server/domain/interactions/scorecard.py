"""How a bot has done lately: what it held and answered, what it gave up, what it brought to its end, by which tools."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.core.auth import Actor
from server.core.clock import now_ms
from server.core.db import Db
from server.core.endpoint import Call
from server.core.errors import NotFound
from server.core.sql import load
from server.domain.interactions.types import Scorecard, ToolFigures

sql = load(__file__)

# From a midnight (UTC) on, so that the answer is the same as long as nothing happens.
DAY, DAYS = 86_400_000, 30
# Milliseconds since 1970, up to a year that Postgres still knows.
LAST = 253_402_300_799_999
Moment = Annotated[int, Meta(ge=0, le=LAST)]


class Period(Struct, frozen=True):
    """What happened from `since` on, or in the last thirty days, and before `until`."""

    since: Moment | None = None
    until: Moment | None = None


class ToolReport(Struct, frozen=True):
    """The tools that a bot used since then, those first that it used most."""

    bot_id: UUID
    since: int
    tools: list[ToolFigures]


async def show(db: Db, actor: Actor, bot_id: UUID) -> Scorecard:
    """The scorecard of a bot."""
    async with db.scope(actor.org_id) as tx:
        found = await tx.maybe(sql.scorecard, Scorecard, bot_id=bot_id, since=lately())
    if found is None:
        raise NotFound("there is no such bot")
    return found


async def show_scorecard(call: Call, bot_id: UUID) -> Scorecard:
    """Show how a bot has done in the last thirty days."""
    return await show(call.house.db, call.actor, bot_id)


def lately() -> int:
    """Thirty days ago."""
    return (now_ms() // DAY - DAYS) * DAY


async def report_tools(call: Call, bot_id: UUID, query: Period) -> ToolReport:
    """Tell which tools a bot used, how often they failed, and how long they take."""
    since = lately() if query.since is None else query.since
    until = LAST if query.until is None else query.until
    async with call.house.db.act(call.actor) as tx:
        if not await tx.value(sql.is_bot, bot_id=bot_id):
            raise NotFound("there is no such bot")
        return ToolReport(bot_id, since, await tx.many(sql.tools, ToolFigures, bot_id=bot_id, since=since, until=until))
