"""Making the database ready, in words that a person understands, while Ctrl-C is heard."""

import asyncio
from collections.abc import Callable, Coroutine
from ipaddress import ip_address
from typing import TypeVar

from server.core.config import Settings
from server.core.errors import Refused
from server.demo import has_demo, make_demo
from server.release import CannotRelease, release
from server.up.owner import CannotStart

T = TypeVar("T")
_TICK = 0.05


def release_database(owner: str, database: str, settings: Settings, check: Callable[[], None]) -> None:
    """Make the database what this release needs; `check` raises when somebody asked to stop."""
    try:
        asyncio.run(_unless(check, release(owner, database, partitions=settings.partitions)))
    except CannotRelease as refused:
        raise CannotStart(f"The database is not ready for this release: {refused}") from refused


def fill_demo(database: str, settings: Settings, check: Callable[[], None], say: Callable[[str], None]) -> bool:
    """Make the demo's company in an empty database; whether it is there. `check` raises when somebody asked to stop."""

    async def fill() -> bool:
        made = await make_demo(database, settings.shop_port)
        if made:
            say(f"The demo has {made.conversations} conversations with {made.messages:,} messages.")
        return made is not None or await has_demo(database)

    try:
        return asyncio.run(_unless(check, fill()))
    except Refused as refused:
        raise CannotStart(f"The demo could not be made: {refused}") from refused


def may_have_demo(settings: Settings) -> bool:
    """Whether only this machine reaches web: everybody knows the demo's passwords."""
    return _is_loopback(settings.host) and not settings.public_url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _unless(check: Callable[[], None], work: Coroutine[None, None, T]) -> T:
    working = asyncio.ensure_future(work)
    try:
        while not working.done():
            check()
            await asyncio.wait([working], timeout=_TICK)
        return await working
    finally:
        working.cancel()
