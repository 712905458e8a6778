"""The load generator: a process of its own that holds all sockets and is told by lines of JSON what to do.

Commands: connect, follow, saturate (closed loop, a window per visitor) and steady (open loop: a message is due when the
schedule says so, however late the server is, and its latency counts from then).
"""

import asyncio
import os
import sys
import time
from array import array
from collections import deque
from typing import Any

import msgspec
import uvloop

from bench.cpu import spent
from bench.load_frames import (
    ACCEPTED,
    PING,
    PONG,
    REFUSED,
    STORED,
    Frames,
    integer_after,
    number_accepted,
    number_delivered,
)
from bench.ticks import Ticks
from bench.wire import Wire, wire

PATIENCE = 60.0
SHARES = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "max": 1.0}


class Visitor:
    """One conversation's sender."""

    __slots__ = ("conversation", "hear", "pending", "stored", "wire")

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation.encode()
        self.pending: deque[tuple[int, int]] = deque()
        self.stored = 0
        self.wire: Wire
        self.hear: Any = None


class Load:
    """All sockets of one side, the product or a floor, and the figures of the run that is on."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._visitors: list[Visitor] = []
        self._agents: list[Wire] = []
        self._greeted = asyncio.Semaphore(0)
        self._watched: dict[int, bytes] = {}
        self._fan_out = 0
        self._due = array("d")
        self._accepted, self._delivered, self._stored = array("d"), array("d"), array("d")
        self._counts = [0, 0, 0]
        self._is_timed = self._wants_stored = False
        self._base = self._most = 0
        self._refused: list[str] = []
        self._lost = 0
        self._idle = asyncio.Event()
        self._again = False

    async def connect(self, url: str, visitors: list[list[str]], agents: list[str]) -> dict[str, Any]:
        """Open every socket, say each one's hello and wait for its welcome."""
        for conversation, hello in visitors:
            visitor = Visitor(conversation)
            visitor.wire = await self._open(url, lambda data, to=visitor: self._heard(to, data), hello)
            self._visitors.append(visitor)
        for hello in agents:
            at = len(self._agents)
            self._agents.append(await self._open(url, lambda data, to=at: self._agent_heard(to, data), hello))
        return {"sockets": len(self._visitors) + len(self._agents)}

    async def _open(self, url: str, hear: Any, hello: str) -> Wire:
        made = await wire(url, hear, self._gone)
        made.send(hello.encode())
        await asyncio.wait_for(self._greeted.acquire(), PATIENCE)
        return made

    async def follow(self, fan_out: int) -> dict[str, Any]:
        """Let as many conversations as there are agents for be watched by so many of them each."""
        for at, conversation in self._watched.items():
            self._agents[at].send(b'{"type":"unwatch","conversation_id":"%s"}' % conversation)
        # Sockets of its own for each conversation: what goes to one socket in one turn of the loop is one write.
        self._watched = {
            at: self._visitors[at // fan_out].conversation
            for at in range(min(len(self._agents), len(self._visitors) * fan_out))
        }
        for at, conversation in self._watched.items():
            self._agents[at].send(b'{"type":"watch","resume":[{"conversation_id":"%s"}]}' % conversation)
            await asyncio.wait_for(self._greeted.acquire(), PATIENCE)
        self._fan_out = fan_out
        return {"fan_out": fan_out}

    async def saturate(
        self, window: int, seconds: float = 0.0, count: int = 0, visitors: int | None = None
    ) -> dict[str, Any]:
        """Keep `window` messages of each visitor in flight, for so long or until so many are sent."""
        self._begin(is_timed=False, wants_stored=False)
        cpu, began = spent(os.getpid()), time.monotonic()
        self._again = True
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._enough)
        self._most = count
        for visitor in self._visitors[:visitors]:
            for _ in range(window):
                self._post(visitor, time.monotonic())
        told = await self._ended()
        return told | {"seconds": time.monotonic() - began, "cpu": spent(os.getpid()) - cpu}

    async def steady(self, rate: float, seconds: float, *, stored: bool = True) -> dict[str, Any]:
        """Send at a fixed rate, one visitor after the other, and measure from the moment each was due."""
        self._begin(is_timed=True, wants_stored=stored)
        self._again, self._most = False, 0
        cpu, began = spent(os.getpid()), time.monotonic()
        visitors, total, late = self._visitors, int(rate * seconds), array("d")
        over = asyncio.Event()

        def due(ticks: int) -> None:
            for _ in range(ticks):
                number = len(self._due)
                if number == total:
                    over.set()
                    return
                at = clock.began + (number + 1) / rate
                late.append(time.monotonic() - at)
                self._post(visitors[number % len(visitors)], at)

        clock = Ticks(rate, due)
        try:
            await over.wait()
        finally:
            clock.close()
        told = await self._ended()
        latencies = {"late": late, "accepted": self._accepted, "delivered": self._delivered, "stored": self._stored}
        return told | {
            "seconds": time.monotonic() - began,
            "cpu": spent(os.getpid()) - cpu,
            "ms": {name: _shares(values) for name, values in latencies.items()},
        }

    def _begin(self, *, is_timed: bool, wants_stored: bool) -> None:
        self._due = array("d")
        self._accepted, self._delivered, self._stored = array("d"), array("d"), array("d")
        self._counts, self._refused = [0, 0, 0], []
        self._is_timed, self._wants_stored = is_timed, wants_stored
        for visitor in self._visitors:
            visitor.pending.clear()
        self._base = self._frames.begin()
        self._idle.clear()

    def _enough(self) -> None:
        self._again = False
        self._look()

    async def _ended(self) -> dict[str, Any]:
        """Wait until everything sent is answered, delivered and, where it is asked for, stored."""
        self._look()
        try:
            await asyncio.wait_for(self._idle.wait(), PATIENCE + len(self._due) / 500)
            complete = True
        except TimeoutError:
            complete = False
        return {
            "sent": len(self._due), "accepted": self._counts[0], "delivered": self._counts[1],
            "stored": self._counts[2], "refused": self._refused[:3], "lost": self._lost, "complete": complete,
        }  # fmt: skip

    def _look(self) -> None:
        sent = len(self._due)
        accepted, delivered, stored = self._counts
        if self._again or accepted < sent or delivered < sent * self._fan_out or (self._wants_stored and stored < sent):
            return
        self._idle.set()

    def _post(self, visitor: Visitor, at: float) -> None:
        number = len(self._due)
        self._due.append(at)
        visitor.wire.send(self._frames.post(self._base + number, visitor.conversation))

    def _heard(self, visitor: Visitor, data: bytes) -> None:
        if data.startswith(ACCEPTED):
            number = number_accepted(data) - self._base
            if self._is_timed:
                self._accepted.append(time.monotonic() - self._due[number])
            if self._wants_stored:
                visitor.pending.append((integer_after(data, b'"seq":'), number))
                self._settle(visitor)
            self._counts[0] += 1
            if self._again and (not self._most or len(self._due) < self._most):
                self._post(visitor, 0.0)
            else:
                self._again = self._again and not self._most
                self._look()
        elif data.startswith(STORED):
            if self._wants_stored:
                visitor.stored = integer_after(data, b'"upto":')
                self._settle(visitor)
        else:
            self._other(visitor.wire if hasattr(visitor, "wire") else None, data)

    def _settle(self, visitor: Visitor) -> None:
        """What the newest `stored` covers is stored now; it may come before `accepted` does."""
        pending, now = visitor.pending, time.monotonic()
        while pending and pending[0][0] <= visitor.stored:
            _, number = pending.popleft()
            self._stored.append(now - self._due[number])
            self._counts[2] += 1
        self._look()

    def _agent_heard(self, at: int, data: bytes) -> None:
        if data.startswith((b'{"epoch"', b'{"type":"post_message"')):
            if self._is_timed:
                self._delivered.append(time.monotonic() - self._due[number_delivered(data) - self._base])
            self._counts[1] += 1
            if self._counts[1] == len(self._due) * self._fan_out:
                self._look()
        else:
            self._other(self._agents[at] if at < len(self._agents) else None, data)

    def _other(self, socket: Wire | None, data: bytes) -> None:
        if data.startswith((b'{"type":"welcome"', b'{"type":"resumed"')):
            self._greeted.release()
        elif data.startswith(PING) and socket is not None:
            socket.send(PONG)
        elif data.startswith(REFUSED):
            self._refused.append(data.decode())

    def _gone(self, code: int) -> None:
        self._lost += 1
        self._refused.append(f"a socket was closed with {code}")


def _shares(values: "array[float]") -> dict[str, float]:
    """The percentiles, in milliseconds."""
    ordered = sorted(values)
    if not ordered:
        return {}
    return {
        name: round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 3)
        for name, share in SHARES.items()
    }


async def main() -> None:
    """Obey until the end of the input."""
    loop, frames = asyncio.get_running_loop(), Frames()
    sides: dict[str, Load] = {}
    reader = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while text := await reader.readline():
        command: dict[str, Any] = msgspec.json.decode(text)
        load = sides.setdefault(command.pop("side"), Load(frames))
        told = await getattr(load, command.pop("do"))(**command)
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
