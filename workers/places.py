"""Places in line: kept in Valkey for whoever comes, and told to whoever is there when they change."""

import time
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from server.core.db import Db
from server.core.events import Event
from server.core.partitions import Partitions
from server.core.valkey import Valkey
from server.domain.chat.log import Log
from server.domain.routing.places import paces, places
from server.domain.routing.types import Pace, Place
from server.protocol.line import NOBODY, Audience, Kind, build
from server.protocol.server_frames import QueueMoved

# Nobody waits for longer than a visitor's token is good.
KEPT_SECONDS = 86_400
PACES_SECONDS = 30.0
MANY = 20


class _Paced(NamedTuple):
    until: float
    paces: dict[UUID | None, Pace]


class PlaceTeller:
    """Tells visitors where they stand, whenever somebody comes, goes or moves in their queue."""

    def __init__(self, calm: Valkey, partitions: Partitions) -> None:
        self._calm, self._partitions = calm, partitions
        self._told: dict[UUID, dict[UUID, Place]] = {}
        self._paced: dict[UUID, _Paced] = {}

    async def react(self, db: Db, _: Log, events: Sequence[Event]) -> None:
        """Number the queues anew in which something happened; repeated, it tells nothing."""
        for org_id in {event.org_id for event in events}:
            await self._tell(db, org_id)

    async def _tell(self, db: Db, org_id: UUID) -> None:
        async with db.scope(org_id) as tx:
            paced = self._paced.get(org_id)
            if paced is None or paced.until < time.monotonic():
                found = await paces(tx)
                # While there are few, each one counts, and they are quickly looked through.
                seconds = PACES_SECONDS if found and all(each.samples >= MANY for each in found.values()) else 0
                paced = self._paced[org_id] = _Paced(time.monotonic() + seconds, found)
            now = {each.conversation_id: each for each in await places(tx, paced.paces)}
        before = self._told.pop(org_id, {})
        for conversation_id in before.keys() - now.keys():
            partition = self._partitions.of(conversation_id.bytes)
            self._calm.tell("DEL", partition.place(org_id.bytes, conversation_id.bytes))
        for place in now.values():
            if before.get(place.conversation_id) != place:
                self._publish(org_id, place)
        if now:
            self._told[org_id] = now
        else:
            self._paced.pop(org_id, None)

    def _publish(self, org_id: UUID, place: Place) -> None:
        topic = place.conversation_id.bytes
        partition = self._partitions.of(topic)
        contact = place.contact_id.bytes if place.contact_id else NOBODY
        frame = msgspec.json.encode(QueueMoved(place.conversation_id, place.place, place.seconds))
        self._calm.tell("SET", partition.place(org_id.bytes, topic), frame, "EX", KEPT_SECONDS)
        self._calm.tell(
            "SPUBLISH", partition.bus, build(Kind.HINT, Audience.PUBLIC, org_id.bytes, topic, contact, frame)
        )
