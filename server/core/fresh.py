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

    async def get(self, key: K) -> V:
        """The answer for a key, at most so old; raises what the look-up raises."""
        known, asked = self._known.get(key), self._clock()
        if known is not None and asked < known[1]:
            return known[2]
        try:
            found = await self._look_up(key)
        except Unavailable:
            if known is None or asked - known[0] >= self._spare:
                raise
            # Whoever comes next need not wait for the database to be away again.
            asked, found = known[0], known[2]
        # Two misses at once ask twice, which is cheaper than a queue that a stranger's keys could fill.
        self._known[key] = (asked, self._clock() + self._seconds, found)
        self._known.move_to_end(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return found

    def forget(self, key: K) -> None:
        """Ask again next time."""
        self._known.pop(key, None)
