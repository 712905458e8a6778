"""Protections, each taken away from a process of the product: the laws must object (test_spoiled.py).

Nothing of this is a switch of the product: tests/weather/spoiled replaces functions and scripts when a process starts.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from server.core import bus, valkey, valkey_single
from server.domain.chat import drafting, log
from workers import batch, ingest


def _replace(owner: Any, name: str, by: Any) -> None:
    assert hasattr(owner, name), f"{name} is called otherwise by now"
    setattr(owner, name, by)


def _rewritten(script: valkey.Script, was: str, becomes: str) -> valkey.Script:
    text = script.text.decode()
    assert was in text
    return valkey.Script(text.replace(was, becomes))


def forgets_ids() -> None:
    """What was said before is not known again, neither by the log nor by Postgres."""
    accept = _rewritten(log.ACCEPT, "if known then", "if false then")
    _replace(log, "ACCEPT", accept)
    _replace(log, "SCRIPTS", (accept, log.SEED))

    async def overlook(*_: Any) -> None:
        pass

    _replace(batch.Batch, "_look_at_repeated", overlook)


def trusts_any_log() -> None:
    """No epoch rises: a Valkey that lost its tail gives the same numbers a second time."""

    async def constant(_: Any) -> str:
        return "always the same"

    _replace(valkey_single, "_identity", constant)


def moves_the_cursor_first() -> None:
    """The cursor is committed before what it stands for."""

    async def commit(self: Any, found: Any, what: Any) -> None:
        async with self._db.scope_many(what.org_ids) as tx:
            await self._move(tx, found)
        await asyncio.sleep(0.1)
        async with self._db.scope_many(what.org_ids) as tx:
            await what.store(tx)

    _replace(ingest.Ingest, "_commit", commit)


def counts_twice() -> None:
    """What comes a second time is counted a second time."""

    async def count(self: Any, _: Any, lines: Any) -> None:
        for line, entry in self._talk:
            if line in lines:
                self._count_message(line, entry)

    _replace(batch.Batch, "_look_at_repeated", count)


def heals_nothing() -> None:
    """What the bus lost stays lost."""
    _replace(bus.Bus, "_heal", lambda *_: None)
    _replace(bus.Bus, "_reach", lambda *_, **__: None)


def asks_nobody() -> None:
    """What a bot says goes out, whoever should approve it."""

    async def kept(*_: Any) -> None:
        pass

    _replace(drafting, "_kept", kept)


def says_nothing_later() -> None:
    """What was approved is said by whoever took the approval, or by nobody."""

    async def leave(*_: Any) -> None:
        pass

    _replace(drafting, "say_drafts", leave)


SPOILS: dict[str, Callable[[], None]] = {
    each.__name__: each
    for each in (
        forgets_ids, trusts_any_log, moves_the_cursor_first, counts_twice, heals_nothing, asks_nobody,
        says_nothing_later,
    )
}  # fmt: skip
