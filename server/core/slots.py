"""Whose the slots of a cluster are, as one of its servers tells it."""

import asyncio

import structlog

from server.core.address import Address
from server.core.errors import Unavailable
from server.core.wire import ReplyError, Wire, ignore, open_wire

logger = structlog.get_logger(__name__)

# Longer is not worth waiting for, while others may know.
PATIENCE = 1.0

# First and last slot of each range, and its servers, the primary first.
View = tuple[tuple[int, int, tuple[Address, ...]], ...]


async def ask(wire: Wire, here: Address) -> View:
    """What the server `here` says; nothing where it does not answer in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            told = await wire.call("CLUSTER", "SLOTS")
    except (TimeoutError, Unavailable, ReplyError) as error:
        logger.warning("a server does not tell the slots", error=str(error))
        return ()
    return tuple(
        # No host stands for the one that was asked.
        (first, last, tuple(here.at(str(host or b"", "utf-8") or here.host, port) for host, port, *_ in servers))
        for first, last, *servers in told
    )


async def ask_stranger(address: Address) -> View:
    """The same, over a connection of its own."""
    try:
        async with asyncio.timeout(PATIENCE):
            wire, _ = await open_wire(address, ignore, lambda: None)
    except (OSError, TimeoutError, Unavailable, ReplyError) as error:
        logger.warning("a server of the cluster is away", error=str(error))
        return ()
    try:
        return await ask(wire, address)
    finally:
        wire.abort()
