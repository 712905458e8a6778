"""The end of the event log, looked at once for all readers of a worker."""

from bisect import bisect_right
from collections.abc import Collection
from itertools import islice
from uuid import UUID

from server.core.events import NO_ID, Cursor, Event, EventLog, ripe

# What one look brings, and what is kept for readers that gather or wait.
AT_ONCE = 1_000
KEPT = 5_000


class Tail:
    """Knows the newest events of the followed kinds; whoever is further behind is answered by Postgres."""

    def __init__(self, events: EventLog, *, at_once: int = AT_ONCE, kept: int = KEPT) -> None:
        self._events, self._at_once, self._kept = events, at_once, kept
        self._kinds: frozenset[str] = frozenset()
        self._known: list[Event] = []
        self._places: list[tuple[int, UUID]] = []
        # Between the two every event of these kinds is known.
        self._start = self._end = Cursor("0", NO_ID)
        self._is_begun = False

    def follow(self, kinds: frozenset[str]) -> None:
        """Look for these kinds from now on."""
        if kinds != self._kinds:
            self._kinds, self._is_begun = kinds, False

    async def look(self) -> tuple[set[str], bool]:
        """The kinds of what is new, and whether there may be more that can be seen shortly."""
        kinds = self._kinds
        if not kinds:
            return set(), False
        span = await self._events.span()
        end = Cursor(span.horizon, NO_ID)
        if not self._is_begun:
            # What was before is asked of Postgres, once by each reader.
            self._known, self._places = [], []
            self._start = self._end = end
            self._is_begun = True
            return set(kinds), True
        if end.place() <= self._end.place():
            return set(), span.horizon != span.ahead
        found = await self._events.before(span.horizon, self._end, kinds, self._at_once)
        if kinds != self._kinds:
            return set(), True
        is_full = len(found) == self._at_once
        self._add(found)
        self._end = Cursor(found[-1].xid, found[-1].id) if is_full else end
        return {event.kind for event in found}, is_full or span.horizon != span.ahead

    def _add(self, found: list[Event]) -> None:
        self._known += found
        self._places += [(int(event.xid), event.id) for event in found]
        many = len(self._known) - self._kept
        if many > 0:
            last = self._known[many - 1]
            self._start = Cursor(last.xid, last.id)
            del self._known[:many], self._places[:many]

    async def after(
        self, cursor: Cursor, kinds: Collection[str], *, older_than: float, limit: int
    ) -> tuple[list[Event], Cursor]:
        """The next events of kinds that are followed; as EventLog.after tells it."""
        if not self._is_begun or cursor.place() < self._start.place():
            return await self._events.after(cursor, kinds, older_than=older_than, limit=limit)
        first = bisect_right(self._places, cursor.place())
        new = (event for event in islice(self._known, first, None) if event.kind in kinds)
        found = list(islice(new, limit))
        return ripe(found, cursor, self._end, older_than=older_than, is_full=len(found) == limit)
