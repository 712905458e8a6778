"""How long a handler may take, not counting what it waits for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Patience:
    """The deadline of a handler, which stands still while the handler waits for the server."""

    def __init__(self, scope: asyncio.Timeout) -> None:
        self._scope = scope
        self._waits = 0
        self._left = 0.0
        # The handler has ended; what it began may still speak.
        self.is_over = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While somebody else is slow."""
        loop, when = asyncio.get_running_loop(), self._scope.when()
        if not self._waits and when is not None and self._counts:
            self._left = when - loop.time()
            self._scope.reschedule(None)
        self._waits += 1
        try:
            yield
        finally:
            self._waits -= 1
            if not self._waits and self._counts:
                self._scope.reschedule(loop.time() + self._left)

    @property
    def _counts(self) -> bool:
        return not self.is_over and not self._scope.expired()
