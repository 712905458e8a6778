"""Which agents have a socket on this node, told to all workers; and whether somebody is there, told to visitors.

A lease per socket lies in a sorted set of the organization's partition, with its end as the score; it says on which
node, until the socket is closed (domain/identity/connections.py). Workers bring what the leases say to Postgres
(workers/presence.py), where it meets what each agent chose (online, away, busy); and from there this node takes whether
somebody is there, so that no visitor is told more than the team's own picture says.
"""

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from server.core.clock import now
from server.core.db import Db
from server.core.errors import Unavailable
from server.core.partitions import Partitions
from server.core.valkey import Serves, Valkey, Wire
from server.domain.identity.availability import staffed_among
from server.gateway.hub import Hub
from server.protocol.line import NOBODY, Audience, Kind, build
from server.protocol.server_frames import AvailabilityChanged

if TYPE_CHECKING:
    from server.gateway.session import Session

# With as much again in the worker a visitor knows within a second.
LOOK_EVERY = 0.5
# Many visitors who come at once are one question.
GATHER = 0.05


class Presence:
    """Keeps this node's agents present, and tells its visitors whether somebody is there."""

    def __init__(
        self, db: Db, valkey: Valkey, partitions: Partitions, hub: Hub, *, node: str, refresh: float, grace: float
    ) -> None:
        self._node = node.encode()
        self._db, self._valkey, self._partitions, self._hub = db, valkey, partitions, hub
        self._refresh, self._grace = refresh, grace
        self._here: dict[bytes, set[bytes]] = {}
        # What visitors of an organization were told; None while they wait for it.
        self._told: dict[bytes, bool | None] = {}
        self._asked = asyncio.Event()
        self._refresh_at = 0.0
        valkey.on_connected.append(self._connected)

    async def _connected(self, _: Wire, __: Serves) -> None:
        # Maybe it has forgotten, and it heard nothing of who came meanwhile.
        self._refresh_at = 0.0

    def came(self, session: "Session") -> None:
        """An agent has a socket here."""
        entry = self._entry(session)
        self._here.setdefault(session.org, set()).add(entry)
        self._lease(session.org, [entry])

    def gone(self, session: "Session") -> None:
        """The socket is closed; from here on its grace runs."""
        entries, entry = self._here.get(session.org), self._entry(session)
        if entries is None or entry not in entries:
            return
        entries.discard(entry)
        if not entries:
            del self._here[session.org]
        # Under a name without a node, first, so that there is one at every moment.
        self._lease(session.org, [_seat(session)])
        self._valkey.tell("ZREM", self._partitions.of(session.org).presence, entry)

    def tell(self, session: "Session") -> None:
        """Tell one visitor whether somebody is there, now or with all others who wait for it."""
        is_online = self._told.setdefault(session.org, None)
        if is_online is None:
            self._asked.set()
        else:
            session.say(AvailabilityChanged(is_online))

    async def run(self) -> None:
        """Renew the leases of this node, and tell visitors what changed; ends only by cancellation."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._asked.wait()
                    await asyncio.sleep(GATHER)
            self._asked.clear()
            if time.monotonic() >= self._refresh_at:
                self._refresh_at = time.monotonic() + self._refresh
                for org, entries in self._here.items():
                    self._lease(org, entries)
            # While Postgres is away visitors know what they knew.
            with suppress(Unavailable):
                await self._tell_changes()

    async def _tell_changes(self) -> None:
        for org in [org for org in self._told if not self._hub.is_visited(org)]:
            del self._told[org]
        if not self._told:
            return
        staffed = await staffed_among(self._db, [UUID(bytes=org) for org in self._told])
        online = {each.bytes for each in staffed}
        for org, before in tuple(self._told.items()):
            is_online = org in online
            if is_online != before:
                self._told[org] = is_online
                self._hub.deliver(_hint(org, is_online=is_online))

    def _lease(self, org: bytes, entries: "set[bytes] | list[bytes]") -> None:
        until = now() + self._grace
        key = self._partitions.of(org).presence
        self._valkey.tell("ZADD", key, *(part for entry in entries for part in (until, entry)))

    def _entry(self, session: "Session") -> bytes:
        return _seat(session) + self._node


def _seat(session: "Session") -> bytes:
    return session.org + session.person + session.id.bytes


def _hint(org: bytes, *, is_online: bool) -> bytes:
    # Of no topic: only visitors follow the organization itself.
    frame = msgspec.json.encode(AvailabilityChanged(is_online))
    return build(Kind.HINT, Audience.PUBLIC, org, NOBODY, org, frame)
