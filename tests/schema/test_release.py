"""Release makes a database ready, sees that one is, and touches no other."""

import asyncio
from typing import Any

import pytest

from server.core.db import connect
from server.release import (
    CannotRelease,
    _make_role,
    login_of,
    release,
    require_version,
    schema_sql,
    scram_verifier,
)
from tests.schema.conftest import MakeDatabase, Urls

# xmin is the transaction that wrote the row last: a second release that rewrites anything shows, even the same value.
STATE = (
    "select xmin::text, oid, relname from pg_class where relnamespace = 'public'::regnamespace",
    "select xmin::text, oid, proname from pg_proc where pronamespace = 'public'::regnamespace",
    "select xmin::text, oid, polname from pg_policy",
    "select xmin::text, oid, nspacl from pg_namespace where nspname = 'public'",
    "select d.xmin::text, d.objoid, description from pg_description d join pg_namespace n on d.objoid = n.oid",
    "select xmin::text, oid, rolname, rolpassword from pg_authid",
    "select xmin::text, roleid, member, set_option, inherit_option from pg_auth_members",
    "select xmin::text, * from shard",
)


async def state(urls: Urls) -> list[list[tuple[Any, ...]]]:
    superuser = await connect(urls.superuser)
    found = [sorted(tuple(map(str, row)) for row in await superuser.fetch(query)) for query in STATE]
    await superuser.close()
    return found


async def test_a_second_release_changes_nothing(released: Urls) -> None:
    """Not even a row that would be written with the same content."""
    before = await state(released)
    await release(released.owner, released.app)
    assert await state(released) == before


async def test_many_releases_at_once_make_one_database_each(empty_database: MakeDatabase) -> None:
    """Several nodes start together, and another database of the same cluster is released meanwhile."""
    one, other = await empty_database(), await empty_database()
    await asyncio.gather(*(release(urls.owner, urls.app) for urls in (one, one, one, other)))
    for urls in (one, other):
        app = await connect(urls.app)
        await app.execute("set role fd_app")
        assert await app.fetchval("select array_agg(p order by p) from shard") == list(range(16))
        await app.close()


async def test_a_role_that_another_database_is_just_making_is_taken_as_made(released: Urls) -> None:
    """Roles belong to the cluster and the lock to one database, so two releases may make the same one."""
    first, second, watcher = [await connect(released.superuser) for _ in range(3)]
    making = first.transaction()
    await making.start()
    await first.execute("create role made_twice")
    late = asyncio.create_task(_make_role(second, "made_twice", "nologin"))
    await watcher.execute(
        "do $$ begin while not exists (select from pg_locks where not granted) loop"
        " perform pg_sleep(0.01); end loop; end $$",
        timeout=5,
    )
    await making.commit()
    await late
    await watcher.execute("drop role made_twice")
    for connection in (first, second, watcher):
        await connection.close()


async def test_the_owner_needs_no_superuser(released: Urls) -> None:
    """Managed Postgres gives none; the tables belong to fd_owner all the same."""
    owner = await connect(released.owner)
    assert await owner.fetchval("select not rolsuper and not rolbypassrls from pg_roles where rolname = current_user")
    await owner.close()


async def test_a_connection_that_forgot_its_role_can_do_nothing(released: Urls) -> None:
    """The login inherits none of the roles it may become, and it may never become the owner."""
    app = await connect(released.app)
    for statement in ("select from organization", "select from shard", "set role fd_owner"):
        with pytest.raises(Exception, match="permission denied"):
            await app.execute(statement)
    for role in ("fd_app", "fd_worker", "fd_ingest", "fd_lookup", "fd_report"):
        await app.execute(f"set role {role}")
    await app.close()


@pytest.mark.parametrize("number", [170006, 160000, 190000])
def test_only_postgres_18_will_do(number: int) -> None:
    """The message says what was found and what is needed."""
    require_version(180000)
    require_version(180006)
    with pytest.raises(CannotRelease, match="needs PostgreSQL 18"):
        require_version(number)


