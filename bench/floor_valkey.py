"""The barest way to speak with Valkey: hiredis on one connection, one write in flight, replies in order."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import hiredis

_NOTHING = object()


class Line(asyncio.Protocol):
    """One connection to Valkey's Unix socket."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader(notEnoughData=_NOTHING)
        self._answers: deque[Callable[[Any], None]] = deque()
        self._unsent: list[bytes] = []
        self._in_flight = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # It reads and writes; uvloop's is of no class of asyncio's that an assert could name.
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Hand out the replies, then send what came meanwhile."""
        self._reader.feed(data)
        while (reply := self._reader.gets()) is not _NOTHING:
            self._in_flight -= 1
            self._answers.popleft()(reply)
        self._flush()

    def send(self, answer: Callable[[Any], None], *command: Any) -> None:
        """Send one command; `answer` gets its reply."""
        self._answers.append(answer)
        self._unsent.append(hiredis.pack_command(command))
        if len(self._unsent) == 1 and not self._in_flight:
            asyncio.get_running_loop().call_soon(self._flush)

    async def call(self, *command: Any) -> Any:
        """Send one command and wait for its reply."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.send(future.set_result, *command)
        reply = await future
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _flush(self) -> None:
        if self._unsent and not self._in_flight:
            self._in_flight = len(self._unsent)
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()


async def line(path: str) -> Line:
    """Connect to Valkey."""
    _, made = await asyncio.get_running_loop().create_unix_connection(Line, path)
    return made
