"""What one worker tells of itself: whether it can do its work, and its figures."""

import asyncio
from collections.abc import Awaitable, Iterable

from server.core.clock import now_ms
from server.core.db import Db
from server.core.errors import Unavailable
from server.core.house import Check
from server.core.metrics import Metric, Metrics, counter, gauge, histogram
from server.core.partitions import Partitions
from server.core.sql import load
from server.core.valkey import Valkey
from server.domain.chat.backlog import unstored, unstored_figure
from server.domain.chat.log import Log
from server.protocol.line import parse
from workers.ingest import Ingest
from workers.leases import Held, Leases

sql = load(__file__)

# A batch takes milliseconds; what waits for longer than a restart of Postgres needs a person.
LAG_SECONDS = 30.0


class Vitals:
    """The parts of one worker, as those who watch it see them."""

    def __init__(
        self, *, databases: dict[str, Db], calm: Valkey, partitions: Partitions, log: Log, leases: Leases,
        ingest: Ingest, readers: list[str],
    ) -> None:  # fmt: skip
        self._databases, self._calm, self._partitions = databases, calm, partitions
        self._log, self._leases, self._ingest, self._readers = log, leases, ingest, readers

    def checks(self) -> dict[str, Check]:
        """For /health/ready."""
        return {"postgres": self._postgres, "valkey": self._valkey, "lag": self._lag}

    def add_to(self, metrics: Metrics) -> None:
        """Have /metrics tell of this worker."""
        metrics.sources.append(self._figures)
        metrics.asked += [self._backlog, self._of_postgres]

    async def _postgres(self) -> None:
        async with self._databases["fd_ingest"].unscoped() as tx:
            await tx.value(sql.ping)

    async def _valkey(self) -> None:
        # Of a cluster each part that has something of the log.
        await asyncio.gather(*(self._calm.call_near(each.shard, "PING") for each in self._partitions.all))

    async def _lag(self) -> None:
        """Raise Unavailable while an entry that this worker should have stored waits for too long."""
        waits = await asyncio.gather(*(self._oldest(held) for held in self._leases.held.values()))
        longest = max(waits, default=0.0)
        if longest > LAG_SECONDS:
            raise Unavailable(f"ingest is behind: an entry waits to be stored for {longest:.0f} s")

    async def _oldest(self, held: Held) -> float:
        asked: Awaitable[list[list[list[bytes]]]] = self._calm.call(
            "XRANGE", held.partition.ingest, held.cursor + 1, "+", "COUNT", 1
        )
        found = await asked
        return (now_ms() - parse(found[0][1][1]).at) / 1000 if found else 0.0

    def _figures(self) -> Iterable[Metric]:
        ingest, (conversations, inboxes) = self._ingest, self._log.accepted
        accepted = {"conversation": conversations, "inbox": inboxes}
        connections = {
            (role, state): count
            for role, db in self._databases.items()
            for state, count in db.connections.items()
        }  # fmt: skip
        return [
            counter("frontdesk_entries_accepted", "Entries that got a number through this worker.", accepted, "log"),
            histogram("frontdesk_ingest_batch_entries", "Entries that were stored in one transaction.", ingest.sizes),
            histogram("frontdesk_ingest_batch_seconds", "How long such a transaction took.", ingest.seconds),
            histogram("frontdesk_stored_lag_seconds", "From an entry's acceptance to its commit.", ingest.lags),
            counter("frontdesk_entries_buried", "Entries that this worker put into dead_letter.", ingest.buried),
            gauge("frontdesk_leases_held", "Partitions of the log that this worker stores.", len(self._leases.held)),
            gauge("frontdesk_database_connections", "Postgres connections.", connections, "role", "state"),
        ]

    async def _backlog(self) -> Iterable[Metric]:
        return [unstored_figure(await unstored(self._calm, self._partitions))]

    async def _of_postgres(self) -> Iterable[Metric]:
        async with self._databases["fd_lookup"].unscoped() as tx:
            letters = await tx.value(sql.count_dead_letters)
            lags = {row["name"]: row["seconds"] for row in await tx.records(sql.reader_lags, names=self._readers)}
            due = await tx.value(sql.oldest_due_job)
        return [
            gauge("frontdesk_dead_letters", "Entries that wait in dead_letter for somebody to mend them.", letters),
            gauge("frontdesk_reader_lag_seconds", "Age of the oldest event not yet passed.", lags, "reader"),
            gauge("frontdesk_job_lag_seconds", "For how long the oldest job that is due has waited.", due),
        ]
