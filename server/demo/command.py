"""`frontdesk demo`: make, remake or remove the demo's company, from a terminal beside the running product."""

import asyncio
import sys
from collections.abc import Mapping

from server.core.cache import open_cache
from server.core.config import Settings
from server.core.errors import Refused
from server.core.notices import publish
from server.demo.make import Made, make_demo, remove_demo, reset_demo
from server.up.folder import data_folder
from server.up.here import settings_here


def main(environ: Mapping[str, str], *, reset: bool, remove: bool) -> int:
    """Do it and say what was done; the exit code: 0, or 1 after a message that says why not."""
    settings = settings_here(environ)
    try:
        print(asyncio.run(_done(settings, reset=reset, remove=remove)))  # noqa: T201 - it talks to a terminal
    except Refused as refused:
        where = (
            "" if environ.get("DATABASE_URL") else f" (looked in {data_folder(settings)}; is Frontdesk running there?)"
        )
        print(f"Nothing was changed: {refused.message}{where}", file=sys.stderr)  # noqa: T201 - it talks to a terminal
        return 1
    return 0


async def _done(settings: Settings, *, reset: bool, remove: bool) -> str:
    database = settings.database_url
    if remove:
        gone = await remove_demo(database)
        await _tell(settings, gone)
        return f"The demo is gone, with {gone.conversations} conversations. Its logins no longer work."
    if reset:
        gone, made = await reset_demo(database)
        await _tell(settings, gone)
        return f"The demo is as on its first day: {gone.conversations} conversations went, {_what(made)} came."
    fresh = await make_demo(database, settings.shop_port)
    if fresh is None:
        return "There is an organization already, so no demo was made; `frontdesk demo --reset` makes one anew."
    return f"The demo is there: {_what(fresh)}."


def _what(made: Made) -> str:
    return f"{made.conversations} conversations with {made.messages:,} messages"


async def _tell(settings: Settings, gone: Made) -> None:
    """Let running webs know that the organization is no more: its people's sockets close."""
    if not settings.redis_url:
        return
    try:
        cache = await open_cache(settings.redis_url)
    except Refused:
        # They find out by themselves, within half a minute.
        return
    try:
        await publish(cache, "organization", gone.organization_id)
    finally:
        await cache.close()
