"""One connection to one Valkey: RESP3 on hiredis, replies in order, one write for what comes together.

redis-py cost 146 µs of CPU for one EVALSHA where this costs 6-19, hence a file of our own. Everything that is not hot
goes through core/cache.py. A command in flight is never cancelled (a cancelled await on a pooled connection once gave
users each other's replies, CVE-2023-28858): whoever no longer waits has its reply thrown away, in its turn.
"""

import asyncio
import hashlib
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import hiredis
import structlog

from server.core.address import Address
from server.core.errors import Unavailable

logger = structlog.get_logger(__name__)

Answer = Callable[[Any], None]
Waiting = asyncio.Future[Any]
NOTHING = object()
ReplyError = hiredis.ReplyError
pack: Callable[[tuple[Any, ...]], bytes] = hiredis.pack_command
# Small writes wait for the reply of the last one and go together; past this many they no longer wait.
GATHER = 128
# By the first word of an error Valkey says that it did not take the command, and may take it soon: a replica is missing
# (min-replicas-to-write), slots move or have no owner just now, a log is being read.
NOT_NOW = {"NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN", "LOADING", "MASTERDOWN"}
# It is no primary, or is none any more: whoever writes has to look for another.
NO_PRIMARY = {"READONLY", "UNBLOCKED"}


def _given(answer: Answer, reply: Any) -> None:
    try:
        answer(reply)
    except Exception:
        # One of the loops that must not die: a mistake in one answer must not cost all others theirs.
        logger.exception("an answer could not be taken")


def ignore(_: Any) -> None:
    """Nobody waits for this reply."""


class Redirected(ReplyError):  # noqa: N818 - nothing went wrong
    """Nothing was done: the slot is another server's, for good (MOVED), or just now, while it moves there (ASK)."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        word, _, address = told.split(" ")[:3]
        host, _, port = address.rpartition(":")
        self.is_asked = word == "ASK"
        # No host means the one that was asked.
        self.host, self.port = host, int(port)


def away() -> Unavailable:
    """What a command gets that Valkey did not take, or of which it cannot be known."""
    return Unavailable("the log is away; send it again shortly", retry_after=1)


class Script:
    """A Lua script, called by its hash and loaded on every new connection."""

    def __init__(self, text: str) -> None:
        self.text = text.encode()
        self.sha = hashlib.sha1(self.text, usedforsecurity=False).hexdigest().encode()


def waiting() -> tuple[Waiting, Answer]:
    """A future for whoever waits, and the answer that fills it; whoever waits no longer is passed over."""
    future: Waiting = asyncio.get_running_loop().create_future()

    def answer(reply: Any) -> None:
        if future.done():
            return
        if isinstance(reply, Exception):
            future.set_exception(reply)
        else:
            future.set_result(reply)

    return future, answer


class Wire(asyncio.Protocol):
    """One connection while it lasts."""

    def __init__(self, on_push: Answer, on_lost: Callable[[], None]) -> None:
        # RESP3 has a false of its own, so that False cannot stand for "not all there yet".
        self._reader = hiredis.Reader(notEnoughData=NOTHING, replyError=self._refused)
        self._on_push, self._on_lost = on_push, on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[tuple[Answer, float]] = deque()
        self._unsent: list[bytes] = []
        self._sent = 0
        self._flush_soon = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while True:
            reply = self._reader.gets()
            if reply is NOTHING:
                break
            if isinstance(reply, hiredis.PushNotification):
                _given(self._on_push, reply)
                continue
            if not self._waiting:
                self.abort()
                return
            answer, _ = self._waiting.popleft()
            self._sent -= 1
            _given(answer, reply)
        if self._unsent and self._sent <= 0:
            self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        waiting, self._waiting = self._waiting, deque()
        for answer, _ in waiting:
            _given(answer, away())
        self._on_lost()

    def send(self, packed: bytes, answer: Answer) -> None:
        """Queue one packed command; `answer` gets its reply, or an error in its place, exactly once."""
        if self._transport is None:
            answer(away())
            return
        self._waiting.append((answer, self._loop.time()))
        self._unsent.append(packed)
        if not self._flush_soon and (self._sent <= 0 or len(self._unsent) >= GATHER):
            self._flush_soon = True
            self._loop.call_soon(self._flush)

    def call(self, *command: Any) -> Waiting:
        """Send one command; the future gets its reply, or raises ReplyError or Unavailable."""
        future, answer = waiting()
        self.send(pack(command), answer)
        return future

    def tell(self, *command: Any) -> None:
        """Send a command that RESP3 answers by pushes only: SSUBSCRIBE and its like."""
        self._unsent.append(pack(command))
        self._sent -= 1

    def _flush(self) -> None:
        self._flush_soon = False
        if self._transport is not None and self._unsent:
            self._sent += len(self._unsent)
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def _refused(self, told: str) -> Exception:
        """The error that stands for what Valkey told instead of a reply."""
        word = told.partition(" ")[0]
        if word in NO_PRIMARY:
            self._loop.call_soon(self.abort)
        if word in NOT_NOW or word in NO_PRIMARY:
            return away()
        return Redirected(told) if word in ("MOVED", "ASK") else ReplyError(told)

    def oldest_wait(self) -> float:
        """Seconds that the longest waiting command has waited."""
        return self._loop.time() - self._waiting[0][1] if self._waiting else 0.0

    def abort(self) -> None:
        """Drop the connection; everything waiting is answered that it cannot be known."""
        if self._transport is not None:
            self._transport.abort()


# Of which keys a hook is to look after, on this wire.
Serves = Callable[[bytes], bool]
Hook = Callable[[Wire, Serves], Awaitable[None]]


async def open_wire(address: Address, on_push: Answer, on_lost: Callable[[], None]) -> tuple[Wire, bool]:
    """Connect and say who we are; and whether it is a primary that answers."""
    loop = asyncio.get_running_loop()

    def protocol() -> Wire:
        return Wire(on_push, on_lost)

    if address.path:
        opening = loop.create_unix_connection(protocol, address.path)
    else:
        tls = ssl.create_default_context() if address.is_tls else None
        opening = loop.create_connection(protocol, address.host, address.port, ssl=tls)
    _, wire = await opening
    try:
        credentials = ("AUTH", address.username, address.password) if address.password else ()
        told = await wire.call("HELLO", "3", *credentials)
    except BaseException:
        wire.abort()
        raise
    return wire, told[b"role"] == b"master"
