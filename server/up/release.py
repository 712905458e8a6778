"""Releasing the database from the supervisor, so that Ctrl-C is heard meanwhile."""

import asyncio
from collections.abc import Callable

from server.release import CannotRelease, release
from server.up.owner import CannotStart

_TICK = 0.05


async def release_database(owner: str, database: str, partitions: int, check: Callable[[], None]) -> None:
    """Make the database what this release needs; `check` raises when somebody asked to stop."""
    working = asyncio.ensure_future(release(owner, database, partitions=partitions))
    try:
        while not working.done():
            check()
            await asyncio.wait([working], timeout=_TICK)
        await working
    except CannotRelease as refused:
        raise CannotStart(f"The database is not ready for this release: {refused}") from refused
    finally:
        working.cancel()
