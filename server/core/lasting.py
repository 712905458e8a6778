"""Loops that must not die: a mistake in one of them is logged, and the loop is begun again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import structlog

logger = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
# A library may swallow a cancellation that comes in the wrong moment; the next one then ends the task.
AGAIN = 1.0


async def lasting(run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop, again whenever it fails; ends by cancellation, or when the loop itself has come to its end.

    A process that ends over one mistake takes down what works, and with some supervisors all its neighbours.
    """
    wait = FIRST_WAIT
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            await run()
        except Exception:
            logger.exception("a loop failed and is begun again", loop=_name(run))
        else:
            return
        if asyncio.get_running_loop().time() - begun > LONGEST_WAIT:
            wait = FIRST_WAIT
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def _name(run: Callable[[], Awaitable[None]]) -> str:
    return getattr(run.func if isinstance(run, partial) else run, "__qualname__", "a loop")


async def end(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel these tasks, as often as that takes, and wait for them."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN)
