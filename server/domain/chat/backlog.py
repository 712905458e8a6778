"""How much of the log waits for Postgres."""

import asyncio
from collections.abc import Mapping

from server.core.metrics import Metric, gauge
from server.core.partitions import Partitions
from server.core.valkey import Valkey


async def unstored(valkey: Valkey, partitions: Partitions) -> dict[int, int]:
    """Of each partition, how many entries have a number and are not known to be committed; raises Unavailable."""
    counts = await asyncio.gather(*(valkey.call("HMGET", each.shard, "n", "stored") for each in partitions.all))
    return {
        partition.number: max(int(n or 0) - int(stored or 0), 0)
        for partition, (n, stored) in zip(partitions.all, counts, strict=True)
    }


def unstored_figure(waiting: Mapping[int, int]) -> Metric:
    """The same for /metrics; every process tells of the whole installation."""
    told = "Entries of the log that are not committed in Postgres, of the whole installation."
    return gauge("frontdesk_unstored_entries", told, {str(number): n for number, n in waiting.items()}, "partition")
