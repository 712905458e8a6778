"""The event log: every write appends to it, and readers follow it.

A reader tails `(xid, id) > cursor and xid < pg_snapshot_xmin(…)`: a plain `id > n` was seen to skip the row of a slow
transaction. Delivery is at least once; whoever reacts makes repetition harmless.
"""

from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.clock import now_ms
from server.core.db import Db, Transaction
from server.core.errors import Unavailable
from server.core.sql import parse

_sql = parse((Path(__file__).parent / "events.sql").read_text("utf-8"))


NO_ID = UUID(int=0)


class Event(msgspec.Struct, frozen=True):
    """One line of the event log, of any organization."""

    org_id: UUID
    id: UUID
    xid: str
    at: int
    kind: str
    actor_kind: str
    actor_id: UUID | None
    subject_id: UUID | None
    conversation_id: UUID | None
    seq: int | None
    data: dict[str, Any]


class Cursor(msgspec.Struct, frozen=True):
    """How far a reader has come; transaction ids are text, as they are 64 bits and not signed."""

    xid: str
    id: UUID


async def note(tx: Transaction, actor: Actor, kind: str, subject_id: UUID, **data: Any) -> None:
    """Append to the event log what an actor did, such as `team_changed`, in the transaction that does it."""
    await tx.run(
        _sql["add_event"],
        kind=kind,
        actor_kind="api" if actor.is_api else actor.kind,
        actor_id=actor.id if actor.kind != "system" else None,
        subject_type=kind.rpartition("_")[0],
        subject_id=subject_id,
        data=data,
    )


class EventLog:
    """Reads the log of all organizations, and keeps how far each reader has come."""

    def __init__(self, lookup: Db, db: Db) -> None:
        self._lookup, self._db = lookup, db

    async def after(
        self, cursor: Cursor, kinds: Sequence[str], *, older_than: float, limit: int
    ) -> tuple[list[Event], Cursor]:
        """The next events of these kinds, up to the first younger than `older_than` seconds, and where to go on."""
        async with self._lookup.unscoped() as tx:
            horizon = await self.horizon(tx)
            found = await tx.many(
                _sql["events_after"], Event, xid=cursor.xid, id=cursor.id, horizon=horizon, kinds=kinds, limit=limit
            )
        # Cut off, not filtered out: an old event behind a young one would move the cursor past that.
        ripe = now_ms() - older_than * 1000
        events = list(takewhile(lambda event: event.at <= ripe, found)) if older_than else found
        if len(events) < len(found) or len(found) == limit:
            return events, Cursor(events[-1].xid, events[-1].id) if events else cursor
        # All that is over was seen; what is of other kinds need not be looked at again.
        return events, max(cursor, Cursor(horizon, NO_ID), key=lambda each: (int(each.xid), each.id))

    async def horizon(self, tx: Transaction) -> str:
        """The oldest transaction that may still be running."""
        told: str = await tx.value(_sql["horizon"])
        return told

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
        """Let another process go on at once; while Postgres is away it goes on when the lease is over."""
        with suppress(Unavailable):
            async with self._db.unscoped() as tx:
                await tx.run(_sql["free_reader"], name=name, token=token)
