"""Who waits to hear that what it said is stored, whether or not it follows the conversation."""

from typing import Protocol

from server.protocol.line import Line


class Waiter(Protocol):
    """A session, as far as it waits."""

    # Conversation -> the last number it got accepted there; 0 while nothing was.
    awaiting: dict[bytes, int]
    # Conversation -> `stored` that came before the first `accepted`; a busy loop may read the bus first.
    early: dict[bytes, Line]
    in_flight: int

    def deliver(self, frame: bytes, *, may_drop: bool = False) -> None:
        """Write a frame."""


class Awaiting:
    """The waiters of this node, by conversation."""

    def __init__(self) -> None:
        self._waiters: dict[bytes, set[Waiter]] = {}

    def begin(self, waiter: Waiter, topic: bytes, seq: int = 0) -> None:
        """Something of this waiter is on its way, or waits to be stored up to `seq`."""
        waiter.awaiting[topic] = max(seq, waiter.awaiting.get(topic, 0))
        self._waiters.setdefault(topic, set()).add(waiter)

    def accepted(self, waiter: Waiter, topic: bytes, seq: int) -> None:
        """It has a number now; what was stored before we knew is told at once."""
        self.begin(waiter, topic, seq)
        early = waiter.early.pop(topic, None)
        if early is not None and early.seq >= seq:
            waiter.deliver(early.payload)

    def refused(self, waiter: Waiter, topic: bytes) -> None:
        """It was not taken; who has nothing accepted there waits no longer."""
        if waiter.awaiting.get(topic) == 0:
            self._end(waiter, topic)

    def stored(self, line: Line) -> None:
        """Tell everybody who waits that a conversation is stored up to a number."""
        for waiter in tuple(self._waiters.get(line.topic, ())):
            seq = waiter.awaiting[line.topic]
            if seq == 0:
                # Nobody is told anything of a conversation that may not be its own.
                waiter.early[line.topic] = line
                continue
            waiter.deliver(line.payload)
            if seq <= line.seq and waiter.in_flight == 0:
                self._end(waiter, line.topic)

    def forget(self, waiter: Waiter) -> None:
        """The session is over."""
        for topic in tuple(waiter.awaiting):
            self._end(waiter, topic)

    def _end(self, waiter: Waiter, topic: bytes) -> None:
        del waiter.awaiting[topic]
        waiter.early.pop(topic, None)
        waiters = self._waiters[topic]
        waiters.discard(waiter)
        if not waiters:
            del self._waiters[topic]
