"""`frontdesk dead-letters`: what Postgres could not take, from a terminal beside the running product."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from server.core.config import Settings
from server.core.db import Db, open_db
from server.core.errors import Refused, Unavailable
from server.core.lasting import end
from server.core.partitions import Partitions
from server.core.valkey import connection
from server.protocol.line import whole
from server.up.here import settings_here
from workers.letters import Letter, Outcome, drop, note_look, replay, waiting

VALKEY_SECONDS = 3.0


def main(environ: Mapping[str, str], what: str, ids: Sequence[UUID], *, is_all: bool, is_sure: bool) -> int:
    """Do it and say what was done; the exit code: 0, or 1 when something waits still."""
    if what != "list" and not ids and not is_all:
        _say(f"Which one? frontdesk dead-letters {what} ID, or --all for every one of them.")
        return 1
    try:
        return asyncio.run(
            _run(settings_here(environ), what, None if is_all or what == "list" else ids, is_sure=is_sure)
        )
    except Refused as refused:
        _say(f"Nothing was changed: {refused.message}")
        return 1


async def _run(settings: Settings, what: str, ids: Sequence[UUID] | None, *, is_sure: bool) -> int:
    async with _opened(settings, "fd_lookup") as lookup, _opened(settings, "fd_worker") as db:
        letters = await waiting(lookup, ids)
        missing = set(ids or ()) - {letter.id for letter in letters}
        for each in missing:
            _say(f"{each}: there is no such letter, or it was mended before")
        return max(await _done(settings, db, what, letters, is_sure=is_sure), 1 if missing else 0)


async def _done(settings: Settings, db: Db, what: str, letters: Sequence[Letter], *, is_sure: bool) -> int:
    match what:
        case "show":
            for letter in letters:
                await note_look(db, letter)
                print(_shown(letter))  # noqa: T201 - it talks to a terminal
        case "replay":
            return await _replay_all(settings, db, letters)
        case "drop":
            return await _drop_all(db, letters, is_sure=is_sure)
        case _:
            _list(letters)
    return 0


async def _replay_all(settings: Settings, db: Db, letters: Sequence[Letter]) -> int:
    outcomes = []
    async with _bus(settings) as tell:
        for letter in letters:
            outcome = await replay(db, letter)
            outcomes.append(outcome)
            heard = await tell(letter, outcome)
            print(f"{letter.id}: {outcome.told}{heard}")  # noqa: T201 - it talks to a terminal
    return 0 if all(each.is_mended for each in outcomes) else 1


async def _drop_all(db: Db, letters: Sequence[Letter], *, is_sure: bool) -> int:
    if letters and not is_sure:
        _list(letters)
        if not sys.stdin.isatty():
            _say("Nothing was dropped: say --yes to throw away for good what these hold.")
            return 1
        asked = f"Throw away for good what {_many(letters)} of these hold? Type yes: "
        if (await asyncio.to_thread(input, asked)).strip() != "yes":
            _say("Nothing was dropped.")
            return 1
    for letter in letters:
        told = "dropped" if await drop(db, letter) else "somebody mended or dropped it before"
        print(f"{letter.id}: {told}")  # noqa: T201 - it talks to a terminal
    return 0


def _many(letters: Sequence[Letter]) -> str:
    return "the one" if len(letters) == 1 else f"all {len(letters)}"


def _list(letters: Sequence[Letter]) -> None:
    for letter in letters:
        when = datetime.fromtimestamp(letter.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        whose = letter.organization or "(gone)"
        row = f"{letter.id}  {when}  p{letter.partition:<3} {whose:<20} {letter.kind:<20} {letter.size:>6} B"
        print(f"{row}  {letter.error}")  # noqa: T201 - it talks to a terminal
    if not letters:
        print("There are no dead letters.")  # noqa: T201 - it talks to a terminal


def _shown(letter: Letter) -> str:
    """All of a letter, with what was said."""
    told: dict[str, Any] = {"id": letter.id, "organization": letter.organization, "error": letter.error}
    if letter.line is None:
        return msgspec.json.encode(told).decode()
    line = letter.line
    told |= {"conversation_id": line.topic_id, "epoch": line.epoch, "seq": line.seq, "at": line.at}
    try:
        told["entry"] = msgspec.json.decode(whole(line.payload))
    except msgspec.DecodeError:
        told["bytes"] = line.payload.hex()
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


@asynccontextmanager
async def _opened(settings: Settings, role: str) -> AsyncIterator[Db]:
    db = await open_db(settings.database_url, role, size=1)
    try:
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def _bus(settings: Settings) -> AsyncIterator[Any]:
    """A way to tell those who look at a conversation just now; gives a word where they could not be told."""
    valkey, partitions = (
        connection(settings.redis_url, deadline=settings.command_deadline),
        Partitions(settings.partitions),
    )

    async def tell(letter: Letter, outcome: Outcome) -> str:
        try:
            for told in outcome.hints:
                assert letter.line is not None
                await valkey.call("SPUBLISH", partitions.of(letter.line.topic).bus, told)
        except Unavailable:
            return " (Valkey is away: open screens show it when they load anew)"
        return ""

    running = asyncio.create_task(valkey.run())
    try:
        async with asyncio.timeout(VALKEY_SECONDS):
            await valkey.wait_ready()
    except TimeoutError:
        pass
    try:
        yield tell
    finally:
        await end([running])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - it talks to a terminal
