"""Answers that may be a few seconds old: what doors ask the database for again and again."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from server.core.errors import Unavailable

K = TypeVar("K")
V = TypeVar("V")


class Fresh(Generic[K, V]):
    """Remembers what a look-up said for `seconds`; while the database is away, for `spare` seconds."""

    def __init__(
        self,
        look_up: Callable[[K], Awaitable[V]],
        clock: Callable[[], float],
        *,
        seconds: float,
        spare: float,
        most: int,
    ) -> None:
        self._look_up, self._clock = look_up, clock
        self._seconds, self._spare, self._most = seconds, spare, most
        # Key -> when it was told, when to ask again, what was told.
        self._known: OrderedDict[K, tuple[float, float, V]] = OrderedDict()
        # How often something was forgotten: what was asked before may be what was true before.
        self._forgotten = 0

    async def get(self, key: K) -> V:
        """The answer for a key, at most so old; raises what the look-up raises."""
        known, asked = self._known.get(key), self._clock()
        if known is not None and asked < known[1]:
            return known[2]
        forgotten = self._forgotten
        try:
            found = await self._look_up(key)
            if forgotten != self._forgotten:
                # Something changed while we asked; this answer may be the old one, the next one is not.
                forgotten = self._forgotten
                found = await self._look_up(key)
        except Unavailable:
            # Looked up again: what was forgotten meanwhile is no answer any more.
            known = self._known.get(key)
            if known is None or asked - known[0] >= self._spare:
                raise
            # Whoever comes next need not wait for the database to be away again.
            asked, found = known[0], known[2]
        if forgotten != self._forgotten:
            return found
        # Two misses at once ask twice, which is cheaper than a queue that a stranger's keys could fill.
        self._known[key] = (asked, self._clock() + self._seconds, found)
        self._known.move_to_end(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return found

    def forget(self, key: K) -> None:
        """Ask again next time."""
        self._forgotten += 1
        self._known.pop(key, None)

    def forget_where(self, stale: Callable[[V], bool]) -> None:
        """Ask again next time for all whose answer is stale, also where an answer is on its way just now."""
        self._forgotten += 1
        for key in [key for key, (_, _, told) in self._known.items() if stale(told)]:
            del self._known[key]

    def forget_all(self) -> None:
        """Ask again for everything; only while the database is away the last answers stand, as before."""
        self._forgotten += 1
        for key, (told, _, found) in self._known.items():
            self._known[key] = (told, told, found)
