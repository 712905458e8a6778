"""The demo's help bot: the package's knowledge bot, with a token that follows from the installation's secret.

It runs as a process of `up`, and never where somebody else has renewed its token: whoever did runs it himself.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import fields

import structlog

from server.core.auth import BOT, derived_token, token_hash
from server.core.config import Settings
from server.core.errors import Unavailable
from server.core.sql import load
from server.demo.cast import DEMO_WIDGET_KEY, SLUG
from server.demo.make import opened
from server.domain.identity.actions import BOT_DAYS
from server.up.ready import answers, near

sql = load(__file__)
logger = structlog.get_logger(__name__)
# The demo may be made anew, or removed, from another terminal.
LOOK_EVERY = 5.0


def become_helper(settings: Settings, environ: Mapping[str, str]) -> None:
    """Wait until the demo has a bot and web is there, then be that bot: the process then knows no secret of ours."""
    while not answers(settings):
        time.sleep(0.2)
    token = asyncio.run(_token(settings))
    host = near(settings.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    ours = {each.metadata["variable"] for each in fields(Settings)}
    known = {name: value for name, value in environ.items() if name not in ours}
    command = [sys.executable, "-P", "-m", "frontdesk_bot.knowledge"]
    os.execve(sys.executable, command, {**known, "BOT_URL": url, "BOT_TOKEN": token})  # noqa: S606 - our own program


async def _token(settings: Settings) -> str:
    is_told = False
    while True:
        try:
            token = await token_of_helper(settings)
        except Unavailable as error:
            logger.warning("the demo's bot has to wait", error=str(error))
            token = None
        if token is not None:
            return token
        if not is_told:
            logger.info("there is no demo, or somebody has given its bot another token")
        is_told = True
        await asyncio.sleep(LOOK_EVERY)


async def token_of_helper(settings: Settings) -> str | None:
    """The token of the demo's bot, which opens the same as long as nobody renews it; None where that is not so."""
    async with opened(settings.database_url) as doors:
        async with doors.lookup.unscoped() as tx:
            org_id = await tx.value(sql.find, slug=SLUG)
        if org_id is None:
            return None
        async with doors.db.scope(org_id) as tx:
            bot_id = await tx.value(sql.helper, widget_key=DEMO_WIDGET_KEY)
            if bot_id is None:
                return None
            token = derived_token(BOT, settings.secret, bot_id)
            hashed = token_hash(token)
            await tx.run(sql.helper_token, bot_id=bot_id, token_hash=hashed, days=BOT_DAYS)
            return token if await tx.value(sql.is_helpers, token_hash=hashed) else None
