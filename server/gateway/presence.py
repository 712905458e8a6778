"""Who of the team is connected, over all nodes: a sorted set per organization whose scores are ends of leases.

What somebody *chose* (online, away, busy) is stored in Postgres; this is only whether a console is open.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from server.core.clock import now
from server.core.errors import Unavailable
from server.core.partitions import Partitions
from server.core.valkey import ReplyError, Valkey
from server.gateway.hub import Hub
from server.protocol.line import Audience, Kind, build
from server.protocol.server_frames import AvailabilityChanged

if TYPE_CHECKING:
    from server.gateway.session import Session

REFRESH_SECONDS = 25.0
# Well over a minute: browsers throttle the timers of background tabs, and a reload is no absence.
GRACE_SECONDS = 90.0


class Presence:
    """Keeps this node's members present, and tells visitors whether somebody is there."""

    def __init__(self, valkey: Valkey, partitions: Partitions, hub: Hub) -> None:
        self._valkey, self._partitions, self._hub = valkey, partitions, hub
        self._here: dict[bytes, set[bytes]] = {}
        self._told: dict[bytes, bool] = {}

    def came(self, session: "Session") -> None:
        """A member's console is open: visitors hear of it at once."""
        org, entry = _entry(session)
        self._here.setdefault(org, set()).add(entry)
        key = self._key(org)
        self._send("ZADD", key, now() + GRACE_SECONDS, entry)
        self._send("EXPIRE", key, 86_400)
        self._send("SPUBLISH", self._partitions.of(org).bus, _hint(org, is_online=True))

    def gone(self, session: "Session") -> None:
        """The console is closed; its lease goes on until the grace is over."""
        org, entry = _entry(session)
        entries = self._here.get(org)
        if entries is not None:
            entries.discard(entry)
            if not entries:
                del self._here[org]

    async def tell(self, session: "Session") -> None:
        """Tell one visitor whether somebody is there."""
        assert session.actor is not None
        is_online = await self._is_online(session.actor.org_id.bytes)
        if is_online is not None:
            session.say(AvailabilityChanged(is_online))

    async def run(self) -> None:
        """Renew the leases of this node, and notice organizations whose last one ended; ends only by cancellation."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            until = now() + GRACE_SECONDS
            for org, entries in self._here.items():
                self._send("ZADD", self._key(org), *(part for entry in entries for part in (until, entry)))
            for org in [org for org in self._told if not self._hub.is_visited(org)]:
                del self._told[org]
            for org in list(self._told):
                await self._tell_change(org)

    async def _tell_change(self, org: bytes) -> None:
        before = self._told[org]
        is_online = await self._is_online(org)
        if is_online is not None and is_online != before:
            self._hub.deliver(_hint(org, is_online=is_online))

    async def _is_online(self, org: bytes) -> bool | None:
        try:
            present = await self._valkey.call("ZCOUNT", self._key(org), now(), "+inf")
        except (Unavailable, ReplyError):
            return None
        self._told[org] = present > 0
        return self._told[org]

    def _key(self, org: bytes) -> bytes:
        return self._partitions.of(org).prefix + b"pres:" + org.hex().encode()

    def _send(self, *command: Any) -> None:
        self._valkey.tell(*command)


def _entry(session: "Session") -> tuple[bytes, bytes]:
    assert session.actor is not None
    return session.actor.org_id.bytes, f"{session.actor.id}:{session.id}".encode()


def _hint(org: bytes, *, is_online: bool) -> bytes:
    frame = msgspec.json.encode(AvailabilityChanged(is_online))
    return build(Kind.HINT, Audience.PUBLIC, org, org, org, frame)
