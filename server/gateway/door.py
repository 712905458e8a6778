"""What all sessions of a node share: the settings, the ways inward, and who is connected."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from server.core.auth import Actor
from server.core.errors import Refused
from server.core.house import House
from server.core.limits import Bucket, Buckets
from server.core.partitions import Partitions
from server.core.valkey import Valkey
from server.domain.chat.history import History
from server.domain.chat.log import Log
from server.domain.chat.marks import MarkKeeper
from server.gateway.blocked import Blocked
from server.gateway.holding import Holdings
from server.gateway.hours import Hours
from server.gateway.hub import Hub
from server.gateway.places import Places
from server.gateway.presence import Presence
from server.gateway.questions import Questions
from server.gateway.standing import Watchman
from server.protocol.codes import CloseCode, RefusalCode

if TYPE_CHECKING:
    from server.gateway.session import Session

logger = structlog.get_logger(__name__)

# Addresses that are remembered for the connect rate.
ADDRESSES = 100_000


class Tenant:
    """One organization on this node: how many sockets it has, and what they may do together."""

    __slots__ = ("bucket", "sockets")

    def __init__(self, rate: float) -> None:
        self.sockets = 0
        self.bucket = Bucket(rate, rate * 4)


class Door:
    """The gateway of one node."""

    def __init__(
        self, house: House, hot: Valkey, partitions: Partitions, log: Log, history: History, marks: MarkKeeper,
        hub: Hub, presence: Presence,
    ) -> None:  # fmt: skip
        self.house, self.settings = house, house.settings
        self.log, self.history, self.marks, self.hub, self.presence = log, history, marks, hub, presence
        self._hot, self._partitions = hot, partitions
        self.connects = Buckets(self.settings.connect_rate, self.settings.connect_burst, ADDRESSES)
        self.sessions: set[Session] = set()
        self.watchman = Watchman(house.db, lambda: self.sessions, every=self.settings.recheck_every)
        self.blocked = Blocked(house.db, lambda: self.sessions, every=self.settings.recheck_every)
        self.hours = Hours(house.channels, lambda: self.sessions, every=self.settings.recheck_every)
        self.places = Places(hot, partitions)
        self.questions = Questions(house.cache, house.notices, lambda: self.sessions, self.spawn)
        self.holdings = Holdings(house.db, lambda: tuple(self.sessions))
        self._people: dict[bytes, set[Session]] = {}
        self._tenants: dict[UUID, Tenant] = {}
        self._tasks: asyncio.TaskGroup | None = None
        # For the figures: sockets that came, what they were refused, and why we closed them.
        self.opened = 0
        self.refusals: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()

    def spawn(self, work: Coroutine[Any, Any, None], failed: Callable[[Refused], None]) -> None:
        """Let something that waits go on beside the socket; what it raises is logged, told and harms nobody else."""
        if self._tasks is None:
            work.close()
        else:
            self._tasks.create_task(_guarded(work, failed))

    def admit(self, session: "Session", actor: Actor, most: int) -> Tenant | None:
        """Count a socket; None when its person or its organization has as many as the limits allow."""
        tenant = self._tenants.get(actor.org_id) or Tenant(self.settings.organization_rate)
        sockets = self._people.get(actor.id.bytes, set())
        if len(sockets) >= most or tenant.sockets >= self.settings.organization_sockets:
            return None
        self._people[actor.id.bytes], self._tenants[actor.org_id] = sockets, tenant
        sockets.add(session)
        tenant.sockets += 1
        return tenant

    def forget(self, session: "Session") -> None:
        """The session is over."""
        self.sessions.discard(session)
        self.hub.leave(session, session.watching, is_team=session.is_team)
        self.hub.read_no_more(session)
        self.hub.awaiting.forget(session)
        if session.is_team:
            self.presence.gone(session)
        sockets = self._people.get(session.person)
        if sockets is None or session not in sockets:
            return
        sockets.remove(session)
        if not sockets:
            del self._people[session.person]
        assert session.actor is not None
        tenant = self._tenants[session.actor.org_id]
        tenant.sockets -= 1
        if not tenant.sockets:
            del self._tenants[session.actor.org_id]

    def publish(self, topic: bytes, hint: bytes) -> None:
        """Send a hint to every node; nobody waits for it."""
        self._hot.tell("SPUBLISH", self._partitions.of(topic).bus, hint)

    def close_all(self, code: CloseCode) -> None:
        """Send every client away, over a few seconds, for it to come back or go to another node."""
        for session in self.sessions:
            session.socket.close_within(max(self.settings.drain, 0.1), code)

    async def run(self) -> None:
        """Keep the clock of all sockets; ends only by cancellation."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                every = min(1.0, self.settings.ping_every / 4, self.settings.hello_deadline / 4)
                while True:
                    await asyncio.sleep(every)
                    now = time.monotonic()
                    for session in tuple(self.sessions):
                        session.tick(now)
        finally:
            self._tasks = None


async def _guarded(work: Coroutine[Any, Any, None], failed: Callable[[Refused], None]) -> None:
    try:
        await work
    except Exception:
        # One of the loops that must not die: a mistake in one session's work ends nobody else's.
        incident = secrets.token_hex(4)
        logger.exception("a session's work failed", incident=incident)
        told = f"the server made a mistake; its log has more under {incident}"
        failed(Refused(told, code=RefusalCode.INTERNAL))
