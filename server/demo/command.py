"""`frontdesk demo`: make, remake or remove the demo's company, from a terminal beside the running product."""

import asyncio
import sys
from collections.abc import Mapping

from server.core.cache import open_cache
from server.core.config import Settings, read_settings
from server.core.errors import Refused
from server.core.notices import tell
from server.demo.make import Made, make_demo, remove_demo, reset_demo
from server.up.folder import data_folder
from server.up.owner import Owner, servers_owner
from server.up.postgres import Postgres
from server.up.valkey import Valkey

# Passes for the secret, which nothing here signs with.
_NO_SECRET = "-" * 32


def main(environ: Mapping[str, str], *, reset: bool, remove: bool) -> int:
    """Do it and say what was done; the exit code: 0, or 1 after a message that says why not."""
    settings = _settings(environ)
    try:
        print(asyncio.run(_done(settings, reset=reset, remove=remove)))  # noqa: T201 - it talks to a terminal
    except Refused as refused:
        where = (
            "" if environ.get("DATABASE_URL") else f" (looked in {data_folder(settings)}; is Frontdesk running there?)"
        )
        print(f"Nothing was changed: {refused.message}{where}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _settings(environ: Mapping[str, str]) -> Settings:
    """The settings, where Postgres and Valkey are those of the data folder unless others are named."""
    found = read_settings(
        environ,
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
        secret=environ.get("FRONTDESK_SECRET") or _NO_SECRET,
    )
    if found.database_url:
        return found
    folder = data_folder(found)
    owner = servers_owner() if folder.exists() else Owner.current()
    return read_settings(
        environ, database_url=Postgres(folder, owner).url(), redis_url=found.redis_url or Valkey(folder, owner).url,
        secret=found.secret,
    )  # fmt: skip


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
        await tell(cache, "organization", gone.organization_id)
    finally:
        await cache.close()
