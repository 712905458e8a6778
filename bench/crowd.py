"""A process that holds a crowd: thousands of visitors' sockets, each with a conversation of its own.

Told by lines of JSON (bench/generator.py): open, start, storm and close. What a visitor misses while it is away it must
have after it came back, without a hole.
"""

import asyncio
import os
import random
import sys
import time
from typing import Any

import msgspec
import uvloop

from bench.cpu import spent
from bench.load_frames import PING, PONG
from bench.wire import Wire, wire
from server.core.ids import uuid7
from server.listen import make_room

PATIENCE = 60.0
# Waits of a client whose socket was lost: the shortest, the longest at first, which doubles, and the longest of all
# (client/src/verdict.ts).
SHORTEST_WAIT, FIRST_BOUND, LAST_BOUND = 0.5, 1.5, 30.0
_decode = msgspec.json.Decoder().decode


class Guest:
    """One visitor."""

    def __init__(self, hello: dict[str, Any]) -> None:
        self.hello = hello
        self.conversation = ""
        self.epoch = self.seq = 0
        self.is_live = False
        self.attempts = 0
        self.wire: Wire | None = None
        self.waits: asyncio.Future[dict[str, Any]] | None = None


class Crowd:
    """Everybody, and what went wrong with anybody."""

    def __init__(self) -> None:
        self.guests: list[Guest] = []
        self.urls: list[str] = []
        self.troubles: list[str] = []
        self._comes_back = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, urls: list[str], hellos: list[dict[str, Any]], at_once: int = 64) -> dict[str, Any]:
        """Open a socket for each hello and wait for its welcome; every second one elsewhere where there are two."""
        self.urls = urls
        made = [Guest(each) for each in hellos]
        cpu, began = spent(os.getpid()), time.monotonic()
        await self._all(made, at_once, lambda guest, at: self._enter(guest, urls[at % len(urls)]))
        self.guests += made
        return {"seconds": time.monotonic() - began, "cpu": spent(os.getpid()) - cpu, "troubles": self.troubles[:3]}

    async def start(self, lines: int, at_once: int = 64) -> dict[str, Any]:
        """Let everybody begin a conversation and say so many lines."""

        async def begin(guest: Guest, _: int) -> None:
            guest.conversation = str(uuid7())
            await self._ask(guest, {"type": "start_conversation", "id": guest.conversation})
            for number in range(lines):
                frame = {"type": "post_message", "id": str(uuid7()), "body": f"line {number}"}
                await self._ask(guest, frame | {"conversation_id": guest.conversation})

        await self._all(self.guests, at_once, begin)
        return {"troubles": self.troubles[:3], "conversations": [each.conversation for each in self.guests]}

    async def storm(self, urls: list[str]) -> dict[str, Any]:
        """From now on whoever loses its socket comes back, with the jitter of the real client, to one of these."""
        self.urls, self._comes_back = urls, True
        for each in self.guests:
            if not each.is_live:
                self._return(each)
        return {}

    async def settled(self, seq: int, seconds: float) -> dict[str, Any]:
        """Wait until everybody is live again and has everything up to a number."""
        began = time.monotonic()
        missing = self.guests
        while missing and time.monotonic() - began < seconds:
            await asyncio.sleep(0.02)
            missing = [each for each in missing if not each.is_live or each.seq < seq]
        return {
            "seconds": time.monotonic() - began, "missing": len(missing), "troubles": self.troubles[:3],
            "attempts": sum(each.attempts for each in self.guests),
        }  # fmt: skip

    async def close(self) -> dict[str, Any]:
        """Let everybody go."""
        self._comes_back = False
        for each in self.guests:
            if each.wire is not None:
                each.wire.cut()
        self.guests = []
        return {}

    async def _all(self, guests: list[Guest], at_once: int, do: Any) -> None:
        coming = iter(enumerate(guests))

        async def one_after_the_other() -> None:
            for at, guest in coming:
                await do(guest, at)

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))

    async def _enter(self, guest: Guest, url: str) -> None:
        welcome = asyncio.get_running_loop().create_future()
        guest.waits = welcome
        guest.wire = await wire(url, lambda data: self._heard(guest, data), lambda code: self._lost(guest, code))
        hello = dict(guest.hello)
        if guest.conversation:
            position = {"epoch": guest.epoch, "seq": guest.seq}
            hello["resume"] = [{"conversation_id": guest.conversation, "position": position}]
        guest.wire.send(msgspec.json.encode(hello))
        await asyncio.wait_for(welcome, PATIENCE)
        guest.is_live, guest.attempts = True, 0

    async def _ask(self, guest: Guest, frame: dict[str, Any]) -> None:
        assert guest.wire is not None
        guest.waits = asyncio.get_running_loop().create_future()
        guest.wire.send(msgspec.json.encode(frame))
        await asyncio.wait_for(guest.waits, PATIENCE)

    def _heard(self, guest: Guest, data: bytes) -> None:
        if data.startswith(PING):
            assert guest.wire is not None
            guest.wire.send(PONG)
            return
        frame = _decode(data)
        if "seq" in frame and "after" in frame:
            self._placed(guest, frame)
        elif frame["type"] == "welcome":
            for resumed in frame.get("resumed", ()):
                self._resumed(guest, resumed)
        elif frame["type"] == "refused":
            self.troubles.append(f"refused: {frame}")
        if frame["type"] in {"welcome", "accepted"} and guest.waits is not None and not guest.waits.done():
            guest.waits.set_result(frame)

    def _placed(self, guest: Guest, frame: dict[str, Any]) -> None:
        if frame["seq"] <= guest.seq:
            return
        if frame["after"] != guest.seq:
            self.troubles.append(f"a hole before {frame['seq']}: {guest.seq} was the last")
        guest.epoch, guest.seq = frame["epoch"], frame["seq"]

    def _resumed(self, guest: Guest, resumed: dict[str, Any]) -> None:
        if not resumed["recovered"]:
            self.troubles.append(f"not recovered: {resumed}")
        for entry in resumed.get("entries", ()):
            self._placed(guest, entry)

    def _lost(self, guest: Guest, code: int) -> None:
        was_live, guest.is_live = guest.is_live, False
        if guest.waits is not None and not guest.waits.done():
            guest.waits.set_exception(ConnectionError(f"closed with {code}"))
        if self._comes_back and was_live:
            self._return(guest)
        elif not self._comes_back and self.guests:
            self.troubles.append(f"a socket was closed with {code}")

    def _return(self, guest: Guest) -> None:
        task = asyncio.get_running_loop().create_task(self._come_back(guest))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _come_back(self, guest: Guest) -> None:
        while not guest.is_live:
            await asyncio.sleep(random.uniform(SHORTEST_WAIT, min(FIRST_BOUND * 2**guest.attempts, LAST_BOUND)))
            guest.attempts += 1
            try:
                await self._enter(guest, random.choice(self.urls))
            except (OSError, TimeoutError, ConnectionError):
                continue
            except Exception as error:  # noqa: BLE001 - the report tells it
                self.troubles.append(repr(error))


async def main() -> None:
    """Obey until the end of the input."""
    make_room()
    crowd, reader = Crowd(), asyncio.StreamReader(limit=2**27)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while text := await reader.readline():
        command: dict[str, Any] = msgspec.json.decode(text)
        told = await getattr(crowd, command.pop("do"))(**command)
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
