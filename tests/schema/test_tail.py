"""What a worker knows of the log's end by itself is what Postgres would tell each of its readers."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from server.core.db import connect, open_db
from server.core.events import NO_ID, Cursor, Event, EventLog
from tests.schema.conftest import Urls
from workers.tail import Tail

KINDS = ("message_read", "agent_came", "team_changed", "nobody_follows")
FOLLOWED = frozenset(KINDS[:3])
BEGIN = Cursor("1", NO_ID)


class World:
    """A log that several transactions write to, some of them for long."""

    def __init__(self, writers: Sequence[Any], events: EventLog, seed: int) -> None:
        self.events, self.chance = events, random.Random(seed)
        self._idle, self._open = list(writers), list[tuple[Any, Any]]()
        self._org_id = uuid4()

    async def move(self) -> None:
        """One writer begins and writes, or one that did comes to its end."""
        if self._idle and (not self._open or self.chance.random() < 0.6):
            writer = self._idle.pop()
            transaction = writer.transaction()
            await transaction.start()
            await writer.execute("select set_config('app.org_id', $1, true)", str(self._org_id))
            kinds = self.chance.choices(KINDS, k=self.chance.randint(1, 4))
            await writer.execute(
                "insert into event (org_id, kind, actor_kind, subject_type)"
                " select $1, kind, 'system', 'test' from unnest($2::text[]) as kind",
                self._org_id,
                kinds,
            )
            self._open.append((writer, transaction))
        else:
            writer, transaction = self._open.pop(self.chance.randrange(len(self._open)))
            await (transaction.rollback() if self.chance.random() < 0.2 else transaction.commit())
            self._idle.append(writer)

    async def end(self) -> None:
        """Nobody writes any more."""
        for writer, transaction in self._open:
            await transaction.commit()
            self._idle.append(writer)
        self._open.clear()


@pytest.fixture(params=range(5))
async def world(released: Urls, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A log with nothing in it, and three who may write."""
    async with AsyncExitStack() as stack:
        writers = []
        for _ in range(3):
            writer = await connect(released.app)
            stack.push_async_callback(writer.close)
            await writer.execute("set role fd_app")
            writers.append(writer)
        databases = []
        for role in ("fd_lookup", "fd_worker"):
            database = await open_db(released.app, role, size=2)
            stack.push_async_callback(database.close)
            databases.append(database)
        superuser = await connect(released.superuser)
        stack.push_async_callback(superuser.close)
        stack.push_async_callback(superuser.execute, "delete from event")
        yield World(writers, EventLog(*databases), request.param)


async def read(
    source: Tail | EventLog, cursor: Cursor, kinds: frozenset[str], *, limit: int
) -> tuple[list[Event], Cursor]:
    """One step of a reader."""
    return await source.after(cursor, kinds, older_than=0.0, limit=limit)


async def rest_of(source: Tail | EventLog, cursor: Cursor, kinds: frozenset[str]) -> list[Event]:
    """Everything that a reader reads from there on, when nobody writes any more."""
    found = list[Event]()
    while True:
        if isinstance(source, Tail):
            while (await source.look())[1]:
                pass
        some, cursor = await read(source, cursor, kinds, limit=50)
        found += some
        if not some:
            return found


async def test_readers_of_the_tail_read_every_line_once_and_in_order(world: World) -> None:
    """Some follow closely, some rest for long, and what is kept is less than what they miss."""
    tail = Tail(world.events, at_once=4, kept=6)
    tail.follow(FOLLOWED)
    readers = {kind: (list[Event](), BEGIN) for kind in FOLLOWED}
    for _ in range(150):
        await world.move()
        if world.chance.random() < 0.5:
            await tail.look()
        # The first of them reads ten times as often as the last.
        for place, kind in enumerate(KINDS[:3]):
            if world.chance.random() < 0.5 / (1 + place * 4):
                known, cursor = readers[kind]
                some, cursor = await read(tail, cursor, frozenset({kind}), limit=world.chance.randint(1, 5))
                readers[kind] = (known + some, cursor)
    await world.end()
    for kind, (known, cursor) in readers.items():
        assert [event.id for event in known + await rest_of(tail, cursor, frozenset({kind}))] == [
            event.id for event in await rest_of(world.events, BEGIN, frozenset({kind}))
        ]


async def test_a_look_names_the_kinds_that_are_new(world: World) -> None:
    """So whoever follows others sleeps on."""
    tail = Tail(world.events)
    tail.follow(frozenset({"agent_came", "team_changed"}))
    await tail.look()
    for _ in range(40):
        await world.move()
    await world.end()
    seen = set[str]()
    async with asyncio.timeout(10):
        while seen != {"agent_came", "team_changed"}:
            kinds, _ = await tail.look()
            seen |= kinds
            assert not seen & {"message_read", "nobody_follows"}


async def test_who_follows_more_kinds_misses_none_of_before(world: World) -> None:
    """A reader that a worker takes over begins where the other had come to."""
    tail = Tail(world.events)
    tail.follow(frozenset({"agent_came"}))
    await tail.look()
    _, cursor = await read(world.events, BEGIN, FOLLOWED, limit=50)
    for _ in range(40):
        await world.move()
    await world.end()
    await tail.look()
    tail.follow(FOLLOWED)
    expected = [event.id for event in await rest_of(world.events, BEGIN, FOLLOWED)]
    await tail.look()
    assert [event.id for event in await rest_of(tail, cursor, FOLLOWED)] == expected
