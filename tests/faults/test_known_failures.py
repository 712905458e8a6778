"""What others got wrong, each with the issue that told of it.

More of them stand where they belong: an unbounded queue for a slow reader (zulip #39769) in
tests/gateway/test_pressure.py; limits on compressed bytes (centrifugo #1162) and the memory of deflate (uvicorn #1862),
which is not spoken at all, and what picows 2.3.1 lets through, in tests/gateway/test_socket.py; replies that go to
somebody else (redis-py, CVE-2023-28858) and total loss with health green (centrifugo #1189) in tests/core/test_bus.py;
what is answered and not yet on the disk (redis #13793: WAITAOF under everysec, which nothing here asks) in
tests/faults/test_log_lost.py, where the log dies and keeps what it had answered for.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from server.core.bus import CANARY, Bus
from server.core.partitions import Partition, Partitions
from server.core.valkey import connection
from server.protocol import client_frames as say
from server.protocol.line import Audience, Kind, build, parse
from server.protocol.values import Position
from server.up.owner import servers_owner
from server.up.valkey import Valkey as Server
from tests.conftest import Cast
from tests.people import eventually
from tests.proxy import Proxy
from workers.announce import RING_KEEPS, STORED, STREAM_KEEPS, announce

PARTITIONS = Partitions(2)


class Ear:
    """A bus whose subscription goes over a line that can be broken."""

    def __init__(self, server: Server, line: Proxy) -> None:
        self.line = line
        self.admin = connection(server.url, deadline=5)
        self.stored = connection(server.url, deadline=1, scripts=(STORED,))
        self.calm = connection(server.url, deadline=1, scripts=(CANARY,))
        self.heard = connection(f"unix://{line.path}", deadline=0.5)
        self.bus = Bus(self.heard, self.calm, PARTITIONS, name=b"n" * 16, canary_every=0.1, canary_deadline=0.5)

    async def is_healthy(self) -> bool:
        return self.bus.is_healthy

    async def is_deaf(self) -> bool:
        return not self.bus.is_healthy


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    """A bus that hears, on a Valkey of its own."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
    folder.chmod(0o711)
    server = Server(folder / "data", servers_owner(), appendfsync="no")
    server.start()
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(server.kill)
        target = Path(unquote(urlsplit(server.url).path))
        made = Ear(server, await stack.enter_async_context(Proxy(folder / "line.sock", target)))
        for part in (made.admin, made.stored, made.calm, made.heard, made.bus):
            stack.callback(asyncio.create_task(part.run()).cancel)
        await eventually(made.is_healthy)
        yield made


async def test_a_subscription_that_nobody_answers_freezes_nothing(ear: Ear) -> None:
    """Centrifugo #925: SUBSCRIBE without a deadline waited for ever on a connection that was half open."""
    with ear.line.half_open():
        ear.line.drop()
        await eventually(ear.is_deaf)
        # Past the deadline of the attempt that met the silence.
        before = ear.line.connects
        await eventually(lambda: _connects_more(ear, before), patience=20)
    await eventually(ear.is_healthy)


async def _connects_more(ear: Ear, than: int) -> bool:
    return ear.line.connects > than


async def test_a_subscription_that_is_refused_is_no_subscription(ear: Ear) -> None:
    """Redis-py #4038, #3966, #2417: subscribing again failed without a word, and nobody heard anything any more."""
    await ear.admin.call("ACL", "SETUSER", "default", "-ssubscribe")
    ear.line.drop()
    await eventually(ear.is_deaf)
    await ear.admin.call("ACL", "SETUSER", "default", "+ssubscribe")
    await eventually(ear.is_healthy)


async def test_nothing_is_trimmed_that_was_not_read(ear: Ear) -> None:
    """Redis #10756: a stream kept its newest entries, whether or not anybody had read the others."""
    lane, org, topic = PARTITIONS.all[0], b"o" * 16, b"t" * 16
    count, stored = STREAM_KEEPS + 2_000, 1_500
    ring, state = lane.ring(org, topic), lane.state(org, topic)
    await ear.admin.call("HSET", lane.shard, "epoch", 1, "n", count)
    await ear.admin.call("HSET", state, "e", 1, "s", count, "b", 0)
    adding = [
        ear.admin.call("XADD", key, f"{n}-0", "l", "x") for key in (lane.ingest, ring) for n in range(1, count + 1)
    ]
    await asyncio.gather(*adding)
    head = build(Kind.ENTRY, Audience.PUBLIC, org, topic, b"c" * 16, b"{}", epoch=1, seq=stored)
    announce(ear.stored, lane, 1, [parse(head)._replace(n=stored)], _fail)
    await eventually(lambda: _is_marked(ear, state, stored))
    assert await ear.admin.call("XLEN", ring) == count - stored
    assert await ear.admin.call("XLEN", lane.ingest) == count
    announce(ear.stored, lane, 1, [parse(head)._replace(n=count, seq=count)], _fail)
    await eventually(lambda: _is_marked(ear, state, count))
    # The rest is what clients resume from and the bus heals from; a stream is trimmed by whole nodes of it.
    assert await ear.admin.call("XLEN", ring) == RING_KEEPS
    assert STREAM_KEEPS <= await ear.admin.call("XLEN", lane.ingest) < STREAM_KEEPS + 200


def _fail(partition: Partition, first: int) -> None:
    raise AssertionError(f"partition {partition.number} could not be told of {first}")


async def _is_marked(ear: Ear, state: bytes, seq: int) -> bool:
    return int(await ear.admin.call("HGET", state, "b")) == seq


async def test_who_comes_back_before_anything_was_said_misses_nothing(people: Cast) -> None:
    """Socket.IO #4888, #5538, #5419: state came with the first event, and was kept at a disconnect that was seen."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    agent = await people.agent(node=1)
    resumed = await agent.watch(conversation)
    await agent.vanish()
    said = await visitor.say(conversation, "the first word")
    welcome = await agent.connect(say.Resume(conversation, resumed.position), node=0)
    (found,) = welcome.resumed
    assert found.recovered
    assert [each.seq for each in found.entries] == [said.seq]


async def test_a_position_of_another_log_is_answered_once(people: Cast) -> None:
    """Mattermost #30388: a client whose number was not reset asked in a loop.

    Whatever position it names, the answer has one to go on from.
    """
    visitor = await people.visitor()
    conversation = await visitor.start()
    said = await visitor.say(conversation, "hello")
    for strange in (Position(said.epoch + 7, 1), Position(0, 99), Position(said.epoch, said.seq + 5_000)):
        answer = await visitor.watch(conversation, strange)
        assert (answer.recovered, answer.position) == (False, Position(said.epoch, said.seq))
        again = await visitor.watch(conversation, answer.position)
        assert (again.recovered, again.entries) == (True, [])
