"""What `frontdesk release` does: make an empty Postgres 18 ready, or see that it is."""

import asyncio
import base64
import hashlib
import hmac
import importlib.resources
import os
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from server.core.db import AWAY, CannotExtend, connect

POSTGRES = 18
# What the program's login may become on connect; fd_owner is not among them.
WORKING_ROLES = ("fd_app", "fd_worker", "fd_ingest", "fd_lookup", "fd_report")
ROLES = ("fd_owner", *WORKING_ROLES)
# Any number, as long as it is the same one in every release of every node.
LOCK = 7_236_001
MONTHS_BACK, MONTHS_AHEAD = 2, 3


class CannotRelease(Exception):  # noqa: N818 - it reads as what it is
    """The database is not one this release may work on; the message says what to do."""


async def release(owner_url: str, app_url: str, *, partitions: int = 16, patience: float = 30.0) -> None:
    """Make roles, tables, this season's partitions and the shards; on a database that has them, change nothing.

    Raises CannotRelease for a database that it may not work on, BadSettings for an address that Postgres refuses.
    """
    login, password = login_of(app_url)
    connection = await _wait(owner_url, patience)
    try:
        require_version(await connection.fetchval("select current_setting('server_version_num')::integer"))
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        await _make_roles(connection, login, password)
        await _try_login(app_url)
        async with connection.transaction():
            await _make_tables(connection)
        async with connection.transaction():
            await connection.execute("set local role fd_owner")
            await _make_partitions(connection)
            await _make_shards(connection, partitions)
    finally:
        # The lock ends with the connection.
        await connection.close()


def require_version(number: int) -> None:
    """Refuse every Postgres but the one that schema.sql is written for."""
    if number // 10_000 != POSTGRES:
        raise CannotRelease(
            f"this is PostgreSQL {number // 10_000}.{number % 10_000}; Frontdesk needs PostgreSQL {POSTGRES}"
            " (uuidv7 and virtual generated columns)"
        )


def login_of(app_url: str) -> tuple[str, str]:
    """The user and password that a Postgres URL logs in with."""
    parts = urlsplit(app_url)
    asked = parse_qs(parts.query)
    user = unquote(parts.username or "") or asked.get("user", [""])[0]
    if not user:
        raise CannotRelease("DATABASE_URL must name its user, as in postgresql://frontdesk@host/frontdesk")
    return user, unquote(parts.password or "") or asked.get("password", [""])[0]


def schema_sql() -> str:
    """The text of schema.sql: inside the installed package, or at the top of a checkout."""
    inside = importlib.resources.files("server") / "schema.sql"
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(__file__).resolve().parent.parent / "schema.sql").read_text(encoding="utf-8")


def fingerprint(schema: str) -> str:
    """The same for two schemas that differ in comments and white space only."""
    statements = re.sub(r"--[^\n]*", "", schema)
    return hashlib.sha256(" ".join(statements.split()).encode()).hexdigest()[:16]


async def _wait(url: str, patience: float) -> Any:
    """Connect, giving a server that is just starting its time."""
    give_up = time.monotonic() + patience
    while True:
        try:
            return await connect(url, "DATABASE_OWNER_URL")
        except AWAY as away:
            if time.monotonic() >= give_up:
                raise CannotRelease(f"no Postgres answered within {patience:.0f} s: {away}") from away
            await asyncio.sleep(0.2)


async def _make_roles(connection: Any, login: str, password: str) -> None:
    """Make what belongs to the whole cluster: other databases in it may be released at the same moment."""
    for role in ROLES:
        await _make_role(connection, role, "nologin")
    verifier = f" password '{scram_verifier(password, os.urandom(16))}'" if password else ""
    await _make_role(connection, login, f"login{verifier}")
    # Since Postgres 16 whoever makes a role administers it, but may not become it before granting that to itself.
    for role in ("fd_owner", "fd_lookup"):
        if not await connection.fetchval("select pg_has_role(current_user, $1, 'set')", role):
            await connection.execute(f"grant {role} to current_user with inherit false, set true")
    for role in WORKING_ROLES:
        if not await connection.fetchval(
            "select exists (select from pg_auth_members where set_option and roleid = to_regrole($1)"
            " and member = to_regrole(quote_ident($2)))",
            role,
            login,
        ):
            # Without INHERIT a connection that forgot SET ROLE can do nothing, instead of everything.
            await connection.execute(f"grant {role} to {_quoted(login)} with inherit false, set true")


async def _try_login(url: str) -> None:
    """A login that was there before keeps its password: better refused now than when web and worker start."""
    try:
        connection = await connect(url)
    except AWAY:
        # Perhaps only web and worker reach the database this way.
        return
    await connection.close()


async def _make_role(connection: Any, role: str, options: str) -> None:
    if await connection.fetchval("select to_regrole(quote_ident($1)) is null", role):
        # An advisory lock holds within one database only, so another release may win here.
        await connection.execute(
            f"do $do$ begin create role {_quoted(role)} {options};"
            " exception when duplicate_object or unique_violation then null; end $do$"
        )


async def _make_tables(connection: Any) -> None:
    schema = schema_sql()
    expected = set(re.findall(r"^create table (\w+)", schema, re.MULTILINE))
    mark = f"frontdesk {fingerprint(schema)}"
    found = {
        row["relname"]
        for row in await connection.fetch(
            "select relname from pg_class c where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'v', 'm') and not relispartition"
            " and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
        )
    }
    if not found:
        await _make_vector(connection)
        await connection.execute(schema)
        await connection.execute(f"comment on schema public is '{mark}'")
        return
    made_by = await connection.fetchval("select obj_description('public'::regnamespace, 'pg_namespace')") or ""
    if not made_by.startswith("frontdesk "):
        raise CannotRelease(f"the database is not empty and not Frontdesk's: it holds {', '.join(sorted(found)[:5])}")
    if missing := expected - found:
        raise CannotRelease(f"the database is half made: it lacks {', '.join(sorted(missing))}; restore or remove it")
    if made_by != mark:
        raise CannotRelease(
            f"the database was made by another schema.sql ({made_by}, not {mark}), and no migration leads here;"
            " in development, remove it and release again"
        )


async def _make_vector(connection: Any) -> None:
    """Have the type that texts' meanings are kept in: an extension that not every owner of a database may make."""
    try:
        await connection.execute("create extension if not exists vector")
    except CannotExtend as refused:
        raise CannotRelease(
            f"the extension vector is missing ({refused}): install pgvector on the server of Postgres where it is not,"
            " and let an administrator run `create extension vector` in this database; then release again"
        ) from None


async def _make_partitions(connection: Any) -> None:
    await connection.execute(
        "select make_partitions((now() - make_interval(months => $1))::date,"
        " (now() + make_interval(months => $2))::date)",
        MONTHS_BACK,
        MONTHS_AHEAD,
    )


async def _make_shards(connection: Any, partitions: int) -> None:
    """Their number never changes: it decides which partition a conversation is in."""
    there = await connection.fetchval("select count(*) from shard")
    if not there:
        await connection.execute("insert into shard (p) select generate_series(0, $1::integer - 1)", partitions)
    elif there != partitions:
        raise CannotRelease(f"the log has {there} partitions and FRONTDESK_PARTITIONS says {partitions}; keep {there}")


def scram_verifier(password: str, salt: bytes) -> str:
    """What Postgres keeps of a password (RFC 5803), made here so that no server log ever holds the password."""
    rounds = 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(each).decode() for each in (salt, stored_key, server_key))
    return f"SCRAM-SHA-256${rounds}:{salt64}${stored64}:{server64}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
