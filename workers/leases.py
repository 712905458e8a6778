"""Which partitions of the log this worker stores: leases in Postgres, spread evenly over the living workers.

Whoever takes a partition first makes sure that its numbers belong to the Valkey that is there: after a rollback it
stores what is left of the stream, raises the epoch in Postgres, and then in Valkey (domain/chat/fence.py tells why).
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import structlog

from server.core import clock
from server.core.config import Settings
from server.core.db import Db
from server.core.errors import Unavailable
from server.core.partitions import Partition, Partitions
from server.core.sql import load
from server.core.valkey import ReplyError, Script, Serves, Valkey, Wire
from server.domain import chat
from server.domain.chat.types import Shard
from workers.announce import announce_rest

logger = structlog.get_logger(__name__)
sql = load(__file__)

RISE = Script((Path(chat.__file__).parent / "rise.lua").read_text())

WORKERS = b"fd:workers"


class LeaseLost(Exception):  # noqa: N818 - it is no error: another worker goes on
    """Another worker has a partition of this batch by now; nothing of it was stored."""


class Held:
    """One partition that this worker may store, as long as the lease lasts."""

    __slots__ = ("cursor", "epoch", "identity", "partition")

    def __init__(self, partition: Partition, epoch: int, cursor: int, identity: str) -> None:
        self.partition, self.epoch, self.cursor = partition, epoch, cursor
        # The Valkey that the cursor is a number of.
        self.identity = identity


class Leases:
    """Takes, renews and gives back leases; `held` is what may be stored now."""

    def __init__(self, settings: Settings, db: Db, calm: Valkey, partitions: Partitions) -> None:
        self._db, self._calm, self._partitions = db, calm, partitions
        self._seconds = settings.lease
        self.token: UUID = uuid4()
        self.held: dict[int, Held] = {}
        self.changed = asyncio.Event()
        # Stores whatever the stream still holds of a partition; set by ingest.
        self.drain: Callable[[Held], Awaitable[None]]
        self._until = 0.0
        self._share = len(partitions)
        self._untold: dict[int, int] = {}
        self._look = asyncio.Event()
        calm.on_connected.append(self._connected)

    async def run(self) -> None:
        """Keep the leases; ends only by cancellation, and then gives them back."""
        await self._calm.wait_ready()
        try:
            while True:
                try:
                    await self._round()
                except LeaseLost:
                    self.lose_all()
                except (Unavailable, ReplyError) as error:
                    logger.warning("leases cannot be looked after", error=str(error))
                    if time.monotonic() > self._until:
                        self.lose_all()
                await self._wait()
        finally:
            await asyncio.shield(self._leave())

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._seconds / 3):
                await self._look.wait()
        except TimeoutError:
            return
        # Not at once again: what was lost may be lost once more.
        await asyncio.sleep(0.05)

    def lose_all(self) -> None:
        """Another worker may have them by now: store nothing more until they are taken anew."""
        self.held.clear()
        self.changed.set()
        self._look.set()

    def lose(self, partition: Partition) -> None:
        """Look at one partition again before anything more of it is stored."""
        self.held.pop(partition.number, None)
        self.changed.set()
        self._look.set()

    async def _connected(self, _: Wire, serves: Serves) -> None:
        # Maybe another Valkey.
        for held in [each for each in self.held.values() if serves(each.partition.shard)]:
            self.lose(held.partition)
        self._look.set()

    async def _round(self) -> None:
        self._look.clear()
        # The part of a cluster that counts the workers may be away while the others go on.
        with suppress(Unavailable):
            self._share = await self._fair_share()
        token, share = self.token, self._share
        asked = time.monotonic()
        async with self._db.unscoped() as tx:
            renewed = {row["p"] for row in await tx.records(sql.renew_leases, token=token, seconds=self._seconds)}
        # A third less than Postgres grants, so that a slow clock of ours stops before another worker starts.
        self._until = asked + self._seconds * 2 / 3
        for held in list(self.held.values()):
            if held.identity != self._calm.identity(held.partition.shard):
                del self.held[held.partition.number]
        if renewed != self.held.keys():
            for lost in self.held.keys() - renewed:
                del self.held[lost]
            await self._give_back(list(renewed - self.held.keys()))
        if len(self.held) > share:
            await self._give_back(list(self.held)[share:])
        elif len(self.held) < share:
            await self._take(share - len(self.held))
        await self._tell_rest()

    def not_told(self, partition: Partition, first: int) -> None:
        """What is stored from this number on could not be told: it is told again in the next round."""
        self._untold[partition.number] = min(first, self._untold.get(partition.number, first))

    async def _tell_rest(self) -> None:
        for number, first in list(self._untold.items()):
            del self._untold[number]
            held = self.held.get(number)
            if held is None:
                # Whoever has it by now told what it found untold.
                continue
            try:
                await announce_rest(self._calm, held.partition, held.epoch, first - 1, held.cursor, self.not_told)
            except Unavailable:
                self.not_told(held.partition, first)
                raise

    async def _fair_share(self) -> int:
        now = clock.now()
        name = self.token.bytes
        await self._calm.call("ZADD", WORKERS, now + self._seconds, name)
        await self._calm.call("ZREMRANGEBYSCORE", WORKERS, "-inf", now)
        alive = await self._calm.call("ZCARD", WORKERS)
        share: int = math.ceil(len(self._partitions) / max(alive, 1))
        return share

    async def _take(self, most: int) -> None:
        token = self.token
        async with self._db.unscoped() as tx:
            taken = await tx.records(sql.take_leases, token=token, seconds=self._seconds, most=most)
        for row in taken:
            shard = Shard(row["p"], row["epoch"], row["run_id"], row["cursor"])
            try:
                held = await self._adopt(shard, token)
            except (Unavailable, ReplyError) as error:
                # It is given back in the next round; others may be where a part of the cluster is well.
                logger.warning("a partition cannot be taken", partition=shard.p, error=str(error))
                continue
            if held is not None:
                self.held[shard.p] = held
                self.changed.set()

    async def _adopt(self, shard: Shard, token: UUID) -> Held | None:
        partition = self._partitions.all[shard.p]
        run_id = self._calm.identity(partition.shard)
        # Higher than in Postgres it is after Postgres came back from a backup: numbers were given since then.
        told = await self._calm.call("HMGET", partition.shard, "epoch", "stored")
        known, announced = (int(each or 0) for each in told)
        if shard.run_id != run_id or known > shard.epoch:
            if shard.run_id is not None:
                logger.info("valkey or postgres is another one: raising the epoch", partition=shard.p)
                await self.drain(Held(partition, shard.epoch, shard.cursor, run_id))
            last = await self._calm.call("HGET", partition.shard, "n")
            async with self._db.unscoped() as tx:
                raised = await tx.maybe(
                    sql.raise_epoch, Shard, p=shard.p, token=token, run_id=run_id, cursor=str(int(last or 0)),
                    known=known,
                )  # fmt: skip
            if raised is None or self._calm.identity(partition.shard) != run_id:
                return None
            shard = raised
        # Also after a crash between Postgres and Valkey.
        if known != shard.epoch:
            is_ours, announced = await self._calm.script(RISE, (partition.shard,), shard.epoch)
            if not is_ours:
                return None
        await announce_rest(self._calm, partition, shard.epoch, announced, shard.cursor, self.not_told)
        return Held(partition, shard.epoch, shard.cursor, run_id)

    async def _leave(self) -> None:
        # Whoever stays, or comes next, takes everything at once instead of leaving a share to one who is gone.
        with suppress(Unavailable, ReplyError):
            await self._calm.call("ZREM", WORKERS, self.token.bytes)
        with suppress(Unavailable):
            await self._give_back(list(self.held))

    async def _give_back(self, numbers: list[int]) -> None:
        for number in numbers:
            self.held.pop(number, None)
        if numbers:
            self.changed.set()
            async with self._db.unscoped() as tx:
                await tx.run(sql.release_leases, token=self.token, partitions=numbers)
