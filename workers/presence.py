"""Which agents are connected: what the leases in Valkey say is brought to Postgres, and each change is an event.

Gateways lease (server/gateway/presence.py); each partition's leases are looked at by the one worker that holds it, and
Postgres compares and sets, so that however many workers look, a coming and a going is one event each.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

import structlog

from server.core import clock, events
from server.core.auth import Actor
from server.core.config import Settings
from server.core.db import Db
from server.core.errors import Unavailable
from server.core.ids import uuid7
from server.core.partitions import Partitions
from server.core.sql import load
from server.core.valkey import ReplyError, Serves, Valkey, Wire
from workers.leases import Leases

logger = structlog.get_logger(__name__)
sql = load(__file__)

# Organization and agent, and when the last lease ends or ended.
Seats = dict[tuple[bytes, bytes], float]

LOOK_EVERY = 0.5
# What Postgres has is remembered that long, and until this worker holds other partitions.
RECALL_EVERY = 15.0


class PresenceKeeper:
    """Keeps `agent.is_connected` and `last_seen_at` of the partitions held here."""

    def __init__(
        self, settings: Settings, lookup: Db, db: Db, calm: Valkey, partitions: Partitions, leases: Leases
    ) -> None:
        self._lookup, self._db, self._calm, self._partitions, self._leases = lookup, db, calm, partitions, leases
        self._grace = settings.presence_grace
        # Whoever has just come waits until every gateway has renewed.
        self._patience = settings.presence_refresh
        self._patient_until = 0.0
        self._known: set[tuple[bytes, bytes]] = set()
        self._held: set[int] = set()
        self._recall_at = 0.0
        calm.on_connected.append(self._connected)

    async def _connected(self, _: Wire, __: Serves) -> None:
        # While Valkey was away nobody could renew, and sockets were closed: until all had time to come back, an ended
        # lease says nothing.
        self._patient_until = time.monotonic() + self._patience
        self._patience = self._grace

    async def run(self) -> None:
        """Look twice a second; ends only by cancellation."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self._look()
            except (Unavailable, ReplyError) as error:
                logger.warning("who is connected is not known", error=str(error))
                self._recall_at = 0.0

    async def _look(self) -> None:
        held = {each.partition.number: each.partition for each in self._leases.held.values()}
        if time.monotonic() >= self._recall_at or held.keys() != self._held:
            self._known = await self._recall()
            self._held = set(held)
            self._recall_at = time.monotonic() + RECALL_EVERY
        now = clock.now()
        found = await asyncio.gather(*(self._read(each.presence) for each in held.values()))
        seats: Seats = {}
        for each in found:
            seats |= each
        present = {seat for seat, until in seats.items() if until > now}
        here = {seat for seat in self._known if self._partitions.of(seat[0]).number in held}
        came, gone = present - here, here - present
        is_patient = time.monotonic() < self._patient_until
        if is_patient:
            gone = set()
        await self._settle(came, {seat: seats.get(seat, now) for seat in gone})
        for partition in () if is_patient else held.values():
            self._calm.tell("ZREMRANGEBYSCORE", partition.presence, "-inf", now)

    async def _read(self, key: bytes) -> Seats:
        """The agents whose leases are in the set, each with the end of its last one."""
        found: Seats = {}
        for entry, until in await self._calm.call("ZRANGE", key, 0, -1, "WITHSCORES"):
            seat = entry[:16], entry[16:32]
            found[seat] = max(float(until), found.get(seat, 0.0))
        return found

    async def _recall(self) -> set[tuple[bytes, bytes]]:
        async with self._lookup.unscoped() as tx:
            rows = await tx.records(sql.who_is_connected)
        return {(row["org_id"].bytes, row["id"].bytes) for row in rows}

    async def _settle(self, came: set[tuple[bytes, bytes]], gone: Mapping[tuple[bytes, bytes], float]) -> None:
        changes: dict[bytes, tuple[list[UUID], list[UUID], list[float]]] = defaultdict(lambda: ([], [], []))
        for org, agent in came:
            changes[org][0].append(UUID(bytes=agent))
        for (org, agent), until in gone.items():
            changes[org][1].append(UUID(bytes=agent))
            # A lease is renewed a last time when its socket closes, so that this is when that was.
            changes[org][2].append(until - self._grace)
        for org, (coming, going, seen) in changes.items():
            await self._write(UUID(bytes=org), coming, going, seen)
        self._known |= came
        self._known -= gone.keys()

    async def _write(self, org_id: UUID, coming: list[UUID], going: list[UUID], seen: list[float]) -> None:
        nobody = Actor("system", uuid7(), org_id, "")
        async with self._db.scope(org_id) as tx:
            await tx.records(sql.lock_agents, agent_ids=[*coming, *going])
            for row in await tx.records(sql.connect_agents, agent_ids=coming):
                await events.note(tx, nobody, "agent_connected", row["id"])
            for row in await tx.records(sql.disconnect_agents, agent_ids=going, seen=seen):
                await events.note(tx, nobody, "agent_disconnected", row["id"])
