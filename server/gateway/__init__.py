"""Floor 3: the door for WebSockets. `open_gateway` puts the parts of one node together."""

from asyncio import Protocol, TaskGroup
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from server.core.bus import CANARY, Bus
from server.core.errors import Unavailable
from server.core.house import House
from server.core.ids import uuid7
from server.core.lasting import end, lasting
from server.core.log import node_name
from server.core.metrics import Metric
from server.core.partitions import Partitions
from server.core.timekeeper import Timekeeper
from server.core.trace import Tracer
from server.core.valkey import Valkey, connection
from server.domain.chat.backlog import unstored, unstored_figure
from server.domain.chat.fence import Fence
from server.domain.chat.history import History
from server.domain.chat.log import SCRIPTS, Log
from server.domain.chat.marks import MARKS, MarkKeeper
from server.domain.chat.traced import TracedLog
from server.gateway.door import Door
from server.gateway.figures import figures
from server.gateway.hub import Hub
from server.gateway.presence import Presence
from server.gateway.socket import socket_protocol
from server.protocol.codes import CloseCode


class Gateway:
    """The message path of one node, as the rest of the web process sees it."""

    def __init__(self, door: Door, bus: Bus, fence: Fence, calm: Valkey, partitions: Partitions) -> None:
        self.log, self.history = door.log, door.history
        self.door = door
        self.websocket: Callable[..., Protocol] = socket_protocol(door)
        self._bus, self._fence, self._calm, self._partitions = bus, fence, calm, partitions

    async def check_bus(self) -> None:
        """For /health/ready: raises Unavailable while a partition is not heard."""
        if not self._bus.is_connected:
            raise Unavailable("the bus is away: the subscription is not there")
        if not self._bus.is_healthy:
            raise Unavailable("the bus is dead: no canary came through")

    async def check_log(self) -> None:
        """For /health/ready: raises Unavailable while a partition is not accepted for."""
        if not self._fence.is_open:
            raise Unavailable("the log is not open: no worker holds every partition yet, or Valkey changed")

    def figures(self) -> Iterable[Metric]:
        """What this node has done, for /metrics."""
        return figures(self.door, self._bus, self._fence)

    async def backlog(self) -> Iterable[Metric]:
        """What waits for Postgres in the whole installation, for /metrics; raises Unavailable."""
        return [unstored_figure(await unstored(self._calm, self._partitions))]


@asynccontextmanager
async def open_gateway(house: House, tracer: Tracer | None = None) -> AsyncIterator[Gateway]:
    """Open this node's connections to the log and its door for sockets; both close at the end."""
    settings = house.settings
    partitions = Partitions(settings.partitions)
    hot = connection(settings.redis_url, deadline=settings.command_deadline, scripts=(*SCRIPTS, MARKS))
    calm = connection(settings.redis_url, deadline=settings.command_deadline, scripts=(*SCRIPTS, CANARY))
    heard = connection(settings.redis_url, deadline=settings.command_deadline)
    hub = Hub()
    bus = Bus(
        heard, calm, partitions, name=uuid7().bytes, canary_every=settings.canary_every,
        canary_deadline=settings.canary_deadline,
    )  # fmt: skip
    fence = Fence(house.db, hot, partitions)
    parts = hot, partitions, fence, house.db
    cap = settings.unstored_cap
    log = Log(*parts, unstored_cap=cap) if tracer is None else TracedLog(tracer, *parts, unstored_cap=cap)
    history = History(house.db, calm, partitions, log)
    presence = Presence(
        house.db, calm, partitions, hub, node=node_name(settings), refresh=settings.presence_refresh,
        grace=settings.presence_grace,
    )  # fmt: skip
    door = Door(house, hot, partitions, log, history, MarkKeeper(hot, partitions), hub, presence)
    bus.deliver = hub.deliver
    # After the bus's own hook: by then the connection listens, and knows the epochs.
    heard.on_connected.append(lambda wire, serves: hub.awaiting.catch_up(wire, serves, partitions))
    door.watchman.listen(house.notices)
    door.blocked.listen(house.notices)
    door.hours.listen(house.notices)
    door.holdings.listen(house.notices)
    door.questions.listen()
    bus.on_epoch = lambda partition, epoch: hub.awaiting.rose(epoch, lambda topic: partitions.of(topic) is partition)
    bus.on_broken = lambda: door.close_all(CloseCode.UNHEALTHY)
    async with TaskGroup() as tasks:
        guards = door.watchman, door.blocked, door.hours, door.holdings
        running = [
            tasks.create_task(lasting(part.run))
            for part in (hot, calm, heard, Timekeeper(calm), bus, fence, presence, door, *guards)
        ]
        yield Gateway(door, bus, fence, calm, partitions)
        await end(running)
