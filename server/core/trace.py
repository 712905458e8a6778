"""Traces of single messages, for OpenTelemetry. The one file that knows its SDK, which is an extra (`frontdesk[otel]`).

Nothing travels with a message: its id, which has 128 bits, is the trace's id, and whether it is sampled follows from
the id as well. So every process that meets the message comes to the same answers by itself. Where no endpoint is set,
none of this is imported.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

from server.core.config import BadSettings, Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

# `up` and most platforms kill who takes much longer to end.
CLOSE_SECONDS = 1.0

Name = Literal["accept", "store"]
Attributes = Mapping[str, str | int]


class Tracer:
    """Makes spans of messages that are over, and gives them to a thread that sends them."""

    def __init__(self, settings: Settings, service: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk import trace
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            raise BadSettings("OTEL_EXPORTER_OTLP_ENDPOINT needs: pip install 'frontdesk[otel]'") from None
        self._sdk: Any = trace
        self._below = int(settings.trace_share * 2**32)
        named = {"service.name": service} | ({"service.instance.id": settings.node} if settings.node else {})
        # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes before that.
        self._resource = Resource(named).merge(Resource.create())
        if "unknown_service" in str(self._resource.attributes["service.name"]):
            self._resource = self._resource.merge(Resource(named))
        # It reads the endpoint, headers and all else from the environment, as its documentation has it.
        self._processor: Any = BatchSpanProcessor(OTLPSpanExporter())

    def samples(self, entry_id: bytes) -> bool:
        """Whether this entry is traced; the same on every node."""
        return crc32(entry_id) < self._below

    def tell(self, name: Name, entry_id: bytes, begun: int, attributes: Attributes) -> None:
        """One span from `begun` until now, in nanoseconds; `store` stands below `accept`."""
        self._processor.on_end(self._span(name, entry_id, begun, attributes))

    def _span(self, name: Name, entry_id: bytes, begun: int, attributes: Attributes) -> "ReadableSpan":
        from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

        def context(of: Name) -> SpanContext:
            # Never 0, which is no id.
            span_id = crc32(entry_id, 1 + (of == "store")) << 32 | crc32(entry_id[::-1]) or 1
            return SpanContext(
                int.from_bytes(entry_id), span_id, is_remote=of != name, trace_flags=TraceFlags(TraceFlags.SAMPLED)
            )

        span: ReadableSpan = self._sdk.ReadableSpan(
            f"frontdesk {name}", context=context(name), parent=context("accept") if name == "store" else None,
            resource=self._resource, attributes=attributes, start_time=begun, end_time=time.time_ns(),
            kind=SpanKind.SERVER if name == "accept" else SpanKind.CONSUMER,
        )  # fmt: skip
        return span

    def close(self) -> None:
        """Send what is left; a collector that does not answer keeps no process from ending."""
        closing = threading.Thread(target=self._processor.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)


@asynccontextmanager
async def open_tracer(settings: Settings, service: str) -> AsyncIterator[Tracer | None]:
    """The tracer of this process, where somebody wants traces."""
    if not settings.traces:
        yield None
        return
    tracer = Tracer(settings, service)
    try:
        yield tracer
    finally:
        await asyncio.to_thread(tracer.close)
