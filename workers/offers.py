"""What runs out, looked for each second: offers, places in a queue, bots' answers, and what agents ask each other."""

import asyncio
from itertools import count

import structlog

from server.core.db import Db
from server.core.errors import Refused
from server.core.valkey import ReplyError
from server.domain.chat.contributing import due_collaborations, go_on
from server.domain.chat.log import Log
from server.domain.chat.offering import route
from server.domain.chat.raising import end_silence, silent
from server.domain.routing.routing import due, waiting_by_hours

logger = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
# Hours begin on the minute, and nobody minds to wait some seconds of it.
HOURS_EVERY = 5


async def keep_offers(lookup: Db, db: Db, log: Log) -> None:
    """Let what is due move on; several workers may look at once, as one at a time routes an organization.

    Ends only by cancellation.
    """
    for look in count():
        await asyncio.sleep(LOOK_EVERY)
        try:
            async with lookup.unscoped() as tx:
                org_ids = set(await due(tx))
                if look % HOURS_EVERY == 0:
                    org_ids |= set(await waiting_by_hours(tx))
                unanswered = await silent(tx)
                unheard = await due_collaborations(tx)
            for org_id in org_ids:
                await route(db, log, org_id)
            for each in unanswered:
                await end_silence(db, log, each)
            for each_due in unheard:
                await go_on(db, log, each_due)
        except (Refused, ReplyError) as error:
            logger.warning("offers wait", error=str(error))
