"""The epoch fence: accept only while the Valkey that answers is the one that Postgres knows.

After a rollback (failover, power loss) Valkey reuses numbers that clients have seen. An epoch that lives only inside
Valkey cannot notice. So `shard` in Postgres keeps the epoch together with the identity of the Valkey it was made with;
a mismatch stops accepting until the holder of the partition's lease has drained the stream and raised the epoch.
"""

import asyncio

import structlog

from server.core.db import Db
from server.core.errors import Unavailable
from server.core.partitions import Partitions
from server.core.sql import load
from server.core.valkey import Serves, Valkey, Wire
from server.domain.chat.types import Shard

logger = structlog.get_logger(__name__)
sql = load(__file__)

CLOSED = 0


class Fence:
    """Which epoch each partition may be written at, on this process; CLOSED where none."""

    def __init__(self, db: Db, valkey: Valkey, partitions: Partitions) -> None:
        self._db, self._valkey, self._partitions = db, valkey, partitions
        self._epochs = [CLOSED] * len(partitions)
        # With whom each partition's epoch was looked up.
        self._known = [""] * len(partitions)
        self._wanted = asyncio.Event()
        valkey.on_connected.append(self._connected)

    def epoch(self, partition: int) -> int:
        """The epoch to write at, or CLOSED."""
        return self._epochs[partition]

    @property
    def is_open(self) -> bool:
        """Whether every partition accepts."""
        return CLOSED not in self._epochs

    def suspect(self, partition: int) -> None:
        """The script met another epoch than ours: stop, and look."""
        self._epochs[partition] = CLOSED
        self._wanted.set()

    async def _connected(self, _: Wire, serves: Serves) -> None:
        for number, partition in enumerate(self._partitions.all):
            # The same Valkey as before needs no look at Postgres, which may be down just now.
            if serves(partition.shard) and self._valkey.identity(partition.shard) != self._known[number]:
                self.suspect(number)

    async def run(self) -> None:
        """Look whenever something is suspect, until all is open again; ends only by cancellation."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._look()
            except Unavailable as error:
                logger.warning("the fence cannot look", error=str(error))
            if not self.is_open:
                await asyncio.sleep(0.1)
                self._wanted.set()

    async def _look(self) -> None:
        asked = [self._valkey.identity(partition.shard) for partition in self._partitions.all]
        async with self._db.unscoped() as tx:
            shards = await tx.many(sql.shards, Shard)
        for shard in shards:
            identity = self._valkey.identity(self._partitions.all[shard.p].shard)
            # Another Valkey may have come in the meantime; then this answer is of the one before.
            if asked[shard.p] != identity:
                continue
            is_same = shard.run_id == identity != ""
            self._epochs[shard.p] = shard.epoch if is_same else CLOSED
            self._known[shard.p] = identity
