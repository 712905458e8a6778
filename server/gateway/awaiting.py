"""Who waits to hear that what it said is stored, whether or not it follows the conversation."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import msgspec

from server.protocol.line import Line
from server.protocol.server_frames import Stored

_encode = msgspec.json.Encoder().encode


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

    def rose(self, epoch: int, is_concerned: Callable[[bytes], bool]) -> None:
        """Tell whoever waits in a partition that it goes on in another epoch, in which nothing is known to be stored.

        A client then sends again what the epoch before had accepted; where nobody speaks nothing else would tell it.
        """
        for topic, waiters in self._waiters.items():
            if not is_concerned(topic):
                continue
            told = _encode(Stored(UUID(bytes=topic), epoch, 0))
            for waiter in waiters:
                if waiter.awaiting[topic]:
                    # Numbers may be given a second time: the next `stored`, whichever it is, ends the waiting.
                    waiter.awaiting[topic] = 1
                    waiter.deliver(told)

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
