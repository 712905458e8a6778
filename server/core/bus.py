"""The bus: what every node hears of every partition, in order and without holes.

The bus is a hint, the log is the truth. Entries carry a number that is contiguous in their partition; a hole is
healed from the stream. A canary every second carries the last number, so that a dead subscription and a lost last line
are both noticed (centrifugo #1189: total loss with health green).
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from server.core.errors import Unavailable
from server.core.partitions import Partition, Partitions
from server.core.valkey import ReplyError, Script, Serves, Valkey, Wire
from server.protocol.line import Kind, parse

logger = structlog.get_logger(__name__)

CANARY = Script((Path(__file__).parent / "canary.lua").read_text())
# More than this is quicker to load anew than to replay to every socket.
HEAL_AT_MOST = 5_000
# How far a partition was heard whose epoch is new to us.
UNKNOWN = -1


class Lane:
    """How far one partition has been heard."""

    __slots__ = ("epoch", "healing", "heard", "held", "last", "partition", "taken_since")

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self.epoch = 0
        self.last = 0
        self.heard = float("-inf")
        # Since when its canaries are taken; None while they are not.
        self.taken_since: float | None = None
        self.held: list[bytes] = []
        self.healing = False


class Bus:
    """One node's subscription to all partitions; gives each line to `deliver` once and in order."""

    def __init__(
        self,
        subscription: Valkey,
        calm: Valkey,
        partitions: Partitions,
        *,
        name: bytes,
        canary_every: float,
        canary_deadline: float,
    ) -> None:
        self._subscription, self._calm, self._name = subscription, calm, name
        self._every, self._deadline = canary_every, canary_deadline
        self._lanes = {partition.bus: Lane(partition) for partition in partitions.all}
        self._tasks: asyncio.TaskGroup | None = None
        # How often a hole was healed, and how often lines were lost for good.
        self.heals = self.losses = 0
        self.deliver: Callable[[bytes], None] = lambda _: None
        # Called when lines were lost for good, or the bus is dead: whoever shows them must load anew.
        self.on_broken: Callable[[], None] = lambda: None
        # Called when a partition goes on in a higher epoch: what the one before accepted may not be there any more.
        self.on_epoch: Callable[[Partition, int], None] = lambda _partition, _epoch: None
        subscription.on_push = self._pushed
        subscription.on_connected.append(self._subscribe)

    @property
    def is_connected(self) -> bool:
        """Whether the subscription stands just now; it may come back before anybody misses a line."""
        return self._subscription.is_ready

    @property
    def canary_age(self) -> float:
        """Seconds since the canary of the partition that was silent for longest."""
        return time.monotonic() - min(lane.heard for lane in self._lanes.values())

    @property
    def is_healthy(self) -> bool:
        """Whether what is said is heard; a part of a cluster that takes nothing just now has nothing to be heard."""
        before = time.monotonic() - self._deadline
        lanes = self._lanes.values()
        is_deaf = any(each.taken_since is not None and max(each.heard, each.taken_since) <= before for each in lanes)
        return not is_deaf and any(each.heard > before for each in lanes)

    async def run(self) -> None:
        """Sing and listen; ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            was_healthy = False
            await self._calm.wait_ready()
            while True:
                await self._sing()
                await asyncio.sleep(self._every)
                if was_healthy and not self.is_healthy:
                    logger.error("the bus is dead", seconds=self._deadline)
                    self.on_broken()
                was_healthy = self.is_healthy

    async def _sing(self) -> None:
        # All at once: where one part of a cluster is silent, the others are heard.
        await asyncio.gather(*(self._sing_to(lane) for lane in self._lanes.values()))
        silent = [lane.partition.number for lane in self._lanes.values() if lane.taken_since is None]
        if silent:
            logger.warning("no canary could be sent", partitions=silent)

    async def _sing_to(self, lane: Lane) -> None:
        try:
            async with asyncio.timeout(self._every):
                await self._calm.script(CANARY, (lane.partition.shard, lane.partition.bus), self._name)
        except (Unavailable, ReplyError, TimeoutError):
            lane.taken_since = None
        else:
            lane.taken_since = lane.taken_since or time.monotonic()

    async def _subscribe(self, wire: Wire, serves: Serves) -> None:
        lanes = [lane for channel, lane in self._lanes.items() if serves(channel)]
        for lane in lanes:
            wire.tell("SSUBSCRIBE", lane.partition.bus)
        # A refusal of one of them is what this meets in its place.
        await wire.call("PING")
        for lane in lanes:
            epoch, n = await wire.call("HMGET", lane.partition.shard, "epoch", "n")
            self._reach(lane, int(epoch or 0), int(n or 0), is_first=lane.epoch == 0)

    def _reach(self, lane: Lane, epoch: int, n: int, *, is_first: bool = False) -> None:
        """The partition is at `n`: whatever of it was not heard is fetched."""
        if is_first:
            lane.epoch, lane.last = epoch, n
        elif epoch > lane.epoch:
            self._rise(lane, epoch)
        elif epoch == lane.epoch and n > lane.last:
            self._heal(lane, n)

    def _rise(self, lane: Lane, epoch: int) -> None:
        # A new epoch may begin with a rolled-back number, and before we listened again.
        lane.held.clear()
        lane.epoch, lane.last = epoch, UNKNOWN
        self.on_epoch(lane.partition, epoch)
        self._heal(lane, UNKNOWN)

    def _pushed(self, push: list[Any]) -> None:
        if push[0] != b"smessage":
            return
        lane, data = self._lanes[push[1]], push[2]
        kind = data[0]
        if kind == Kind.ENTRY:
            self._entry(lane, data)
        elif kind == Kind.CANARY:
            line = parse(data)
            if line.org == self._name:
                lane.heard = time.monotonic()
                self._reach(lane, line.epoch, line.n)
        else:
            self.deliver(data)

    def _entry(self, lane: Lane, data: bytes) -> None:
        n = int.from_bytes(data[2:10])
        epoch = int.from_bytes(data[10:14])
        if epoch > lane.epoch:
            self._rise(lane, epoch)
        if n <= lane.last or epoch < lane.epoch:
            return
        if n == lane.last + 1 and not lane.healing:
            lane.last = n
            self.deliver(data)
        else:
            lane.held.append(data)
            self._heal(lane, n - 1)

    def _heal(self, lane: Lane, upto: int) -> None:
        if lane.healing or self._tasks is None:
            return
        lane.healing = True
        self.heals += 1
        self._tasks.create_task(self._healed(lane, upto))

    async def _healed(self, lane: Lane, upto: int) -> None:
        """Deliver what the stream has from the hole on, then what came meanwhile."""
        epoch = lane.epoch
        try:
            if lane.last == UNKNOWN:
                after, upto = await self._extent(lane)
            else:
                after = lane.last
            logger.info("healing the bus", partition=lane.partition.number, after=after, upto=upto)
            lines = []
            if upto - after <= HEAL_AT_MOST:
                found = await self._calm.call("XRANGE", lane.partition.ingest, after + 1, upto)
                lines = [fields[1] for _, fields in found]
            if lane.epoch == epoch:
                if len(lines) != upto - after:
                    self.losses += 1
                    logger.error("the bus lost lines", partition=lane.partition.number, after=after, upto=upto)
                    self.on_broken()
                for data in lines:
                    self.deliver(data)
                lane.last = max(after, upto)
        except (Unavailable, ReplyError) as error:
            # Held lines find the hole again, or the next canary; not at once, for the stream is away.
            await asyncio.sleep(0.2)
            logger.warning("the bus could not be healed", error=str(error))
        lane.healing = False
        held, lane.held = lane.held, []
        for data in held:
            self._entry(lane, data)

    async def _extent(self, lane: Lane) -> tuple[int, int]:
        """Where the epoch that a partition is in begins, and how far it has come."""
        epoch, began, n = await self._calm.call("HMGET", lane.partition.shard, "epoch", "began", "n")
        if int(epoch or 0) != lane.epoch:
            raise Unavailable("this epoch is over, or Valkey does not know of it yet")
        return int(began if began is not None else n or 0), int(n or 0)
