"""Conversations that nobody spoke in for a month leave Valkey; Postgres has all of them."""

import asyncio
from pathlib import Path

import structlog

from server.core.clock import now_ms
from server.core.errors import Unavailable
from server.core.ids import DAY_MS
from server.core.partitions import Partition
from server.core.valkey import ReplyError, Script, Valkey
from server.domain import chat
from workers.leases import Leases

logger = structlog.get_logger(__name__)
SWEEP = Script((Path(chat.__file__).parent / "sweep.lua").read_text())

EVERY = 6 * 3600.0
SILENT_MS = 30 * DAY_MS
# Keys that one SCAN looks at; between two of them others get their turn.
AT_ONCE = 500


async def sweep(calm: Valkey, leases: Leases) -> None:
    """Look through the partitions held here, now and then; ends only by cancellation."""
    while True:
        await asyncio.sleep(EVERY)
        for held in list(leases.held.values()):
            try:
                left = await sweep_partition(calm, held.partition, now_ms() - SILENT_MS)
            except (Unavailable, ReplyError) as error:
                logger.warning("silent conversations stay for now", error=str(error))
            else:
                logger.info("silent conversations left", partition=held.partition.number, count=left)


async def sweep_partition(calm: Valkey, partition: Partition, cutoff: int) -> int:
    """Let every wholly stored conversation go whose last entry is older than the cutoff; how many went."""
    prefix = partition.prefix + b"m:"
    cursor, left = b"0", 0
    while True:
        cursor, keys = await calm.call_near(partition.shard, "SCAN", cursor, "MATCH", prefix + b"*", "COUNT", AT_ONCE)
        for key in keys:
            org, topic = (bytes.fromhex(part.decode()) for part in key.removeprefix(prefix).split(b":"))
            left += await calm.script(
                SWEEP,
                (partition.shard, key, partition.ring(org, topic), partition.marks(org, topic)),
                cutoff,
            )
        if cursor == b"0":
            return left
        await asyncio.sleep(0)
