"""The load generator: a process of its own that holds all sockets and is told by lines of JSON what to do.

Commands: connect, follow, saturate (closed loop, a window per visitor) and steady (open loop: a message is due when the
schedule says so, however late the server is, and its latency counts from then).
"""

import asyncio
import os
import sys
import time
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
from bench.tally import PATIENCE, Tally
from bench.ticks import Ticks
from bench.wire import Wire, wire


class Visitor:
    """One conversation's sender; `pending` are seq and number of what is accepted and not known to be stored."""

    __slots__ = ("conversation", "pending", "stored", "wire")

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation.encode()
        self.pending: deque[tuple[int, int]] = deque()
        self.stored = 0
        self.wire: Wire | None = None


class Load:
    """All sockets of one side, the product or a floor, and the run that is on."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._visitors: list[Visitor] = []
        self._agents: list[Wire] = []
        self._greeted = asyncio.Semaphore(0)
        self._watched: dict[int, bytes] = {}
        self._fan_out = self._most = 0
        self._tally = Tally(0, 0, is_timed=False, wants_stored=False)

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

    async def saturate(self, window: int, seconds: float = 0.0, count: int = 0) -> dict[str, Any]:
        """Keep `window` messages of each visitor in flight, for so long or until so many are sent."""
        tally = self._begin(is_timed=False, wants_stored=False)
        self._most = count
        cpu, began = spent(os.getpid()), time.monotonic()
        for visitor in self._visitors:
            for _ in range(window):
                self._post(visitor, 0.0)
        if seconds:
            await asyncio.sleep(seconds)
            tally.goes_on = False
        return await self._ended(cpu, began)

    async def steady(
        self, rate: float, seconds: float, *, stored: bool = True, visitors: int | None = None
    ) -> dict[str, Any]:
        """Send at a fixed rate, one visitor after the other, and measure from the moment each was due."""
        tally = self._begin(is_timed=True, wants_stored=stored)
        senders, total, over = self._visitors[:visitors], int(rate * seconds), asyncio.Event()
        cpu, began = spent(os.getpid()), time.monotonic()

        def due(ticks: int) -> None:
            for _ in range(min(ticks, total - tally.sent)):
                self._post(senders[tally.sent % len(senders)], clock.began + (tally.sent + 1) / rate)
            if tally.sent == total:
                over.set()

        clock = Ticks(rate, due)
        try:
            await over.wait()
        finally:
            clock.close()
        tally.goes_on = False
        return await self._ended(cpu, began)

    def _begin(self, *, is_timed: bool, wants_stored: bool) -> Tally:
        for visitor in self._visitors:
            visitor.pending.clear()
        self._most = 0
        self._tally = Tally(self._frames.begin(), self._fan_out, is_timed=is_timed, wants_stored=wants_stored)
        return self._tally

    async def _ended(self, cpu: float, began: float) -> dict[str, Any]:
        told = await self._tally.ended()
        return told | {"seconds": time.monotonic() - began, "cpu": spent(os.getpid()) - cpu}

    def _post(self, visitor: Visitor, due: float) -> None:
        tally = self._tally
        number = tally.base + tally.send(due)
        assert visitor.wire is not None
        visitor.wire.send(self._frames.post(number, visitor.conversation))

    def _heard(self, visitor: Visitor, data: bytes) -> None:
        tally = self._tally
        if data.startswith(ACCEPTED):
            number = number_accepted(data) - tally.base
            tally.accept(number)
            if tally.wants_stored:
                visitor.pending.append((integer_after(data, b'"seq":'), number))
                self._settle(visitor)
            if not tally.is_timed and tally.goes_on:
                self._next(visitor)
            if not tally.goes_on:
                tally.look()
        elif data.startswith(STORED):
            if tally.wants_stored:
                visitor.stored = integer_after(data, b'"upto":')
                self._settle(visitor)
        else:
            self._other(visitor.wire, data)

    def _next(self, visitor: Visitor) -> None:
        if self._most and self._tally.sent >= self._most:
            self._tally.goes_on = False
        else:
            self._post(visitor, 0.0)

    def _settle(self, visitor: Visitor) -> None:
        """What the newest `stored` covers is stored now; it may come before `accepted` does."""
        while visitor.pending and visitor.pending[0][0] <= visitor.stored:
            self._tally.store(visitor.pending.popleft()[1])
        self._tally.look()

    def _agent_heard(self, at: int, data: bytes) -> None:
        if data.startswith((b'{"epoch"', b'{"type":"post_message"')):
            self._tally.deliver(number_delivered(data) - self._tally.base)
        else:
            self._other(self._agents[at] if at < len(self._agents) else None, data)

    def _other(self, socket: Wire | None, data: bytes) -> None:
        if data.startswith((b'{"type":"welcome"', b'{"type":"resumed"')):
            self._greeted.release()
        elif data.startswith(PING) and socket is not None:
            socket.send(PONG)
        elif data.startswith(REFUSED):
            self._tally.refused.append(data.decode())

    def _gone(self, code: int) -> None:
        self._tally.refused.append(f"a socket was closed with {code}")


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
