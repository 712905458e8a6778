"""Whoever follows the event log reads every line, also the one whose transaction was slow."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from server.core.db import connect
from tests.schema.conftest import Urls

TAIL = """
select xid::text::bigint as xid, id, name
  from event
 where (xid, id) > ($1::text::xid8, $2)
   and xid < pg_snapshot_xmin(pg_current_snapshot())
 order by xid, id
"""
START = (0, UUID(int=0))


class Log:
    """Two writers and a reader on connections of their own."""

    def __init__(self, slow: Any, quick: Any, reader: Any) -> None:
        self.slow, self.quick, self.reader = slow, quick, reader
        self.org_id = uuid4()
        self.cursor = START
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def write(self, writer: Any, *names: str) -> None:
        """One statement that says these names."""
        await writer.execute("select set_config('app.org_id', $1, true)", str(self.org_id))
        await writer.execute(
            "insert into event (org_id, kind, actor_kind, subject_type, name)"
            " select $1, 'tried', 'system', 'test', name from unnest($2::text[]) as name",
            self.org_id,
            list(names),
        )

    async def read(self, *expected: str) -> None:
        """What is new to the reader is this, in this order, and nothing else."""
        found: list[str] = []
        async with asyncio.timeout(5):
            # The housekeeping of the cluster has transactions too, and the tail waits for the oldest.
            while True:
                rows = await self.reader.fetch(TAIL, str(self.cursor[0]), self.cursor[1])
                if rows:
                    self.cursor = (rows[-1]["xid"], rows[-1]["id"])
                found += [row["name"] for row in rows]
                if len(found) >= len(expected):
                    break
        assert found == list(expected)


@pytest.fixture
async def log(released: Urls) -> AsyncIterator[Log]:
    """An event log that is empty before and after the test."""
    connections = [await connect(released.app) for _ in range(3)]
    made = Log(*connections)
    for connection, role in zip(connections, ("fd_app", "fd_app", "fd_lookup"), strict=True):
        await connection.execute(f"set role {role}")
    await made.reader.add_listener("event", lambda *told: made.heard.put_nowait(told[2]))
    yield made
    for connection in connections:
        await connection.close()
    superuser = await connect(released.superuser)
    await superuser.execute("delete from event")
    await superuser.close()


async def test_a_reader_does_not_skip_a_slow_transactions_line(log: Log) -> None:
    """The line of a transaction that began first and commits last is read, once, and nothing overtakes it for ever."""
    slow = log.slow.transaction()
    await slow.start()
    await log.write(log.slow, "slow")
    async with log.quick.transaction():
        await log.write(log.quick, "quick")
    # A plain tail would take `quick` now and move past `slow`.
    await log.read()
    await slow.commit()
    await log.read("slow", "quick")
    await log.read()


async def test_a_transaction_that_gave_up_stops_nobody(log: Log) -> None:
    """Its line never was, and those behind it are read."""
    slow = log.slow.transaction()
    await slow.start()
    await log.write(log.slow, "never")
    async with log.quick.transaction():
        await log.write(log.quick, "quick")
    await slow.rollback()
    await log.read("quick")


async def test_the_tail_is_read_from_its_index(log: Log) -> None:
    """A reader that is up to date touches no line it has read."""
    await log.reader.execute("set enable_seqscan = off")
    plan = await log.reader.fetch(f"explain {TAIL}", "1", UUID(int=0))
    text = "\n".join(row[0] for row in plan)
    assert "xid_id_idx" in text
    assert "Index Cond: ((ROW(" in text or "Index Cond: (ROW(" in text


async def test_a_commit_wakes_the_readers_once(log: Log) -> None:
    """However many lines and statements: one notice, after the commit and not before."""
    async with log.quick.transaction():
        await log.write(log.quick, "a", "b", "c")
        await log.write(log.quick, "d")
        await log.reader.fetchval("select 1")
        assert log.heard.empty()
    assert await asyncio.wait_for(log.heard.get(), 5) == "event"
    async with log.quick.transaction():
        await log.write(log.quick, "e")
    assert await asyncio.wait_for(log.heard.get(), 5) == "event"
    assert log.heard.empty()
