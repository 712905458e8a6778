"""How many frames may be sent now, so that the server never has to refuse one as too fast."""

import time


class Allowance:
    """A bucket that fills at the server's rate."""

    def __init__(self) -> None:
        self._rate, self._burst, self._left = 1.0, 1.0, 1.0
        self._at = self._not_before = 0.0

    def set(self, rate: float, burst: float) -> None:
        """A new connection: the server counts from the start."""
        self._rate, self._burst, self._left = rate, burst, burst
        self._at, self._not_before = time.monotonic(), 0.0

    def pause(self, seconds: float) -> None:
        """The server said when to go on."""
        self._not_before = time.monotonic() + seconds

    def take(self, *, keep: float = 0.0) -> float:
        """Spend one frame, or tell how many seconds to wait for it; `keep` is what share of a burst to leave."""
        now = time.monotonic()
        if now < self._not_before:
            return self._not_before - now
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        needed = 1 + keep * self._burst
        if self._left < needed:
            return (needed - self._left) / self._rate
        self._left -= 1
        return 0.0
