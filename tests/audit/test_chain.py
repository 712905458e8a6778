"""Whoever changes the audit log afterwards is found out."""

import asyncio
import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest

from server.core.clock import now_ms
from server.core.db import connect, open_db
from server.core.ids import uuid7
from server.domain.audit.chain import Verdict, verify
from tests.browser import Browser
from tests.people import eventually
from tests.servers import ROOT, Databases, House, Organization


async def found_of(databases: Databases, org: Organization) -> Verdict:
    """What the verifier says of one organization."""
    lookup = await open_db(databases.environment["DATABASE_URL"], "fd_lookup", size=1)
    try:
        return [each async for each in verify(lookup, org.slug) if each.is_done][-1]
    finally:
        await lookup.close()


async def chained(house: House, org: Organization) -> list[Any]:
    """The organization's lines, oldest first, as soon as the chain has all of them."""

    async def is_whole() -> bool:
        loose = await house.rows(
            "select from audit_log l where org_id = $1"
            " and not exists (select from audit_chain c where c.audit_id = l.id)",
            org.id,
        )
        return not loose

    # A worker that was killed holds the end of all chains for some seconds.
    await eventually(is_whole, patience=40)
    return await house.rows("select audit_id as id, n from audit_chain where org_id = $1 order by n", org.id)


async def tamper(databases: Databases, statement: str, *arguments: object) -> None:
    """Do what only a superuser can who switches the triggers off."""
    connection = await connect(databases.environment["DATABASE_OWNER_URL"])
    try:
        await connection.execute("set session_replication_role = replica")
        assert (await connection.execute(statement, *arguments)).rpartition(" ")[2] != "0"
    finally:
        await connection.close()


@pytest.fixture
async def busy(house: House, org: Organization) -> Organization:
    """A company with some history."""
    olga = await Browser(house).logged_in(org.email("olga"))
    for number in range(4):
        await olga.ask("PATCH", "/api/organization", {"size": str(number)})
    return org


async def test_an_untouched_log_holds(house: House, databases: Databases, busy: Organization) -> None:
    """Every line is in the chain, and the last hash stands for all of them."""
    lines = await chained(house, busy)
    assert [each["n"] for each in lines] == list(range(1, len(lines) + 1))
    verdict = await found_of(databases, busy)
    assert (verdict.fault, verdict.head.n) == ("", len(lines))


@pytest.mark.parametrize(
    "change",
    [
        "changes = jsonb_set(changes, '{size,1}', '\"9\"')",
        "actor_id = null",
        "ip_address = '192.0.2.1'",
        "user_agent = 'another'",
        "event = 'nothing_happened'",
        "xid = '77'",
        "meta = '{\"a\": 1}'",
    ],
)
async def test_a_changed_line_is_named(house: House, databases: Databases, busy: Organization, change: str) -> None:
    """Whichever of its columns it is."""
    line = (await chained(house, busy))[-2]
    await tamper(databases, f"update audit_log set {change} where id = $1", line["id"])
    verdict = await found_of(databases, busy)
    assert verdict.fault == f"line {line['id']} (link {line['n']}) was changed"


async def test_a_missing_line_is_named(house: House, databases: Databases, busy: Organization) -> None:
    """Also when its link was taken out with it."""
    line = (await chained(house, busy))[2]
    await tamper(databases, "delete from audit_log where id = $1", line["id"])
    assert (await found_of(databases, busy)).fault == f"line {line['id']} (link 3) is missing"
    await tamper(databases, "delete from audit_chain where audit_id = $1", line["id"])
    assert (await found_of(databases, busy)).fault == "link 3 is missing from the chain"
    await tamper(databases, "update audit_chain set n = n - 1 where org_id = $1 and n > 3", busy.id)
    assert "does not follow" in (await found_of(databases, busy)).fault


