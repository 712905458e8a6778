"""The hot connection to Valkey: RESP3 on hiredis, replies in order, one write for what comes together.

redis-py cost 146 µs of CPU for one EVALSHA where this costs 6-19, hence a file of our own. Everything that is not hot
goes through core/cache.py. A command in flight is never cancelled (a cancelled await on a pooled connection once gave
users each other's replies, CVE-2023-28858): whoever no longer waits has its reply thrown away, in its turn.
"""

import asyncio
import hashlib
import random
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import hiredis
import structlog

from server.core.errors import Unavailable

logger = structlog.get_logger(__name__)

Answer = Callable[[Any], None]
NOTHING = object()
ReplyError = hiredis.ReplyError
# Small writes wait for the reply of the last one and go together; past this many they no longer wait.
GATHER = 128


def _given(answer: Answer, reply: Any) -> None:
    try:
        answer(reply)
    except Exception:
        # One of the loops that must not die: a mistake in one answer must not cost all others theirs.
        logger.exception("an answer could not be taken")


def _ignore(_: Any) -> None:
    """Nobody waits for this reply."""


def away() -> Unavailable:
    """What a command gets when it cannot be known whether Valkey took it."""
    return Unavailable("the log is away; send it again shortly", retry_after=1)


class Script:
    """A Lua script, called by its hash and loaded on every new connection."""

    def __init__(self, text: str) -> None:
        self.text = text.encode()
        self.sha = hashlib.sha1(self.text, usedforsecurity=False).hexdigest().encode()


class Wire(asyncio.Protocol):
    """One connection while it lasts."""

    def __init__(self, on_push: Answer, on_lost: Callable[[], None]) -> None:
        # RESP3 has a false of its own, so that False cannot stand for "not all there yet".
        self._reader = hiredis.Reader(notEnoughData=NOTHING)
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

    def call(self, *command: Any) -> "asyncio.Future[Any]":
        """Send one command; the future gets its reply, or raises ReplyError or Unavailable."""
        future: asyncio.Future[Any] = self._loop.create_future()

        def answer(reply: Any) -> None:
            if future.done():
                return
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                future.set_result(reply)

        self.send(hiredis.pack_command(command), answer)
        return future

    def tell(self, *command: Any) -> None:
        """Send a command that RESP3 answers by pushes only: SSUBSCRIBE and its like."""
        self._unsent.append(hiredis.pack_command(command))
        self._sent -= 1

    def _flush(self) -> None:
        self._flush_soon = False
        if self._transport is not None and self._unsent:
            self._sent += len(self._unsent)
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def oldest_wait(self) -> float:
        """Seconds that the longest waiting command has waited."""
        return self._loop.time() - self._waiting[0][1] if self._waiting else 0.0

    def abort(self) -> None:
        """Drop the connection; everything waiting is answered that it cannot be known."""
        if self._transport is not None:
            self._transport.abort()


class Valkey:
    """A connection that comes back by itself; commands sent while it is away are refused at once."""

    def __init__(self, url: str, *, deadline: float, scripts: tuple[Script, ...] = (), blocking: bool = False) -> None:
        self._url, self._deadline, self._scripts = url, deadline, scripts
        # A connection that waits in XREAD BLOCK is silent by intention.
        self._blocking = blocking
        self._wire: Wire | None = None
        self._lost = asyncio.Event()
        self._ready = asyncio.Event()
        self.on_push: Answer = lambda _: None
        # Run on every new connection, before anybody else may use it.
        self.on_connected: list[Callable[[Wire], Awaitable[None]]] = []
        self.run_id = ""

    @property
    def is_ready(self) -> bool:
        """Whether commands are taken now."""
        return self._ready.is_set()

    def send(self, packed: bytes, answer: Answer) -> None:
        """Send one packed command; the hot path's way, without a future."""
        if self._wire is None or not self._ready.is_set():
            answer(away())
        else:
            self._wire.send(packed, answer)

    def call_script(self, script: Script, keys: tuple[bytes, ...], arguments: tuple[Any, ...], answer: Answer) -> None:
        """Call a script by its hash; `answer` gets the reply or the error."""
        self.send(hiredis.pack_command((b"EVALSHA", script.sha, len(keys), *keys, *arguments)), answer)

    def call(self, *command: Any) -> "asyncio.Future[Any]":
        """Send one command; the future gets its reply, or raises ReplyError or Unavailable."""
        if self._wire is None or not self._ready.is_set():
            raise away()
        return self._wire.call(*command)

    def tell(self, *command: Any) -> None:
        """Send one command whose reply nobody waits for."""
        self.send(hiredis.pack_command(command), _ignore)

    def script(self, script: Script, keys: tuple[bytes, ...], *arguments: Any) -> "asyncio.Future[Any]":
        """Call a script and wait for its reply."""
        return self.call(b"EVALSHA", script.sha, len(keys), *keys, *arguments)

    async def wait_ready(self) -> None:
        """Wait until commands are taken."""
        await self._ready.wait()

    async def run(self) -> None:
        """Keep the connection; ends only by cancellation."""
        wait = 0.05
        while True:
            try:
                await self._connect()
                wait = 0.05
                await self._watch()
            except (OSError, TimeoutError, Unavailable, ReplyError) as error:
                logger.warning("valkey is away", error=str(error))
            finally:
                self._ready.clear()
                if self._wire is not None:
                    self._wire.abort()
            await asyncio.sleep(random.uniform(wait / 2, wait))  # noqa: S311 - jitter, no secret
            wait = min(wait * 2, 1.0)

    async def _connect(self) -> None:
        self._lost.clear()
        loop = asyncio.get_running_loop()
        parts = urlsplit(self._url)

        def protocol() -> Wire:
            return Wire(self.on_push, self._lost.set)

        if parts.scheme == "unix":
            opening = loop.create_unix_connection(protocol, unquote(parts.path))
        else:
            tls = ssl.create_default_context() if parts.scheme == "rediss" else None
            opening = loop.create_connection(protocol, parts.hostname or "127.0.0.1", parts.port or 6379, ssl=tls)
        _, wire = await asyncio.wait_for(opening, 5)
        self._wire = wire
        await asyncio.wait_for(self._greet(wire, parts.username, parts.password), 5)
        for hook in self.on_connected:
            await asyncio.wait_for(hook(wire), 10)
        self._ready.set()

    async def _greet(self, wire: Wire, username: str | None, password: str | None) -> None:
        credentials = ("AUTH", unquote(username or "default"), unquote(password)) if password else ()
        await wire.call("HELLO", "3", *credentials)
        run_id = _field(await wire.call("INFO", "server"), b"run_id")
        self.run_id = f"{run_id}:{_field(await wire.call('INFO', 'replication'), b'master_replid')}"
        for script in self._scripts:
            await wire.call("SCRIPT", "LOAD", script.text)

    async def _watch(self) -> None:
        assert self._wire is not None
        while not self._lost.is_set():
            try:
                await asyncio.wait_for(self._lost.wait(), self._deadline / 4)
            except TimeoutError:
                if not self._blocking and self._wire.oldest_wait() > self._deadline:
                    logger.warning("valkey does not answer", seconds=round(self._wire.oldest_wait(), 1))
                    return


def _field(info: Any, name: bytes) -> str:
    # INFO is a verbatim string in RESP3, which hiredis gives as text or bytes.
    text = info.encode() if isinstance(info, str) else info
    for line in text.splitlines():
        if line.startswith(name + b":"):
            return str(line.partition(b":")[2].strip(), "ascii")
    raise Unavailable(f"INFO does not tell {name.decode()}")
