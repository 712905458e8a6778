"""Readers of the event log: each follows at its own pace, on one worker at a time, and none waits for another."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import uuid4

import structlog

from server.core.db import Db
from server.core.errors import Refused
from server.core.events import Event, EventLog
from server.core.valkey import ReplyError
from server.domain.chat.log import Log

logger = structlog.get_logger(__name__)

React = Callable[[Db, Log, Sequence[Event]], Awaitable[None]]

LEASE_SECONDS = 10.0
BATCH = 500
# NOTIFY wakes a reader; this is for what was notified while it looked away.
LOOK_EVERY = 1.0


class Reader:
    """One reaction, its name, and how soon it must follow.

    Ingest notifies up to a hundred times a second: what comes within `gather` seconds is reacted to together. Events
    that are younger than `older_than` seconds are left for later.
    """

    def __init__(
        self, name: str, react: React, kinds: Collection[str], *, gather: float, older_than: float = 0.0
    ) -> None:
        self.name, self._react, self._kinds = name, react, list(kinds)
        self._gather, self._older_than = gather, older_than
        self._token = uuid4()
        self.wake = asyncio.Event()

    async def run(self, events: EventLog, db: Db, log: Log) -> None:
        """Follow the log; ends only by cancellation."""
        wait = 0.1
        try:
            while True:
                # Before the look: what is written during it wakes the next one.
                self.wake.clear()
                try:
                    is_full = await self._step(events, db, log)
                    wait = 0.1
                except (Refused, ReplyError) as error:
                    logger.warning("a reader waits", reader=self.name, error=str(error))
                except Exception:
                    # One of the loops that must not die; the same events are tried again.
                    logger.exception("a reader failed", reader=self.name)
                else:
                    if not is_full:
                        await self._sleep()
                    continue
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)
        finally:
            await asyncio.shield(events.give_back(self.name, self._token))

    async def _step(self, events: EventLog, db: Db, log: Log) -> bool:
        cursor = await events.take(self.name, self._token, LEASE_SECONDS)
        if cursor is None:
            return False
        found, reached = await events.after(cursor, self._kinds, older_than=self._older_than, limit=BATCH)
        if found:
            async with asyncio.timeout(LEASE_SECONDS * 0.9):
                await self._react(db, log, found)
        if reached != cursor:
            await events.move(self.name, self._token, reached)
        return len(found) == BATCH

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self.wake.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self._gather)