async def test_a_line_that_went_to_another_organization_is_missed(
    house: House, databases: Databases, busy: Organization, other: Organization
) -> None:
    """A link counts for the organization that it was made in."""
    line = (await chained(house, busy))[1]
    await tamper(databases, "update audit_log set org_id = $2 where id = $1", line["id"], other.id)
    assert (await found_of(databases, busy)).fault == f"line {line['id']} (link 2) is missing"


async def put_in(databases: Databases, org: Organization, line_id: UUID, xid: str) -> None:
    """Put a line into the log that tells of nothing that happened."""
    await tamper(
        databases,
        "insert into audit_log (id, org_id, entity_type, action, actor_type, xid)"
        " values ($1, $2, 'organization', 'delete', 'user', $3::text::xid8)",
        line_id, org.id, xid,
    )  # fmt: skip


async def test_a_line_put_in_behind_the_chain_is_named(house: House, databases: Databases, busy: Organization) -> None:
    """It pretends to be of a transaction that the chain has passed."""
    await chained(house, busy)
    line_id = uuid7()
    await put_in(databases, busy, line_id, "9")
    assert (await found_of(databases, busy)).fault == f"line {line_id} is not in the chain: it was put in afterwards"


async def test_a_line_put_in_with_a_time_of_long_ago_is_named(
    house: House, databases: Databases, busy: Organization
) -> None:
    """The chain takes it as the newest, which is not what it says of itself."""
    await chained(house, busy)
    (row,) = await house.rows("select pg_current_xact_id()::text as xid")
    line_id = uuid7(now_ms() - 3 * 3_600_000)
    await put_in(databases, busy, line_id, row["xid"])
    lines = await chained(house, busy)
    verdict = await found_of(databases, busy)
    assert verdict.fault == f"line {line_id} (link {lines[-1]['n']}) was put in long after the time it tells"


async def test_the_chain_is_one_whichever_worker_lengthens_it(
    house: House, org: Organization, databases: Databases
) -> None:
    """A killed one is followed by the other, from where it stopped."""
    olga = await Browser(house).logged_in(org.email("olga"))
    for number in range(30):
        await olga.ask("PATCH", "/api/organization", {"size": str(number)})
        if number == 15:
            house.workers[0].kill()
            house.workers[0].start()

    lines = await chained(house, org)
    verdict = await found_of(databases, org)
    assert (verdict.fault, verdict.head.n) == ("", len(lines))


def command(databases: Databases, *words: str) -> subprocess.CompletedProcess[str]:
    """`frontdesk audit verify`, as an operator types it."""
    return subprocess.run(
        [sys.executable, "-m", "server", "audit", "verify", *words],
        cwd=ROOT, env={**os.environ, **databases.environment}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


async def test_the_operator_asks_from_the_command_line(
    house: House, databases: Databases, busy: Organization, other: Organization
) -> None:
    """All chains or one; the exit code tells a program."""
    await Browser(house).log_in("nobody@nowhere.example")

    async def is_told() -> Any:
        return await house.rows("select from audit_chain where org_id is null")

    await eventually(is_told)
    lines = await chained(house, busy)
    await chained(house, other)
    told = await asyncio.to_thread(command, databases, "--organization", busy.slug)
    assert (told.returncode, told.stdout.split()[:3]) == (0, [f"{busy.slug}:", str(len(lines)), "lines"]), told
    await tamper(databases, "update audit_log set event = 'x' where id = $1", lines[0]["id"])
    everything = await asyncio.to_thread(command, databases)
    assert everything.returncode == 1
    broken = [line for line in everything.stdout.splitlines() if line.startswith(busy.slug)]
    assert broken == [f"{busy.slug}: BROKEN. line {lines[0]['id']} (link 1) was changed"]
    assert any(line.startswith(other.slug) and " hold, up to " in line for line in everything.stdout.splitlines())
    assert any(line.startswith("(no organization): ") for line in everything.stdout.splitlines())
    assert (await asyncio.to_thread(command, databases, "--organization", "nobody")).returncode == 1
