"""`frontdesk doctor`: looks at everything an installation stands on, and says what to do, one line each."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable, Mapping

import msgspec

from server.core.config import BadSettings, Settings
from server.core.errors import Refused
from server.doctor.finding import Finding, State, bad
from server.doctor.machine import of_machine, of_settings, secret_here
from server.doctor.postgres import of_postgres
from server.doctor.public import of_public
from server.doctor.valkey import of_valkey
from server.up.here import settings_here

SIGNS: dict[State, str] = {"ok": "✓", "note": "!", "bad": "✗"}
# For pipes and for terminals that know no such signs.
PLAIN: dict[State, str] = {"ok": "ok  ", "note": "note", "bad": "BAD "}
COLOURS: dict[State, str] = {"ok": "\033[32m", "note": "\033[33m", "bad": "\033[31m"}


def main(environ: Mapping[str, str], *, as_json: bool) -> int:
    """Look, and tell; the exit code: 0 when nothing is wrong, 1 when something is."""
    found = asyncio.run(_look(environ, is_told=not as_json))
    is_well = all(each.state != "bad" for each in found)
    if as_json:
        print(msgspec.json.encode({"is_well": is_well, "findings": found}).decode())  # noqa: T201 - for a program
    else:
        print("Nothing is wrong." if is_well else "Something is wrong.")  # noqa: T201 - it talks to a terminal
    return 0 if is_well else 1


async def _look(environ: Mapping[str, str], *, is_told: bool) -> list[Finding]:
    found: list[Finding] = []
    async for finding in _findings(environ):
        found.append(finding)
        if is_told:
            print(_line(finding), flush=True)  # noqa: T201 - it talks to a terminal
    return found


async def _findings(environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    try:
        settings = settings_here(environ)
    except BadSettings as error:
        yield bad("settings", str(error), "correct the environment; the README lists every variable")
        return
    secret = secret_here(environ, settings)
    for each in (of_settings(environ, settings, secret), of_machine(environ, settings)):
        for finding in each:
            yield finding
    for finding in await _survived(settings, secret):
        yield finding


async def _survived(settings: Settings, secret: str) -> Iterable[Finding]:
    """What has to be asked for; each part by itself, so that one that is away hides no other."""
    parts = {
        "postgres": of_postgres(settings),
        "valkey": of_valkey(settings),
        "public address": of_public(settings, secret),
    }
    told = await asyncio.gather(*parts.values(), return_exceptions=True)
    found: list[Finding] = []
    for part, some in zip(parts, told, strict=True):
        if isinstance(some, (Refused, BadSettings)):
            found.append(bad(part, str(some), "is it running, and is its address right?"))
        elif isinstance(some, BaseException):
            raise some
        else:
            found += some
    return found


def _line(finding: Finding) -> str:
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sentence = f"{finding.what}: {finding.told}" + (f"; {finding.do}" if finding.do else "")
    if not (sys.stdout.isatty() and is_utf8 and os.environ.get("TERM") != "dumb"):
        # What Postgres or a path says may still be of other letters.
        return f"{PLAIN[finding.state]} {sentence}".encode("ascii", "replace").decode()
    if os.environ.get("NO_COLOR"):
        return f"{SIGNS[finding.state]} {sentence}"
    return f"{COLOURS[finding.state]}{SIGNS[finding.state]}\033[0m {sentence}"
