"""A line between a process and a server that can be cut, slowed down, or go half open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxy:
    """Passes everything on from one Unix socket to another, as long as it is allowed to."""

    def __init__(self, path: Path, target: Path) -> None:
        self.path, self._target = path, target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._refuses = False
        self._delay = 0.0
        # How often somebody has come.
        self.connects = 0

    async def __aenter__(self) -> Self:
        """Listen."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listen no more, and drop what is open."""
        assert self._server is not None
        self._server.close()
        self.drop()

    def drop(self) -> None:
        """Lose every connection there is; the next one is welcome."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Lose every connection, and take no new one."""
        self._refuses = True
        self.drop()
        try:
            yield
        finally:
            self._refuses = False

    @contextmanager
    def half_open(self) -> Iterator[None]:
        """Take everything and pass nothing on: the other end is gone, and nobody has said so."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Let every piece wait."""
        self._delay = seconds
        try:
            yield
        finally:
            self._delay = 0.0

    async def _serve(self, *near: *Streams) -> None:
        self.connects += 1
        if self._refuses:
            near[1].transport.abort()
            return
        try:
            far = await asyncio.open_unix_connection(self._target)
        except OSError:
            near[1].transport.abort()
            return
        writers = {near[1], far[1]}
        self._writers |= writers
        try:
            async with asyncio.TaskGroup() as tasks:
                for reader, writer in ((near[0], far[1]), (far[0], near[1])):
                    tasks.create_task(self._pass_on(reader, writer, writers))
        finally:
            self._writers -= writers

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, both: set[asyncio.StreamWriter]
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                await asyncio.sleep(self._delay)
                writer.write(data)
                await writer.drain()
        for each in both:
            each.close()
