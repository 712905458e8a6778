"""The bus and the hot connection, against a real Valkey that misbehaves."""

import asyncio
import os
import shutil
import signal
import tempfile
from binascii import crc_hqx
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from struct import pack
from typing import Any

import pytest

from server.core.bus import CANARY, HEAL_AT_MOST, Bus
from server.core.errors import Unavailable
from server.core.partitions import SLOTS, Partitions, tags
from server.core.valkey import ReplyError, Serves, Wire, connection
from server.protocol.line import Audience, Kind, parse
from server.up.owner import servers_owner
from server.up.valkey import Valkey as Server
from tests.people import eventually

PARTITIONS = Partitions(2)
LANE = PARTITIONS.all[0]
ORG, TOPIC, CONTACT = b"o" * 16, b"t" * 16, b"c" * 16


def _line(n: int, epoch: int = 1) -> bytes:
    head = pack(">BBQIQQQ", Kind.ENTRY, Audience.PUBLIC, n, epoch, n, n - 1, 0)
    return head + ORG + TOPIC + CONTACT + bytes(16) + b"{}"


class Stage:
    """One bus over one Valkey, and everything that it gave."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.pusher = connection(server.url, deadline=1)
        self.calm = connection(server.url, deadline=1, scripts=(CANARY,))
        self.heard = connection(server.url, deadline=1)
        self.bus = Bus(self.heard, self.calm, PARTITIONS, name=b"n" * 16, canary_every=0.1, canary_deadline=0.5)
        self.given: list[int] = []
        self.broken = 0
        self.bus.deliver = lambda data: self.given.append(parse(data).n)
        self.bus.on_broken = self._broke
        self.ear: Wire
        self.heard.on_connected.append(self._keep_ear)

    async def _keep_ear(self, wire: Wire, _: Serves) -> None:
        self.ear = wire

    def _broke(self) -> None:
        self.broken += 1

    async def append(self, n: int, *, is_told: bool = True, epoch: int = 1) -> None:
        """Put a line into the stream as the accept script does, and perhaps forget to announce it."""
        await self.pusher.call("HSET", LANE.shard, "epoch", epoch, "n", n)
        await self.pusher.call("XADD", LANE.ingest, f"{n}-0", "l", _line(n, epoch))
        if is_told:
            await self.pusher.call("SPUBLISH", LANE.bus, _line(n, epoch))

    async def gives(self, *numbers: int) -> None:
        """Wait until exactly these numbers were given, in this order."""

        async def is_so() -> bool:
            return self.given == list(numbers)

        await eventually(is_so)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A Valkey of this test's own, with a bus on it that is healthy."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
    folder.chmod(0o711)
    server = Server(folder / "data", servers_owner(), appendfsync="no")
    server.start()
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(server.kill)
        made = Stage(server)
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(part.run()) for part in (made.pusher, made.calm, made.heard, made.bus)
        ]
        for task in tasks:
            stack.callback(task.cancel)
        await made.pusher.wait_ready()
        await made.pusher.call("HSET", LANE.shard, "epoch", 1, "n", 0)
        await _healthy(made)
        yield made


async def _healthy(stage: Stage) -> None:
    async def is_so() -> bool:
        return stage.bus.is_healthy

    await eventually(is_so)


async def test_a_line_that_was_not_announced_is_healed_by_the_next_one(stage: Stage) -> None:
    """The hole is fetched from the stream before what came behind it is given."""
    await stage.append(1)
    await stage.append(2, is_told=False)
    await stage.append(3, is_told=False)
    await stage.append(4)
    await stage.append(5)
    await stage.gives(1, 2, 3, 4, 5)


async def test_a_lost_last_line_is_found_by_the_canary(stage: Stage) -> None:
    """Nothing follows that could show the hole, and yet it is there a moment later."""
    await stage.append(1)
    await stage.append(2, is_told=False)
    await stage.gives(1, 2)


async def test_a_line_announced_twice_is_given_once(stage: Stage) -> None:
    """Whoever announces again does no harm."""
    await stage.append(1)
    await stage.pusher.call("SPUBLISH", LANE.bus, _line(1))
    await stage.append(2)
    await stage.gives(1, 2)


async def test_a_subscription_that_died_is_made_anew_and_misses_nothing(stage: Stage) -> None:
    """The connection is cut while lines come in."""
    await stage.append(1)
    await stage.gives(1)
    await stage.pusher.call("CLIENT", "KILL", "TYPE", "pubsub")
    await stage.append(2)
    await stage.append(3)
    await stage.gives(1, 2, 3)


async def test_a_hole_that_cannot_be_healed_is_said(stage: Stage) -> None:
    """The stream was trimmed behind a bus that heard nothing for long: whoever shows lines must load anew."""
    await stage.append(1)
    await stage.gives(1)
    n = HEAL_AT_MOST + 10
    await stage.append(n)
    await stage.append(n + 1)

    async def goes_on() -> bool:
        return stage.given[-1] == n + 1 and stage.broken == 1

    await eventually(goes_on)


async def test_a_new_epoch_may_begin_with_a_lower_number(stage: Stage) -> None:
    """After a rollback the numbers come back; what an old epoch still says is dropped."""
    for n in (1, 2, 3):
        await stage.append(n)
    await stage.pusher.call("DEL", LANE.ingest)
    await stage.pusher.call("HSET", LANE.shard, "epoch", 2, "began", 1)
    await stage.append(2, epoch=2)
    await stage.pusher.call("SPUBLISH", LANE.bus, _line(4, 1))
    await stage.append(3, epoch=2)
    await stage.gives(1, 2, 3, 2, 3)


async def test_one_partition_that_is_not_heard_any_more_is_noticed(stage: Stage) -> None:
    """What goes in there does not come out, though the other partition is well."""
    stage.ear.tell("SUNSUBSCRIBE", LANE.bus)
    await stage.ear.call("PING")

    async def is_noticed() -> bool:
        return not stage.bus.is_healthy and stage.broken == 1

    await eventually(is_noticed)


async def test_a_frozen_valkey_turns_the_bus_unhealthy_and_commands_into_refusals(stage: Stage) -> None:
    """Nobody waits for ever: the deadline answers, and all is well again when Valkey goes on."""
    pid = stage.server.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await stage.pusher.call("PING")

        async def is_noticed() -> bool:
            return not stage.bus.is_healthy and stage.broken == 1

        await eventually(is_noticed, patience=3)
    finally:
        os.kill(pid, signal.SIGCONT)
    await _healthy(stage)
    await stage.pusher.wait_ready()
    assert await stage.pusher.call("PING") == b"PONG"


async def test_replies_go_to_whoever_asked_also_when_some_no_longer_wait(stage: Stage) -> None:
    """A waiter that gave up takes nobody else's reply with it (CVE-2023-28858)."""
    futures = [stage.pusher.call("ECHO", str(number)) for number in range(200)]
    for future in futures[::3]:
        future.cancel()
    rest = [future for future in futures if not future.cancelled()]
    assert [int(each) for each in await asyncio.gather(*rest)] == [n for n in range(200) if n % 3]


async def test_an_error_reply_is_raised_to_its_caller_alone(stage: Stage) -> None:
    """One wrong command among others harms none of them."""
    before, wrong, behind = (stage.pusher.call(*command) for command in (("ECHO", "1"), ("NONSENSE",), ("ECHO", "2")))
    with pytest.raises(ReplyError):
        await wrong
    assert (await before, await behind) == (b"1", b"2")


def test_partitions_spread_evenly_over_the_slots_of_a_cluster() -> None:
    """Each of the ranges that slots may be divided into has its partitions."""
    for count in (1, 2, 16, 64):
        slots = sorted(crc_hqx(tag.encode(), 0) % SLOTS for tag in tags(count))
        assert [slot * count // SLOTS for slot in slots] == list(range(count))
