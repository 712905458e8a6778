"""`frontdesk bots replay`: past conversations of a bot once more, with another version of it or other settings."""

import argparse
import asyncio
import importlib
import inspect
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from frontdesk_bot import Bot
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.entries import MessagePosted
from frontdesk_bot.replay import HandedOff, Outcome, PastTalk, recorded, replay
from server.core.auth import Actor
from server.core.db import Db, open_db
from server.core.errors import Invalid, Refused
from server.core.progress import Progress
from server.domain.chat.past import find_bot, past_of
from server.domain.identity.bots import configuration_of
from server.domain.knowledge.importing import find_organization
from server.replayed_report import table
from server.up.here import settings_here

T = TypeVar("T")


def main(environ: Mapping[str, str], asked: argparse.Namespace) -> int:
    """Replay and tell; the exit code: 0, or 1 where nothing could be replayed or a handler failed."""
    try:
        bot = _bot(environ, asked.target)
        settings = settings_here(environ)
        return asyncio.run(_replay(settings.database_url, bot, asked))
    except Refused as refused:
        _say(f"Nothing was replayed: {refused.message}.")
        return 1


async def _replay(url: str, bot: Bot, asked: argparse.Namespace) -> int:
    db = await open_db(url, "fd_app", size=1)
    try:
        org_id = await find_organization(db, asked.organization)
        if org_id is None:
            raise Invalid(f"no organization has the slug {asked.organization}")
        bot_id = await find_bot(db, org_id, asked.bot)
        configuration = await configuration_of(db, Actor("bot", bot_id, org_id, ""))
        talks = await _talks(db, org_id, bot_id, asked)
    finally:
        await db.close()
    configured = _set(_theirs(configuration, BotConfiguration), asked.set)
    count = sum(len(recorded(each)) for each in talks)
    if not count:
        raise Invalid(f"{configured.name} answered nobody in these days")
    progress = Progress(count, "replay")
    outcomes: list[Outcome] = []
    async for outcome in replay(bot, talks, configuration=configured, at_once=asked.at_once):
        outcomes.append(outcome)
        progress.step(outcome.question[:40].replace("\n", " ") if sys.stderr.isatty() else "")
    told = msgspec.json.format(msgspec.json.encode(outcomes)).decode() if asked.as_json else table(outcomes, asked.show)
    print(told)  # noqa: T201 - it talks to a terminal
    return 1 if any(each.now.failure for each in outcomes) else 0


async def _talks(db: Db, org_id: UUID, bot_id: UUID, asked: argparse.Namespace) -> list[PastTalk]:
    until = _day(asked.until) + timedelta(days=1) if asked.until else datetime.now(UTC)
    since = _day(asked.since) if asked.since else until - timedelta(days=30)
    moments = [int(each.timestamp() * 1000) for each in (since, until)]
    return [
        PastTalk(
            each.conversation_id,
            bot_id,
            _theirs(each.messages, list[MessagePosted]),
            msgspec.convert(each.handoffs, list[HandedOff]),
        )
        async for each in past_of(db, org_id, bot_id, moments[0], moments[1], asked.limit)
    ]


def _theirs(ours: Any, kind: type[T]) -> T:
    """The same in the package's own structs: it has the files of the protocol under a name of its own."""
    return msgspec.json.decode(msgspec.json.encode(ours), type=kind)


def _bot(environ: Mapping[str, str], target: str) -> Bot:
    module, _, name = target.partition(":")
    # As with `python -m`: what lies in the folder that one stands in is found.
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(importlib.import_module(module), name or "bot")
    except ModuleNotFoundError as missing:
        raise Invalid(f"there is no module {missing.name}: say it as Python imports it, package.module:bot") from None
    except AttributeError:
        raise Invalid(f"{module} has no {name or 'bot'}") from None
    if isinstance(found, Bot):
        return found
    asks = len(inspect.signature(found).parameters) if callable(found) else -1
    # As the bots of the package are made: nothing connects to the address, but what a bot looks up it looks up there.
    given = [environ.get("BOT_URL", "http://127.0.0.1:8000"), environ.get("BOT_TOKEN", "")]
    bot = found(*given[:asks]) if asks in {0, 2} else None
    if not isinstance(bot, Bot):
        raise Invalid(f"{target} is no bot, nor a function that makes one of nothing or of an address and a token")
    return bot


def _set(configuration: BotConfiguration, changes: Sequence[str]) -> BotConfiguration:
    """The configuration with some `name=value`, of the types that they have."""
    fields = msgspec.to_builtins(configuration)
    for each in changes:
        name, equals, value = each.partition("=")
        if not equals or name not in fields:
            raise Invalid(f"--set {each}: say NAME=VALUE, and a name of {', '.join(sorted(fields))}")
        fields[name] = value if isinstance(fields[name], str) else _read(each, value)
    try:
        return msgspec.convert(fields, BotConfiguration)
    except msgspec.ValidationError as error:
        raise Invalid(f"--set: {str(error)[0].lower()}{str(error)[1:]}") from None


def _read(told: str, value: str) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        raise Invalid(f"--set {told}: a number, or a list as in JSON, is wanted") from None


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"{text} is no day; say it as 2026-01-31") from None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - it talks to a terminal
