"""`frontdesk release` with addresses that lead nowhere: one sentence that says what to do, and exit code 1."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.core.db import connect
from server.up.postgres import SUPERUSER
from tests.servers import ROOT, Databases

LOGIN, OWNER = "fd_test_login", "fd_test_owner"


@pytest.fixture(scope="module")
async def address(databases: Databases) -> AsyncIterator[str]:
    """A database whose owner and login must show their passwords; it takes user and password in front of the @."""
    owner = await connect(databases.postgres.url(SUPERUSER))
    for role in (LOGIN, OWNER):
        await owner.execute(f"create role {role} login superuser password 'right'")
    await owner.execute("create database passwords")
    hba = Path(await owner.fetchval("show hba_file"))
    before = hba.read_text()
    hba.write_text(f"local all {LOGIN},{OWNER} scram-sha-256\n{before}")
    await owner.execute("select pg_reload_conf()")
    url = databases.postgres.url("{}", "passwords").replace("%7B%7D", "{}")
    assert "{}" in url
    yield url
    hba.write_text(before)
    await owner.execute("select pg_reload_conf()")
    await owner.execute("drop database passwords with (force)")
    for role in (LOGIN, OWNER):
        await owner.execute(f"drop role {role}")
    await owner.close()


async def told(databases: Databases, command: str, **urls: str) -> tuple[int, str]:
    """The exit code, and everything that was said."""
    environment = {**os.environ, **databases.environment, **urls}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", command, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.parametrize(
    ("owner", "login", "expected"),
    [
        (f"{OWNER}:wrong", f"{LOGIN}:right", f'Postgres refuses DATABASE_OWNER_URL: .*failed for user "{OWNER}"'),
        (f"{OWNER}:right", f"{LOGIN}:wrong", f'Postgres refuses DATABASE_URL: .*failed for user "{LOGIN}"'),
        (f"{OWNER}:right", "", "DATABASE_URL must name its user"),
        (f"{OWNER}:sec/ret", f"{LOGIN}:right", "DATABASE_OWNER_URL is no address like"),
    ],
    ids=["the owner's password", "the login's password", "no user", "a slash in the password"],
)
async def test_a_wrong_address_is_told_in_one_sentence(
    databases: Databases, address: str, owner: str, login: str, expected: str
) -> None:
    """Which variable it is, and never what stands in it."""
    urls = {"DATABASE_OWNER_URL": address.format(owner), "DATABASE_URL": address.format(login)}
    code, said = await told(databases, "release", **urls)
    assert code == 1
    assert said.count("\n") == 1, said
    assert re.search(f"^frontdesk: {expected}", said), said
    assert "sec" not in said
    assert ":wrong" not in said


async def test_a_database_that_is_not_there_is_named(databases: Databases, address: str) -> None:
    """And web, which starts with the same address, says the same."""
    url = address.format(f"{OWNER}:right").replace("/passwords", "/nowhere")
    for command in ("release", "web"):
        code, said = await told(databases, command, DATABASE_OWNER_URL=url, DATABASE_URL=url)
        assert (code, 'database "nowhere" does not exist' in said) == (1, True), said
        assert "Traceback" not in said


async def test_somebody_else_s_database_is_refused_in_one_sentence(databases: Databases, address: str) -> None:
    """Nothing is made in it."""
    url = address.format(f"{OWNER}:right")
    connection = await connect(url)
    await connection.execute("create table invoices ()")
    code, said = await told(databases, "release", DATABASE_OWNER_URL=url, DATABASE_URL=url)
    assert (code, said.count("\n")) == (1, 1), said
    assert "not Frontdesk's: it holds invoices" in said
    await connection.close()
