"""Ingest with a span for each sampled entry of a batch; used only where traces are wanted."""

import time
from typing import Any

from server.core.trace import Tracer
from workers.batch import Batch
from workers.ingest import Found, Ingest


class TracedIngest(Ingest):
    """Tells how long the transaction took that an entry was stored in."""

    def __init__(self, tracer: Tracer, *parts: Any) -> None:
        super().__init__(*parts)
        self._tracer = tracer

    async def _commit(self, found: Found, batch: Batch) -> None:
        begun = time.time_ns()
        await super()._commit(found, batch)
        for held, line in found:
            if self._tracer.samples(line.id):
                told = {
                    "frontdesk.batch": len(found), "frontdesk.partition": held.partition.number,
                    "frontdesk.seq": line.seq, "frontdesk.epoch": line.epoch,
                }  # fmt: skip
                self._tracer.tell("store", line.id, begun, told)