async def test_somebody_elses_database_is_left_alone(empty_database: MakeDatabase) -> None:
    """A table that is not ours stops the release before it makes anything."""
    urls = await empty_database()
    await run(urls.superuser, "create table invoices ()")
    with pytest.raises(CannotRelease, match="not Frontdesk's: it holds invoices"):
        await release(urls.owner, urls.app)
    superuser = await connect(urls.superuser)
    assert await superuser.fetchval("select to_regclass('organization') is null")
    await superuser.close()


async def test_what_only_an_administrator_may_make_is_asked_for(empty_database: MakeDatabase) -> None:
    """The owner of a managed database may not make every extension: the message says which, and who can."""
    urls = await empty_database()
    await run(urls.superuser, "drop extension vector")
    with pytest.raises(CannotRelease, match="let an administrator run `create extension vector`"):
        await release(urls.owner, urls.app)
    await run(urls.superuser, "create extension vector")
    await release(urls.owner, urls.app)


async def test_a_half_made_database_is_refused(empty_database: MakeDatabase) -> None:
    """schema.sql runs in one transaction, so a missing table means that somebody took it away."""
    urls = await empty_database()
    await release(urls.owner, urls.app)
    await run(urls.superuser, "drop table team_member")
    with pytest.raises(CannotRelease, match="half made: it lacks team_member"):
        await release(urls.owner, urls.app)


async def test_a_database_of_another_schema_is_refused(empty_database: MakeDatabase) -> None:
    """Better at release than as a missing column in the middle of a chat."""
    urls = await empty_database()
    await release(urls.owner, urls.app)
    await run(urls.superuser, "comment on schema public is 'frontdesk 0123456789abcdef'")
    with pytest.raises(CannotRelease, match=r"another schema\.sql"):
        await release(urls.owner, urls.app)


async def test_a_schema_that_fails_leaves_nothing(
    empty_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last statement may fail and the database is as empty as before, so the next release can try again."""
    urls = await empty_database()
    with monkeypatch.context() as broken:
        broken.setattr("server.release.schema_sql", lambda: schema_sql() + "select no_such_thing;")
        with pytest.raises(Exception, match="no_such_thing"):
            await release(urls.owner, urls.app)
    await release(urls.owner, urls.app)


async def test_the_number_of_partitions_never_changes(released: Urls) -> None:
    """It decides which partition a conversation is in: half of them would be looked for in the wrong one."""
    with pytest.raises(CannotRelease, match="the log has 16 partitions and FRONTDESK_PARTITIONS says 32"):
        await release(released.owner, released.app, partitions=32)


async def test_a_server_that_does_not_answer_is_named(released: Urls) -> None:
    """After its time to start; the address may be wrong."""
    with pytest.raises(CannotRelease, match="no Postgres answered within 0 s"):
        await release("postgresql://nobody@/none?host=/nowhere", released.app, patience=0)


async def test_the_login_is_made_with_the_urls_password(released: Urls) -> None:
    """As a verifier that equals Postgres's own, so that the password itself never reaches a server log."""
    superuser = await connect(released.superuser)
    await superuser.execute("create role scram_twin password 'app'")
    for role in ("scram_twin", "schema_app"):
        kept = await superuser.fetchval("select rolpassword from pg_authid where rolname = $1", role)
        salt = kept.split(":")[1].split("$")[0]
        decoded = await superuser.fetchval("select decode($1, 'base64')", salt)
        assert scram_verifier("app", decoded) == kept
    await superuser.execute("drop role scram_twin")
    await superuser.close()


def test_the_login_is_read_from_the_url() -> None:
    """In front of the host or in the query; without one nobody would know whom to grant the roles."""
    assert login_of("postgresql://desk:p%40ss@host/frontdesk") == ("desk", "p@ss")
    assert login_of("postgresql:///frontdesk?host=/run&user=desk") == ("desk", "")
    with pytest.raises(CannotRelease, match="must name its user"):
        login_of("postgresql://host/frontdesk")


async def run(url: str, statement: str) -> None:
    connection = await connect(url)
    await connection.execute(statement)
    await connection.close()
