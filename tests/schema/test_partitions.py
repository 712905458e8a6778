"""Talk, events and audit lie in months, made before they are needed and skipped when not asked for."""

import asyncio
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID

import pytest

from server.core.db import connect
from server.core.ids import uuid7, uuid7_from, uuid7_ms
from tests.schema.conftest import Urls
from tests.schema.world import PARTITIONED, World


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


async def test_the_floor_is_the_smallest_id_of_its_instant(world: World) -> None:
    """Python's ids and Postgres's own lie at or above the floor of their millisecond and below the next one's."""
    for made in (uuid7(), await world.connection.fetchval("select uuidv7()")):
        made_at = uuid7_ms(made)
        low, high = await world.connection.fetchrow(
            "select uuid7_floor(to_timestamp($1::bigint / 1000.0)),"
            " uuid7_floor(to_timestamp(($1::bigint + 1) / 1000.0))",
            made_at,
        )
        assert low <= made < high
        assert low == uuid7_from(made_at, 0)


@pytest.mark.parametrize("parent", PARTITIONED)
async def test_a_time_filter_on_the_id_reads_only_its_months(world: World, parent: str) -> None:
    """Under row security as well, with constants and with parameters, in the app's own words."""
    org = await world.organization()
    months = await world.partitions(parent)
    key = "message_id" if parent == "message_search" else "id"
    await world.become("fd_worker", org)
    for low, high, values in (
        (f"'{month_of(months[2])}'::timestamptz", f"'{month_of(months[3])}'::timestamptz", ()),
        ("$1::timestamptz", "$2::timestamptz", (at(*ym(months[2]), 1), at(*ym(months[3]), 1))),
    ):
        since = f"{key} >= uuid7_floor({low}) and {key} < uuid7_floor({high})"
        query = f"select {key} from {parent} where org_id = app_org() and {since}"
        assert set(re.findall(rf"{parent}_\d{{4}}_\d\d\b", await world.plan_of(query, *values))) <= {months[2]}, query
    everything = await world.plan_of(f"select {key} from {parent} where org_id = app_org()")
    assert set(months) <= set(re.findall(rf"{parent}_\d{{4}}_\d\d\b", everything))


async def test_a_month_ends_where_the_next_begins(world: World) -> None:
    """In UTC, whatever the session's time zone: no gap and no overlap between partitions."""
    await world.connection.execute("set local timezone = 'Pacific/Auckland'")
    await world.connection.execute("select make_partitions(date '2031-11-01', date '2032-01-31')")
    org = await world.organization()
    months = await world.partitions("message")
    for before, after in [pair for pair in pairwise(months) if month_of(pair[1]) != "2031-11-01T00:00:00+00:00"]:
        edge = int(at(*ym(after), 1).timestamp() * 1000)
        for when, month in ((edge - 1, before), (edge, after)):
            message = await world.row("message", org, id=str(uuid7(when)))
            query = "select tableoid::regclass::text from message where id = $1"
            assert await world.connection.fetchval(query, UUID(message["id"])) == month


async def test_release_made_two_months_back_and_three_ahead(world: World) -> None:
    """A message may be a month old when it comes, and the maintenance job may be late."""
    for parent in PARTITIONED:
        months = [ym(month) for month in await world.partitions(parent)]
        today = datetime.now(UTC).date()
        numbers = [year * 12 + month - (today.year * 12 + today.month) for year, month in months]
        assert numbers == [-2, -1, 0, 1, 2, 3]


async def test_an_id_outside_every_month_is_refused(world: World) -> None:
    """There is no default partition that would quietly grow; the gateway refuses such ids first."""
    row = await world.plan("message", await world.organization(), id=str(uuid7(0)))
    refused = await world.insert_refusal("message", row)
    assert refused is not None
    assert "no partition" in str(refused)


async def test_only_maintenance_makes_partitions(world: World) -> None:
    """fd_worker may, through the owner's function; it could not make or attach a table itself."""
    await world.become("fd_worker")
    made = await world.connection.fetch("select make_partitions('2031-11-15', '2032-01-01') as name")
    assert [row["name"] for row in made][:3] == ["message_2031_11", "message_2031_12", "message_2032_01"]
    assert len(made) == 12
    assert not await world.connection.fetch("select make_partitions('2031-11-01', '2032-01-31')")
    for role in ("fd_app", "fd_ingest", "fd_lookup", "fd_report"):
        await world.become(role)
        refused = await world.refusal("select make_partitions('2031-11-01', '2031-11-01')")
        assert refused is not None, role
        assert refused.sqlstate == "42501", role


async def test_a_new_month_is_as_guarded_as_the_others(world: World) -> None:
    """Row security, no grants, and the audit log's own trigger come with the partition."""
    await world.connection.execute("select make_partitions('2031-11-01', '2031-11-01')")
    found = await world.connection.fetch(
        "select relname::text as name, relrowsecurity and relforcerowsecurity as is_forced,"
        " relacl is null as is_closed,"
        " relowner::regrole::text as owner,"
        " (select count(*) from pg_trigger where tgrelid = c.oid and tgname = 'immutable') as triggers"
        " from pg_class c where relname ~ '_2031_11$'"
    )
    assert {(*list(row.values())[1:4], row["name"], row["triggers"]) for row in found} == {
        (True, True, "fd_owner", "message_2031_11", 0),
        (True, True, "fd_owner", "message_search_2031_11", 0),
        (True, True, "fd_owner", "event_2031_11", 0),
        (True, True, "fd_owner", "audit_log_2031_11", 1),
    }


async def test_two_workers_make_the_same_month_once_while_people_write(released: Urls) -> None:
    """The second waits and finds it made; an open transaction on the table stops neither."""
    writer, *workers = [await connect(released.app) for _ in range(3)]
    writing = writer.transaction()
    await writing.start()
    await writer.execute("set local role fd_ingest")
    await writer.execute("update message set body = body")
    month = date(2033, 5, 1)
    for worker in workers:
        await worker.execute("set role fd_worker")
        await worker.execute("set lock_timeout = '5s'")
    made = await asyncio.gather(*(worker.fetch("select make_partitions($1, $1) as name", month) for worker in workers))
    assert sorted(len(names) for names in made) == [0, 4]
    await writing.rollback()
    await writer.execute("reset role")
    for connection in (writer, *workers):
        await connection.close()
    superuser = await connect(released.superuser)
    for (name,) in [row for names in made for row in names]:
        await superuser.execute(f"drop table {name}")
    await superuser.close()


def ym(partition: str) -> tuple[int, int]:
    year, month = partition.rsplit("_", 2)[1:]
    return int(year), int(month)


def month_of(partition: str) -> str:
    return at(*ym(partition), 1).isoformat()
