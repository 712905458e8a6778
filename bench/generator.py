"""The handle of a process that is told by lines and answers by lines: the load generator, and the floors' processes."""

import asyncio
import os
import sys
from typing import Any, Self

import msgspec

from bench.cpu import pin
from tests.servers import ROOT

ANSWER_SECONDS = 300.0


class Helper:
    """A Python process of the bench; it ends with the bench."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, *arguments: str, cores: set[int] | None = None) -> Self:
        """Start a module of the bench, on these cores if any are named."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, cwd=ROOT, env=dict(os.environ), limit=2**24,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        if cores:
            pin(process.pid, cores)
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ready(self) -> None:
        """Wait until it says so."""
        if await self._line() != b"ready\n":
            raise RuntimeError("a process of the bench did not start")

    async def tell(self, **command: Any) -> dict[str, Any]:
        """Tell it something and wait for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(command) + b"\n")
        answer: dict[str, Any] = msgspec.json.decode(await self._line())
        return answer

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), ANSWER_SECONDS)
        if not line:
            raise RuntimeError("a process of the bench ended")
        return line

    async def stop(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
