"""What must be done now and then: the next months' partitions, what is kept no longer, and marks."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from server.core.clock import now
from server.core.db import BadData, Db
from server.core.errors import Unavailable
from server.core.partitions import Partition
from server.core.sql import load
from server.core.valkey import ReplyError, Valkey
from server.domain.chat.marks import read_marks
from workers.leases import Leases

logger = structlog.get_logger(__name__)
sql = load(__file__)

PARTITIONS_EVERY = 6 * 3600.0
FORGET_EVERY = 3600.0
MARKS_EVERY = 1.0
# Months of partitions that are kept ready behind and ahead.
BEHIND, AHEAD = timedelta(days=62), timedelta(days=93)
MARKS_AT_ONCE = 500
# So much that nobody waits long for its locks.
FORGOTTEN_AT_ONCE = 1000


async def keep_partitions(db: Db) -> None:
    """Make the months that entries may fall into, long before they begin; ends only by cancellation."""
    while True:
        today = datetime.fromtimestamp(now(), UTC).date()
        try:
            await make_partitions(db, today - BEHIND, today + AHEAD)
        except Unavailable as error:
            logger.warning("partitions could not be made", error=str(error))
            await asyncio.sleep(10)
        else:
            await asyncio.sleep(PARTITIONS_EVERY)


async def make_partitions(db: Db, first: date, last: date) -> None:
    """Make what is missing of the months from `first` to `last`."""
    async with db.unscoped() as tx:
        made = await tx.records(sql.make_partitions, first=first, last=last)
    if made:
        logger.info("partitions made", names=[row[0] for row in made])


async def forget(lookup: Db, db: Db) -> None:
    """Throw away what has served its time, hour by hour; ends only by cancellation."""
    while True:
        try:
            async with db.unscoped() as tx:
                await tx.run(sql.forget_idempotency_keys)
            await forget_old(lookup, db)
        except Unavailable as error:
            logger.warning("what is old stays a little longer", error=str(error))
        await asyncio.sleep(FORGET_EVERY)


async def forget_old(lookup: Db, db: Db) -> None:
    """Delete what organizations keep no longer of what bots would have said, and of what was searched for."""
    async with lookup.unscoped() as tx:
        found = await tx.records(sql.retentions)
    for each in found:
        for statement in (sql.forget_suggestions, sql.forget_collaborations, sql.forget_searches):
            gone = FORGOTTEN_AT_ONCE
            while gone == FORGOTTEN_AT_ONCE:
                async with db.scope(each["org_id"]) as tx:
                    gone = await tx.run(statement, days=each["days"], most=FORGOTTEN_AT_ONCE)


async def flush_marks(ingest: Db, calm: Valkey, leases: Leases) -> None:
    """Bring marks that moved from Valkey to Postgres, each second; ends only by cancellation."""
    while True:
        await asyncio.sleep(MARKS_EVERY)
        for held in list(leases.held.values()):
            try:
                await _flush(ingest, calm, held.partition)
            except (Unavailable, ReplyError) as error:
                logger.warning("marks wait", error=str(error))


async def _flush(ingest: Db, calm: Valkey, partition: Partition) -> None:
    dirty = partition.prefix + b"dirty"
    topics: list[bytes] = list(await calm.call("SPOP", dirty, MARKS_AT_ONCE))
    if not topics:
        return
    try:
        rows: list[tuple[Any, ...]] = []
        for both in topics:
            org, topic = both[:16], both[16:]
            for each in read_marks(await calm.call("HGETALL", partition.marks(org, topic))):
                is_contact = each.kind == "contact"
                rows.append(
                    (UUID(bytes=org), UUID(bytes=topic), None if is_contact else each.by,
                     each.by if is_contact else None, each.delivered, each.read)
                )  # fmt: skip
        columns = [list(column) for column in zip(*rows, strict=True)]
        names = ("org_ids", "conversation_ids", "agent_ids", "contact_ids", "delivered", "read")
        async with ingest.scope_many(sorted(set(columns[0]))) as tx:
            await tx.run(sql.flush_marks, **dict(zip(names, columns, strict=True)))
    except BadData:
        # Of a conversation or a person that is gone by now; the others of this batch come with their next mark.
        logger.exception("marks could not be stored")
    except (Unavailable, ReplyError):
        calm.tell("SADD", dirty, *topics)
        raise
