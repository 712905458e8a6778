"""Who waits to hear that what it said is stored, whether or not it follows the conversation."""

import asyncio
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import msgspec

from server.core.partitions import Partitions
from server.core.valkey import Serves, Wire
from server.protocol.line import Line
from server.protocol.server_frames import Stored

_encode = msgspec.json.Encoder().encode

# Epoch and number; numbers of a lower epoch are never those of a higher one.
Place = tuple[int, int]
NOWHERE: Place = (0, 0)


class Waiter(Protocol):
    """A session, as far as it waits."""

    org: bytes
    # The conversations it waits for.
    awaiting: set[bytes]

    def deliver(self, frame: bytes, *, may_drop: bool = False) -> None:
        """Write a frame."""


class Wait:
    """What one waiter waits for in one conversation."""

    __slots__ = ("early", "pending", "place", "told")

    def __init__(self) -> None:
        # The last place that is known to be its own to hear of.
        self.place = NOWHERE
        # So many questions are open that may end in a further place.
        self.pending = 0
        # The last `stored` that came while it had no place; a busy loop may read the bus before the answer.
        self.early, self.told = NOWHERE, b""


class Awaiting:
    """The waiters of this node, by conversation."""

    def __init__(self) -> None:
        self._waits: dict[bytes, dict[Waiter, Wait]] = {}

    def begin(self, waiter: Waiter, topic: bytes) -> None:
        """Something of this waiter is on its way; ends with `accepted` or `refused`."""
        waits = self._waits.setdefault(topic, {})
        wait = waits.get(waiter)
        if wait is None:
            wait = waits[waiter] = Wait()
            waiter.awaiting.add(topic)
        wait.pending += 1

    def accepted(self, waiter: Waiter, topic: bytes, place: Place) -> None:
        """It has a place now, up to which the waiter waits; what was stored before we knew is told at once."""
        wait = self._answered(waiter, topic)
        if wait is None:
            return
        wait.place = max(wait.place, place)
        if wait.early >= place:
            waiter.deliver(wait.told)
            self._reached(waiter, topic, wait, wait.early)
        wait.early, wait.told = NOWHERE, b""

    def refused(self, waiter: Waiter, topic: bytes) -> None:
        """Nothing came of it; who has no place there waits no longer."""
        wait = self._answered(waiter, topic)
        if wait is not None and wait.place == NOWHERE and not wait.pending:
            self._end(waiter, topic)

    def _answered(self, waiter: Waiter, topic: bytes) -> Wait | None:
        # The session may be over by now.
        wait = self._waits.get(topic, {}).get(waiter)
        if wait is not None:
            wait.pending -= 1
        return wait

    def stored(self, line: Line) -> None:
        """Tell everybody who waits that a conversation is stored up to a number."""
        self._stored(line.topic, (line.epoch, line.seq), line.payload)

    def _stored(self, topic: bytes, stored: Place, frame: bytes) -> None:
        for waiter, wait in tuple(self._waits.get(topic, {}).items()):
            if wait.place == NOWHERE:
                # Nobody is told anything of a conversation that may not be its own.
                wait.early, wait.told = stored, frame
                continue
            waiter.deliver(frame)
            self._reached(waiter, topic, wait, stored)

    def _reached(self, waiter: Waiter, topic: bytes, wait: Wait, stored: Place) -> None:
        if wait.place <= stored and not wait.pending:
            self._end(waiter, topic)

    def rose(self, epoch: int, is_concerned: Callable[[bytes], bool]) -> None:
        """Tell whoever waits in a partition that it goes on in another epoch, in which nothing is known to be stored.

        A client then sends again what the epoch before had accepted; where nobody speaks nothing else would tell it.
        """
        for topic in list(filter(is_concerned, self._waits)):
            told = _encode(Stored(UUID(bytes=topic), epoch, 0))
            for waiter, wait in tuple(self._waits.get(topic, {}).items()):
                if wait.place != NOWHERE:
                    waiter.deliver(told)

    async def catch_up(self, wire: Wire, serves: Serves, partitions: Partitions) -> None:
        """Tell what was stored while this node did not listen, of which no bus will speak again.

        The log's own mark of each conversation tells it; `wire` listens by now, so that nothing falls in between.
        """
        topics = {
            topic: next(iter(waits)).org for topic, waits in self._waits.items() if serves(partitions.of(topic).bus)
        }
        states = [partitions.of(topic).state(org, topic) for topic, org in topics.items()]
        marks = await asyncio.gather(*(wire.call("HMGET", state, "e", "b") for state in states))
        for topic, (epoch, seq) in zip(topics, marks, strict=True):
            if seq is not None:
                place = int(epoch), int(seq)
                self._stored(topic, place, _encode(Stored(UUID(bytes=topic), *place)))

    def forget(self, waiter: Waiter) -> None:
        """The session is over."""
        for topic in tuple(waiter.awaiting):
            self._end(waiter, topic)

    def _end(self, waiter: Waiter, topic: bytes) -> None:
        waiter.awaiting.discard(topic)
        waits = self._waits[topic]
        del waits[waiter]
        if not waits:
            del self._waits[topic]
