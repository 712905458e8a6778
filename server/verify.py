"""`frontdesk audit verify`: whether anybody changed the audit log afterwards."""

import asyncio
import sys
from collections.abc import Mapping

from server.core.db import open_db
from server.core.errors import Refused
from server.domain.audit.chain import Verdict, verify
from server.up.here import settings_here


def main(environ: Mapping[str, str], organization: str) -> int:
    """Walk the chains and tell; the exit code: 0 when all hold, 1 when one does not or none could be looked at."""
    try:
        found = asyncio.run(_walk(settings_here(environ).database_url, organization))
    except Refused as refused:
        _say(f"The audit log could not be looked at: {refused.message}")
        return 1
    if not found:
        _say(f"There is no chain of an organization {organization!r}." if organization else "There is no chain yet.")
        return 1 if organization else 0
    return 1 if any(each.fault for each in found) else 0


async def _walk(url: str, organization: str) -> list[Verdict]:
    lookup = await open_db(url, "fd_lookup", size=1)
    done: list[Verdict] = []
    try:
        async for verdict in verify(lookup, organization):
            if verdict.is_done:
                done.append(verdict)
                print(_told(verdict))  # noqa: T201 - it talks to a terminal
            else:
                _say(f"{verdict.slug}: {verdict.head.n:,} lines so far")
    finally:
        await lookup.close()
    return done


def _told(verdict: Verdict) -> str:
    if verdict.fault:
        return f"{verdict.slug}: BROKEN. {verdict.fault}"
    # Whoever keeps this hash elsewhere can tell later that the end of the chain was not cut off.
    return f"{verdict.slug}: {verdict.head.n:,} lines hold, up to {verdict.head.row_hash.hex()}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - it talks to a terminal
