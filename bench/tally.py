"""What a run of the load generator counts: what was due when, what came back and how long it took."""

import asyncio
import time
from array import array
from typing import Any

PATIENCE = 60.0
SHARES = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "max": 1.0}


class Tally:
    """One run: every message has a number from 0, and comes back accepted, delivered to each follower, and stored."""

    def __init__(self, base: int, fan_out: int, *, is_timed: bool, wants_stored: bool) -> None:
        # Ids of this run carry its numbers from here on, so that no two runs share one.
        self.base = base
        self.is_timed, self.wants_stored = is_timed, wants_stored
        # More is to be sent, whatever has come back by now.
        self.goes_on = True
        self.sent = self.accepted = self.delivered = self.stored = 0
        self.refused: list[str] = []
        self._fan_out = fan_out
        self._due = array("d")
        self._ms = {name: array("d") for name in ("late", "accepted", "delivered", "stored")}
        self._complete = asyncio.Event()

    def send(self, due: float) -> int:
        """One more message goes out, that was due then; its number."""
        number = self.sent
        self.sent += 1
        if self.is_timed:
            self._due.append(due)
            self._ms["late"].append(time.monotonic() - due)
        return number

    def accept(self, number: int) -> None:
        """It has its number in the log."""
        self.accepted += 1
        self._note("accepted", number)

    def deliver(self, number: int) -> None:
        """One follower has it."""
        self.delivered += 1
        self._note("delivered", number)
        if self.delivered == self.sent * self._fan_out:
            self.look()

    def store(self, number: int) -> None:
        """Its sender knows that it is in Postgres."""
        self.stored += 1
        self._note("stored", number)

    def look(self) -> None:
        """Notice the end: nothing more is sent, and everything has come back."""
        if self.goes_on or self.accepted < self.sent or self.delivered < self.sent * self._fan_out:
            return
        if not self.wants_stored or self.stored == self.sent:
            self._complete.set()

    async def ended(self) -> dict[str, Any]:
        """Wait for the end, with some patience, and tell the figures."""
        self.look()
        try:
            await asyncio.wait_for(self._complete.wait(), PATIENCE + self.sent / 500)
        except TimeoutError:
            self.refused.append("not everything came back")
        return {
            "sent": self.sent, "accepted": self.accepted, "delivered": self.delivered, "stored": self.stored,
            "refused": self.refused[:3], "ms": {name: _percentiles(each) for name, each in self._ms.items()},
        }  # fmt: skip

    def _note(self, name: str, number: int) -> None:
        if self.is_timed:
            self._ms[name].append(time.monotonic() - self._due[number])


def _percentiles(values: "array[float]") -> dict[str, float]:
    ordered, last = sorted(values), len(values) - 1
    if not ordered:
        return {}
    return {name: round(ordered[min(int(len(ordered) * share), last)] * 1000, 3) for name, share in SHARES.items()}
