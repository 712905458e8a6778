"""From the log into Postgres: the only writer of talk.

Plain XREAD from the cursor that the same transaction keeps in Postgres: nothing to acknowledge, claim or leak. One
transaction stores a batch of all partitions this worker holds; a batch that fails is halved until the one entry is
found that Postgres cannot take. Only what was new counts, so a batch that comes twice changes nothing.
"""

import asyncio
import time
from uuid import UUID

import structlog

from server.core.clock import now_ms
from server.core.config import Settings
from server.core.db import BadData, Db, Transaction, why_bad
from server.core.errors import Unavailable
from server.core.metrics import Tally
from server.core.sql import load
from server.core.valkey import ReplyError, Valkey
from server.protocol.line import Line, pack, parse
from workers.announce import announce
from workers.batch import Batch
from workers.leases import Held, LeaseLost, Leases

logger = structlog.get_logger(__name__)
sql = load(__file__)

BLOCK_MS = 500
# From what one commit takes to what an outage takes, in seconds.
TIMES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)

Found = list[tuple[Held, Line]]


class Ingest:
    """Stores what the partitions held by `leases` bring."""

    def __init__(self, settings: Settings, db: Db, blocking: Valkey, calm: Valkey, leases: Leases) -> None:
        self._db, self._blocking, self._calm, self._leases = db, blocking, calm, leases
        self._most, self._linger = settings.ingest_batch, settings.ingest_linger
        leases.drain = self._drain
        # For the figures: batches, by size and by time, entries by the time until their commit, and dead letters.
        self.sizes = Tally(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
        self.seconds, self.lags = Tally(*TIMES), Tally(*TIMES)
        self.buried = 0

    async def run(self) -> None:
        """Read and store, batch after batch; ends only by cancellation."""
        while True:
            try:
                found = await self._read()
                if found:
                    await self._store_all(found)
                if len(found) < self._most:
                    await asyncio.sleep(self._linger)
            except LeaseLost:
                logger.warning("a lease was lost; the batch is left to its new holder")
                self._leases.lose_all()
            except (Unavailable, ReplyError) as error:
                logger.warning("ingest waits", error=str(error))
                await asyncio.sleep(0.2)

    async def _read(self) -> Found:
        held = {each.partition.ingest: each for each in self._leases.held.values()}
        if not held:
            self._leases.changed.clear()
            await self._leases.changed.wait()
            return []
        # A cursor is a number of one Valkey: what another one has behind it would be skipped.
        cursors = {key: each.cursor for key, each in held.items() if each.identity == self._blocking.identity(key)}
        if not cursors:
            await asyncio.sleep(self._linger)
            return []
        found = await self._blocking.read(cursors, self._most, BLOCK_MS)
        return [(held[key], parse(fields[1])) for key, entries in found.items() for _, fields in entries]

    async def _drain(self, held: Held) -> None:
        """Store the rest of a stream whose epoch has ended."""
        while True:
            entries = await self._calm.call("XRANGE", held.partition.ingest, held.cursor + 1, "+", "COUNT", self._most)
            if not entries:
                return
            await self._store_all([(held, parse(fields[1])) for _, fields in entries])

    async def _store_all(self, found: Found) -> None:
        for at in range(0, len(found), self._most):
            await self._store(found[at : at + self._most])

    async def _store(self, found: Found) -> None:
        batch = Batch([line for _, line in found])
        if batch.unreadable:
            await (self._halve(found) if len(found) > 1 else self._bury(found, "unreadable"))
            return
        begun = time.perf_counter()
        try:
            await self._commit(found, batch)
        except BadData as error:
            if len(found) > 1:
                await self._halve(found)
            else:
                await self._bury(found, why_bad(error))
            return
        self.sizes.add(len(found))
        self.seconds.add(time.perf_counter() - begun)
        now, lag = now_ms(), self.lags.add
        for held, line in found:
            held.cursor = line.n
            # Another machine's clock gave the time.
            lag(max(now - line.at, 0) / 1000)
        self._tell_stored(found, batch)

    async def _halve(self, found: Found) -> None:
        middle = len(found) // 2
        await self._store(found[:middle])
        await self._store(found[middle:])

    async def _commit(self, found: Found, batch: Batch) -> None:
        async with self._db.scope_many(batch.org_ids) as tx:
            await batch.store(tx)
            await self._move(tx, found)

    async def _move(self, tx: Transaction, found: Found) -> None:
        last = {held.partition.number: (line.n, held.epoch) for held, line in found}
        moved = await tx.run(
            sql.move_cursors, partitions=list(last), cursors=[n for n, _ in last.values()],
            tokens=[self._leases.token] * len(last), epochs=[epoch for _, epoch in last.values()],
        )  # fmt: skip
        if moved != len(last):
            raise LeaseLost

    async def _bury(self, found: Found, error: str) -> None:
        ((held, line),) = found
        self.buried += 1
        logger.error("an entry cannot be stored: see dead_letter", partition=held.partition.number, n=line.n, why=error)
        try:
            await self._keep_apart(found, line.org_id, error)
        except BadData:
            # Its organization is gone by now.
            await self._keep_apart(found, None, error)
        held.cursor = line.n
        void = Batch.of_void(line, "refused")
        try:
            async with self._db.scope_many([line.org_id]) as tx:
                await void.store(tx)
        except BadData:
            logger.warning("there is no conversation to leave a void in", partition=held.partition.number, n=line.n)
        # Its place is settled: nobody goes on showing it, and nothing waits for Postgres any more.
        self._tell_stored(found, void)

    async def _keep_apart(self, found: Found, org_id: UUID | None, error: str) -> None:
        ((held, line),) = found
        async with self._db.scope_many([line.org_id]) as tx:
            await tx.run(sql.bury, org_id=org_id, p=held.partition.number, entry=pack(line), error=error)
            await self._move(tx, found)

    def _tell_stored(self, found: Found, batch: Batch) -> None:
        """Announce what is committed."""
        by_partition: dict[Held, list[Line]] = {}
        for held, line in found:
            by_partition.setdefault(held, []).append(line)
        for held, lines in by_partition.items():
            announce(self._calm, held.partition, held.epoch, lines, self._leases.not_told)
        for void in batch.void_lines:
            self._calm.tell("SPUBLISH", found[0][0].partition.bus, void)
