"""The connection to one Valkey, which comes back by itself."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import structlog

from server.core.address import Address
from server.core.errors import Unavailable
from server.core.wire import Answer, Hook, ReplyError, Script, Waiting, Wire, away, ignore, open_wire, pack

logger = structlog.get_logger(__name__)


def _all(_: bytes) -> bool:
    return True


class ValkeySingle:
    """Everything goes to the one server at `address`; it must be a primary."""

    def __init__(self, address: Address, *, deadline: float, scripts: tuple[Script, ...] = ()) -> None:
        self._address, self._deadline, self._scripts = address, deadline, scripts
        self.wire: Wire | None = None
        self._lost = asyncio.Event()
        self._ready = asyncio.Event()
        self._run_id = ""
        self.on_push: Answer = ignore
        self.on_connected: list[Hook] = []

    @property
    def is_ready(self) -> bool:
        """Whether commands are taken now."""
        return self._ready.is_set()

    def identity(self, _: bytes = b"") -> str:
        """Which run of which server it is; of the last connection, while there is none."""
        return self._run_id

    def send(self, packed: bytes, answer: Answer) -> None:
        """Send one packed command; the hot path's way, without a future."""
        if self.wire is None or not self._ready.is_set():
            answer(away())
        else:
            self.wire.send(packed, answer)

    def call_script(self, script: Script, keys: tuple[bytes, ...], arguments: tuple[Any, ...], answer: Answer) -> None:
        """Call a script by its hash; `answer` gets the reply or the error."""
        self.send(pack((b"EVALSHA", script.sha, len(keys), *keys, *arguments)), answer)

    def call(self, *command: Any) -> Waiting:
        """Send one command; the future gets its reply, or raises ReplyError or Unavailable."""
        if self.wire is None or not self._ready.is_set():
            raise away()
        return self.wire.call(*command)

    def call_near(self, _: bytes, *command: Any) -> Waiting:
        """The same: every key is there."""
        return self.call(*command)

    def tell(self, *command: Any) -> None:
        """Send one command whose reply nobody waits for."""
        self.send(pack(command), ignore)

    def script(self, script: Script, keys: tuple[bytes, ...], *arguments: Any) -> Waiting:
        """Call a script and wait for its reply."""
        return self.call(b"EVALSHA", script.sha, len(keys), *keys, *arguments)

    async def read(self, cursors: Mapping[bytes, int], most: int, block_ms: int) -> dict[bytes, list[Any]]:
        """What the streams hold behind these numbers; one command waits for all of them."""
        after = [f"{cursor}-0" for cursor in cursors.values()]
        # Also a server that waits answers before the deadline; one that does not is away.
        block_ms = min(block_ms, int(self._deadline * 500))
        return await self.call("XREAD", "COUNT", most, "BLOCK", block_ms, "STREAMS", *cursors, *after) or {}

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
                if self.wire is not None:
                    self.wire.abort()
            await asyncio.sleep(random.uniform(wait / 2, wait))  # noqa: S311 - jitter, no secret
            wait = min(wait * 2, 1.0)

    async def _connect(self) -> None:
        self._lost.clear()
        async with asyncio.timeout(5):
            self.wire, is_primary = await open_wire(self._address, self.on_push, self._lost.set)
        if not is_primary:
            raise Unavailable("it is a replica, which takes nothing")
        async with asyncio.timeout(5):
            await self._prepare(self.wire)
        for hook in self.on_connected:
            async with asyncio.timeout(10):
                await hook(self.wire, _all)
        self._ready.set()

    async def has_changed(self) -> bool:
        """Look again who it is: whether its identity is another one than a moment ago."""
        before, wire = self._run_id, self.wire
        try:
            if wire is not None:
                self._run_id = await _identity(wire)
        except (Unavailable, ReplyError):
            return False
        return self._run_id != before

    async def _prepare(self, wire: Wire) -> None:
        self._run_id = await _identity(wire)
        for script in self._scripts:
            await wire.call("SCRIPT", "LOAD", script.text)

    async def _watch(self) -> None:
        assert self.wire is not None
        while not self._lost.is_set():
            try:
                async with asyncio.timeout(self._deadline / 4):
                    await self._lost.wait()
            except TimeoutError:
                if self.wire.oldest_wait() > self._deadline:
                    logger.warning("valkey does not answer", seconds=round(self.wire.oldest_wait(), 1))
                    return


async def _identity(wire: Wire) -> str:
    run_id = _field(await wire.call("INFO", "server"), b"run_id")
    return f"{run_id}:{_field(await wire.call('INFO', 'replication'), b'master_replid')}"


def _field(info: Any, name: bytes) -> str:
    # INFO is a verbatim string in RESP3, which hiredis gives as text or bytes.
    text = info.encode() if isinstance(info, str) else info
    for line in text.splitlines():
        if line.startswith(name + b":"):
            return str(line.partition(b":")[2].strip(), "ascii")
    raise Unavailable(f"INFO does not tell {name.decode()}")
