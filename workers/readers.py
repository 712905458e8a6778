"""Readers of the event log: each follows at its own pace, on one worker at a time, and none waits for another."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from uuid import uuid4

import structlog

from server.core.db import Db
from server.core.errors import Refused
from server.core.events import Cursor, Event, EventLog
from server.core.valkey import ReplyError
from server.domain.chat.log import Log
from workers.tail import Tail

logger = structlog.get_logger(__name__)

React = Callable[[Db, Log, Sequence[Event]], Awaitable[None]]

LEASE_SECONDS = 10.0
# A reaction that takes longer is given up while the lease is still ours.
REACT_SECONDS = 8.0
# How often leases are renewed, and how soon Postgres knows that a reader moved; a crash between repeats so much.
KEEP_EVERY, MOVED_AFTER = 1.0, 0.1
BATCH = 500
# NOTIFY wakes; this is for what was notified while nobody listened, and for events that were too young.
LOOK_EVERY = 1.0
# Ingest notifies up to a hundred times a second, and a transaction may hide what was notified behind it for a moment.
LOOK_AFTER = 0.01


class Reader:
    """One reaction, its name, and how soon it must follow.

    What comes within `gather` seconds is reacted to together. Events that are younger than `older_than` seconds are
    left for later.
    """

    def __init__(
        self, name: str, react: React, kinds: Collection[str], *, gather: float, older_than: float = 0.0
    ) -> None:
        self.name, self.react, self.kinds = name, react, frozenset(kinds)
        self.gather, self.older_than = gather, older_than
        self.cursor: Cursor | None = None
        self.held_until = 0.0
        self.wake = asyncio.Event()

    @property
    def held_at(self) -> Cursor | None:
        """How far it came, while this worker holds it."""
        return self.cursor if time.monotonic() < self.held_until else None


class Readers:
    """All readers of a worker: it follows those that no other worker holds, with one look at the log for all."""

    def __init__(self, readers: Sequence[Reader], events: EventLog, db: Db, log: Log) -> None:
        self.all, self._events, self._db, self._log = readers, events, db, log
        self._tail = Tail(events)
        self._token = uuid4()
        self._moved = asyncio.Event()
        self.wake = asyncio.Event()

    @property
    def loops(self) -> list[Callable[[], Awaitable[None]]]:
        """What must run; each ends only by cancellation."""
        return [self.hold, self.look, *(partial(self.follow, reader) for reader in self.all)]

    async def hold(self) -> None:
        """Take readers and keep them, and give them back in the end."""
        try:
            while True:
                try:
                    await self._renew()
                except Refused as error:
                    logger.warning("readers are not held", error=str(error))
                if await _is_set(self._moved, KEEP_EVERY):
                    await asyncio.sleep(MOVED_AFTER)
        finally:
            await asyncio.shield(self._leave())

    async def _renew(self) -> None:
        self._moved.clear()
        asked, told = time.monotonic(), {reader.name: reader.held_at for reader in self.all}
        kept = await self._events.keep(told, self._token, LEASE_SECONDS)
        for reader in self.all:
            cursor = kept.get(reader.name)
            if cursor is None:
                reader.held_until = 0.0
                continue
            if cursor != told[reader.name]:
                reader.cursor = cursor
                reader.wake.set()
            reader.held_until = asked + LEASE_SECONDS
        followed = (reader.kinds for reader in self.all if reader.held_at is not None)
        self._tail.follow(frozenset[str]().union(*followed))

    async def _leave(self) -> None:
        try:
            await self._renew()
        except Refused as error:
            logger.warning("readers stay held until their lease ends", error=str(error))
        await self._events.give_back([reader.name for reader in self.all], self._token)

    async def look(self) -> None:
        """Look at the end of the log whenever something was written, and wake whoever follows such events."""
        wait = LOOK_AFTER
        while True:
            self.wake.clear()
            kinds, may_be_more = set[str](), False
            try:
                kinds, may_be_more = await self._tail.look()
            except Refused as error:
                logger.warning("readers see nothing new", error=str(error))
            for reader in self.all:
                if not reader.kinds.isdisjoint(kinds):
                    reader.wake.set()
            # A transaction that runs for long is looked for ever less often.
            wait = min(wait * 2, LOOK_EVERY) if may_be_more and not kinds else LOOK_AFTER
            if await _is_set(self.wake, wait if may_be_more else LOOK_EVERY):
                await asyncio.sleep(LOOK_AFTER)

    async def follow(self, reader: Reader) -> None:
        """Let one reader react to what is new, while it is held here."""
        wait = 0.1
        while True:
            # Before the look: what is seen during it wakes the next one.
            reader.wake.clear()
            try:
                is_full = await self._step(reader)
                wait = 0.1
            except (Refused, ReplyError) as error:
                logger.warning("a reader waits", reader=reader.name, error=str(error))
            except Exception:
                # One of the loops that must not die; the same events are tried again.
                logger.exception("a reader failed", reader=reader.name)
            else:
                if not is_full and await _is_set(reader.wake, LOOK_EVERY):
                    await asyncio.sleep(reader.gather)
                continue
            await asyncio.sleep(wait)
            wait = min(wait * 2, 5.0)

    async def _step(self, reader: Reader) -> bool:
        cursor = reader.held_at
        if cursor is None:
            return False
        found, reached = await self._tail.after(
            cursor, reader.kinds, older_than=reader.older_than, limit=BATCH
        )  # fmt: skip
        if found:
            async with asyncio.timeout(REACT_SECONDS):
                await reader.react(self._db, self._log, found)
            self._moved.set()
        reader.cursor = reached
        return len(found) == BATCH


async def _is_set(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
