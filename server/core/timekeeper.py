"""Takes the time from Valkey, for core/clock.py."""

import asyncio
import time

import structlog

from server.core.clock import set_time
from server.core.errors import Unavailable
from server.core.valkey import ReplyError, Serves, Valkey, Waiting, Wire

logger = structlog.get_logger(__name__)

# Clocks drift by seconds in weeks.
LOOK_EVERY = 60.0
# Of a cluster all nodes ask the server that has this key; it need not be there.
CLOCK = b"fd:clock"


class Timekeeper:
    """Sets this process's time whenever a connection begins, and now and then."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        valkey.on_connected.append(_connected)

    async def run(self) -> None:
        """Look now and then; ends only by cancellation."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await _take(self._valkey.call_near(CLOCK, "TIME"))
            except (Unavailable, ReplyError) as error:
                logger.warning("the time could not be taken", error=str(error))


async def _connected(wire: Wire, serves: Serves) -> None:
    if serves(CLOCK):
        await _take(wire.call("TIME"))


async def _take(asking: Waiting) -> None:
    asked = time.monotonic_ns()
    seconds, microseconds = await asking
    # It was told in the middle between question and answer.
    set_time((int(seconds) * 1_000_000 + int(microseconds)) * 1000, (asked + time.monotonic_ns()) // 2)
