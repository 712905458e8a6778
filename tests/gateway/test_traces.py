"""One message is one trace, from the socket to Postgres, for a receiver that speaks OTLP over HTTP."""

import asyncio
import gzip
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.conftest import Cast
from tests.people import eventually
from tests.processes import ROOT, free_port
from tests.servers import Databases, House


class Span(NamedTuple):
    """What the receiver got of one."""

    service: str
    name: str
    trace: bytes
    id: bytes
    parent: bytes
    begun: int
    ended: int
    told: dict[str, str]


class Receiver:
    """A collector that keeps everything."""

    def __init__(self) -> None:
        self.port, self.spans, self.raw = free_port(), list[Span](), b""
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def take(self, request: web.Request) -> web.Response:
        """POST /v1/traces."""
        body = await request.read()
        await self.goes_on.wait()
        # aiohttp unpacks what says that it is packed.
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        self.raw += body
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(each.value.string_value for each in group.resource.attributes if each.key == "service.name")
            for each in (span for scope in group.scope_spans for span in scope.spans):
                told = {one.key: one.value.string_value or str(one.value.int_value) for one in each.attributes}
                self.spans.append(
                    Span(service, each.name, each.trace_id, each.span_id, each.parent_span_id,
                         each.start_time_unix_nano, each.end_time_unix_nano, told)
                )  # fmt: skip
        return web.Response(body=b"", content_type="application/x-protobuf")

    async def trace(self, entry_id: UUID, most: int) -> list[Span]:
        """The spans of one message, when so many have come."""

        async def found() -> list[Span] | None:
            own = sorted((each for each in self.spans if each.trace == entry_id.bytes), key=lambda each: each.begun)
            return own if len(own) >= most else None

        spans: list[Span] = await eventually(found)
        return spans


@pytest.fixture(scope="module")
async def receiver() -> AsyncIterator[Receiver]:
    """A collector on this machine."""
    made = Receiver()
    app = web.Application()
    app.router.add_post("/v1/traces", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", made.port).start()
    yield made
    made.goes_on.set()
    await runner.cleanup()


@pytest.fixture(scope="module")
async def house(receiver: Receiver) -> AsyncIterator[House]:
    """An installation of which every second message is traced."""
    databases = Databases()
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.port}", "OTEL_BSP_SCHEDULE_DELAY": "100",
        "FRONTDESK_TRACE_SHARE": "0.5", "FRONTDESK_VISITOR_BURST": "100",
    }  # fmt: skip
    try:
        await databases.start()
        async with House(databases, webs=1, workers=1, **settings) as made:
            yield made
    finally:
        databases.stop()


async def test_a_message_is_one_trace_from_the_socket_to_postgres(people: Cast, receiver: Receiver) -> None:
    """Web and worker agree by its id alone on whether and where it is traced; not a word of it is in there."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    said = [await visitor.say(conversation, f"Zwetschgenknoedel {number}") for number in range(24)]
    await visitor.stored(said[-1])

    async def has_settled() -> bool:
        # Of every trace both ends came.
        names = {each.id: {one.name for one in receiver.spans if one.trace == each.id.bytes} for each in said}
        return {len(found) for found in names.values()} == {0, 2}

    await eventually(has_settled)
    traced = [each for each in said if any(span.trace == each.id.bytes for span in receiver.spans)]
    accept, store = await receiver.trace(traced[0].id, 2)
    assert (accept.service, accept.name, accept.parent) == ("frontdesk-web", "frontdesk accept", b"")
    assert (store.service, store.name, store.parent) == ("frontdesk-worker", "frontdesk store", accept.id)
    assert store.id != accept.id
    assert accept.begun < accept.ended
    assert store.begun < store.ended
    assert accept.told["frontdesk.outcome"] == "accepted"
    assert accept.told["frontdesk.seq"] == store.told["frontdesk.seq"] == str(traced[0].seq)
    assert b"Zwetschgen" not in receiver.raw
    assert people.org.id.bytes not in receiver.raw
    assert str(people.org.id).encode() not in receiver.raw


async def test_a_collector_that_hangs_keeps_nobody_from_stopping(
    people: Cast, house: House, receiver: Receiver
) -> None:
    """Spans are lost, and nothing else is."""
    visitor = await people.visitor()
    receiver.goes_on.clear()
    conversation = await visitor.start()
    await visitor.stored([await visitor.say(conversation, f"{number}") for number in range(12)][-1])
    assert await asyncio.to_thread(house.webs[0].stop, 8) == 0


async def test_without_an_endpoint_nothing_is_imported_that_sends() -> None:
    """The extra need not be there; redis-py alone looks at what of it is."""
    look = "import sys, server.web, workers.__main__; sys.exit('opentelemetry.exporter' in sys.modules)"
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", look], cwd=ROOT, check=False)
    assert done.returncode == 0
