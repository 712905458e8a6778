"""The event log: every write appends to it, and readers follow it.

A reader tails `(xid, id) > cursor and xid < pg_snapshot_xmin(…)`: a plain `id > n` was seen to skip the row of a slow
transaction. Delivery is at least once; whoever reacts makes repetition harmless.
"""

from itertools import takewhile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from server.core.clock import now_ms
from server.core.db import Db
from server.core.sql import parse

_sql = parse((Path(__file__).parent / "events.sql").read_text("utf-8"))


class Event(msgspec.Struct, frozen=True):
    """One line of the event log, of any organization."""

    org_id: UUID
    id: UUID
    xid: str
    at: int
    kind: str
    actor_kind: str
    actor_id: UUID | None
    conversation_id: UUID | None
    seq: int | None
    data: dict[str, Any]


class Cursor(msgspec.Struct, frozen=True):
    """How far a reader has come; transaction ids are text, as they are 64 bits and not signed."""

    xid: str
    id: UUID


class EventLog:
    """Reads the log of all organizations, and keeps how far each reader has come."""

    def __init__(self, lookup: Db, db: Db) -> None:
        self._lookup, self._db = lookup, db

    async def after(self, cursor: Cursor, *, older_than: float, limit: int) -> list[Event]:
        """The next events of transactions that are all over, up to the first younger than `older_than` seconds."""
        async with self._lookup.unscoped() as tx:
            found = await tx.many(_sql["events_after"], Event, xid=cursor.xid, id=cursor.id, limit=limit)
        if not older_than:
            return found
        # Cut off, not filtered out: an old event behind a young one would move the cursor past that.
        ripe = now_ms() - older_than * 1000
        return list(takewhile(lambda event: event.at <= ripe, found))

    async def take(self, name: str, token: UUID, seconds: float) -> Cursor | None:
        """Hold a reader for so many seconds; None while another process does."""
        async with self._db.unscoped() as tx:
            await tx.run(_sql["add_reader"], name=name)
            return await tx.maybe(_sql["take_reader"], Cursor, name=name, token=token, seconds=seconds)

    async def move(self, name: str, token: UUID, cursor: Cursor) -> bool:
        """Remember how far the reader came; False when another process holds it by now."""
        async with self._db.unscoped() as tx:
            return await tx.run(_sql["move_reader"], name=name, token=token, xid=cursor.xid, id=cursor.id) == 1

    async def give_back(self, name: str, token: UUID) -> None:
        """Let another process go on at once."""
        async with self._db.unscoped() as tx:
            await tx.run(_sql["free_reader"], name=name, token=token)
