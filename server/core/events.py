"""The event log: every write appends to it, and readers follow it.

A reader tails `(xid, id) > cursor and xid < pg_snapshot_xmin(…)`: a plain `id > n` was seen to skip the row of a slow
transaction. Delivery is at least once; whoever reacts makes repetition harmless.
"""

from collections.abc import Collection, Mapping, Sequence
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

    def place(self) -> tuple[int, UUID]:
        """What cursors and events are ordered by."""
        return int(self.xid), self.id


class Span(msgspec.Struct, frozen=True):
    """The oldest transaction that may still be running, and the first that has not begun."""

    horizon: str
    ahead: str


class HeldReader(msgspec.Struct, frozen=True):
    """A reader that is held, and how far it has come."""

    name: str
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
        self, cursor: Cursor, kinds: Collection[str], *, older_than: float, limit: int
    ) -> tuple[list[Event], Cursor]:
        """The next events of these kinds, up to the first younger than `older_than` seconds, and where to go on."""
        horizon = (await self.span()).horizon
        found = await self.before(horizon, cursor, kinds, limit)
        return ripe(found, cursor, Cursor(horizon, NO_ID), older_than=older_than, is_full=len(found) == limit)

    async def before(self, horizon: str, cursor: Cursor, kinds: Collection[str], limit: int) -> list[Event]:
        """The next events of these kinds of transactions before the horizon."""
        async with self._lookup.alone() as tx:
            return await tx.many(
                _sql["events_after"], Event, xid=cursor.xid, id=cursor.id, horizon=horizon, kinds=list(kinds),
                limit=limit,
            )  # fmt: skip

    async def span(self) -> Span:
        """Which transactions may still be running."""
        async with self._lookup.alone() as tx:
            return await tx.one(_sql["span"], Span)

    async def horizon(self, tx: Transaction) -> str:
        """The oldest transaction that may still be running."""
        told: str = await tx.value(_sql["horizon"])
        return told

    async def add_readers(self, names: Collection[str]) -> None:
        """Let readers that nobody has heard of begin at the beginning."""
        async with self._db.alone() as tx:
            await tx.run(_sql["add_readers"], names=sorted(names))

    async def keep(self, cursors: Mapping[str, Cursor | None], token: UUID, seconds: float) -> dict[str, Cursor]:
        """Hold readers for so many seconds, and write how far they came; those that no other process has.

        `cursors` tells of each reader how far it came, None of one that is not held here. What comes back is where to
        go on: another place than was told where another process had it meanwhile.
        """
        names, places = list(cursors), list(cursors.values())
        async with self._db.alone() as tx:
            kept = await tx.many(
                _sql["keep_readers"], HeldReader, names=names, xids=[each and each.xid for each in places],
                ids=[each and each.id for each in places], token=token, seconds=seconds,
            )  # fmt: skip
        return {each.name: Cursor(each.xid, each.id) for each in kept}

    async def give_back(self, names: Collection[str], token: UUID) -> None:
        """Let another process go on at once; while Postgres is away it goes on when the lease is over."""
        with suppress(Unavailable):
            async with self._db.alone() as tx:
                await tx.run(_sql["free_readers"], names=list(names), token=token)


def ripe(
    found: Sequence[Event], cursor: Cursor, end: Cursor, *, older_than: float, is_full: bool
) -> tuple[list[Event], Cursor]:
    """What of the events after the cursor is old enough, and where to go on: at the end when all of them were seen."""
    # Cut off, not filtered out: an old event behind a young one would move the cursor past that.
    before = now_ms() - older_than * 1000
    events = list(takewhile(lambda event: event.at <= before, found)) if older_than else list(found)
    if len(events) < len(found) or is_full:
        return events, Cursor(events[-1].xid, events[-1].id) if events else cursor
    # All that is over was seen; what is of other kinds need not be looked at again.
    return events, max(cursor, end, key=Cursor.place)
