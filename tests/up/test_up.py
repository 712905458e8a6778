"""`frontdesk up` as an operator lives with it: it starts, heals, stops, and survives its own death."""

import http.client
import os
import signal
import stat
import time
from pathlib import Path

import asyncpg
import psutil
import redis

from server.demo import DEMO_LOGINS, SEATS
from server.up.owner import Owner
from server.up.postgres import SUPERUSER, Postgres
from server.up.process import stop
from server.up.programs import leftovers
from server.up.valkey import Valkey
from tests.up.running import Life, Up, is_running, names, wait_until

READY = "Frontdesk is ready"
EVERYBODY = ["bot", "postgres", "shop", "valkey", "web-1", "worker-1"]
# Postgres and Valkey alone, for what does not ask web: it takes longest to start.
NOBODY = {"FRONTDESK_WEB": "0", "FRONTDESK_WORKERS": "0", "FRONTDESK_SHOP_PORT": "0"}


def is_answered(up: Up, what: str, path: str) -> bool:
    """Whether the address that was printed for a person answers."""
    line = next(line for line in up.lines if line.strip().startswith(what))
    connection = http.client.HTTPConnection(line.rpartition("http://")[2], timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_answered(up: Up) -> None:
    wait_until(lambda: is_answered(up, "Console", "/health/ready"), 20)
    wait_until(lambda: is_answered(up, "Demo shop", "/"), 20)


async def query(postgres: Postgres, text: str) -> object:
    connection = await asyncpg.connect(postgres.url(SUPERUSER))
    try:
        return await connection.fetchval(text)
    finally:
        await connection.close()


def test_a_start_ends_with_where_to_go(life: Life) -> None:
    """The addresses that it prints answer."""
    wait_answered(life.running())


async def test_the_demos_logins_are_shown_and_there(mine: Life) -> None:
    up = mine.running()
    assert all(up.said(name) and up.said(password) for name, password in DEMO_LOGINS)
    assert await query(mine.servers()[0], "select count(*) from app_user") == len(SEATS)


def test_where_others_may_come_there_is_no_demo(mine: Life) -> None:
    """Its passwords are known to everybody."""
    up = mine.start(mine.small, FRONTDESK_WEB="0", FRONTDESK_WORKERS="0", FRONTDESK_HOST="0.0.0.0")
    up.hear("Stop ")
    assert up.said("There is no demo")
    assert "shop" not in up.pids()
    assert not any(up.said(name) for name, _ in DEMO_LOGINS)


async def test_for_real_use_the_demo_is_left_out(mine: Life) -> None:
    """Nothing is made that would have to be removed before the first customer."""
    up = mine.start(mine.small, FRONTDESK_WEB="0", FRONTDESK_WORKERS="0", FRONTDESK_DEMO="off")
    up.hear("Stop ")
    assert "shop" not in up.pids()
    assert not up.said("demo")


def test_servers_run_as_their_own_user_and_keep_to_themselves(life: Life) -> None:
    """As root they are a system user's; nobody else looks into their folders, or at the secret."""
    up = life.running()
    wait_until(lambda: sorted(up.pids()) == EVERYBODY)
    users = {name: psutil.Process(pid).uids().real for name, pid in up.pids().items()}
    owner = life.servers()[0].owner.uid
    assert owner != 0
    assert users == dict.fromkeys(EVERYBODY, life.runner.user.uid) | {"postgres": owner, "valkey": owner}
    closed = ("postgres", "valkey", "sockets", "run", "logs", "secret")
    assert {name: stat.S_IMODE((up.folder / name).stat().st_mode) & 0o077 for name in closed} == dict.fromkeys(
        closed, 0
    )


def test_a_second_one_is_told_of_the_first(mine: Life) -> None:
    up = mine.running()
    second = mine.start()
    second.hear(f"already running in {up.folder} (pid {up.process.pid})")
    assert second.wait() == 1
    assert is_answered(up, "Console", "/health/ready")


def test_whoever_is_killed_comes_back(mine: Life) -> None:
    """Each process in turn, by kill -9, and the answer to a visitor with it."""
    up = mine.running()
    for name in EVERYBODY:
        wait_until(lambda name=name: is_running(up.pid(name)))  # type: ignore[misc]
        killed = up.pid(name)
        os.kill(killed, signal.SIGKILL)
        up.hear(f"{name} was ended by SIGKILL")
        wait_until(lambda name=name, killed=killed: up.pid(name) not in {0, killed})  # type: ignore[misc]
    wait_answered(up)


async def test_a_killed_supervisor_leaves_nothing_that_the_next_one_stumbles_over(life: Life) -> None:
    """What was stored is there, and visitors' tokens hold: the secret is the same."""
    up = life.running()
    postgres, valkey = life.servers()
    await query(postgres, "drop table if exists kept")
    await query(postgres, "create table kept as select 42 as answer")
    with redis.Redis.from_url(valkey.url) as client:
        client.set("kept", "word")
    secret = (up.folder / "secret").read_text()
    family = [each.pid for each in up.family()]
    os.kill(up.process.pid, signal.SIGKILL)
    up.wait()
    again = life.running()
    assert [pid for pid in family if is_running(pid)] == []
    assert await query(postgres, "select answer from kept") == 42
    with redis.Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"word"
    assert (again.folder / "secret").read_text() == secret


def test_ctrl_c_stops_everything(life: Life) -> None:
    up = life.running()
    family = [each.pid for each in up.family()]
    up.send(signal.SIGINT)
    assert up.wait(20) == 0
    assert up.lines[-1] == "Stopped."
    assert [pid for pid in family if is_running(pid)] == []
    assert names(up.folder / "run") == []
    log = (up.folder / "logs" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


def freeze(up: Up) -> list[int]:
    """Stop every process in its tracks: it hears nothing any more, but SIGKILL ends it."""
    family = [each.pid for each in up.family()]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    return family


def test_ctrl_c_ends_in_time_whoever_hangs(mine: Life) -> None:
    up = mine.running()
    family = freeze(up)
    up.send(signal.SIGINT)
    # Ten seconds, and as many again for a machine that is busy with other tests.
    assert up.wait(20) == 0
    assert [pid for pid in family if is_running(pid)] == []


def test_a_second_ctrl_c_shortens_the_wait(mine: Life) -> None:
    up = mine.start(mine.small, **NOBODY)
    up.hear(READY)
    family = freeze(up)
    begun = time.monotonic()
    up.send(signal.SIGINT)
    up.hear("Stopping")
    # The same wish twice within half a second is a launcher's echo and not a second wish.
    wait_until(lambda: time.monotonic() - begun > 0.6)
    up.send(signal.SIGINT)
    assert up.wait() == 0
    assert time.monotonic() - begun < 8
    assert [pid for pid in family if is_running(pid)] == []


def test_several_webs_share_one_port(mine: Life) -> None:
    """While one of them is away the other one answers."""
    mine.end_running()
    up = mine.start(FRONTDESK_WEB="2", FRONTDESK_WORKERS="2")
    up.hear("Stop ")
    wait_until(lambda: sorted(up.pids()) == sorted([*EVERYBODY, "web-2", "worker-2"]))
    os.kill(up.pid("web-1"), signal.SIGKILL)
    wait_until(lambda: is_answered(up, "Console", "/health/ready"))


def test_a_start_may_be_given_up(mine: Life) -> None:
    """Ctrl-C in the middle of making the database goes no further, and leaves nothing half made."""
    folder = mine.home / "given-up"
    up = mine.start(folder, **NOBODY)
    up.hear("Making the database")
    up.send(signal.SIGINT)
    assert up.wait() == 0
    assert not up.said("Loading the schema")
    assert names(up.folder / "run") == []
    mine.start(folder, **NOBODY).hear(READY)


def test_leftovers_that_nobody_told_are_stopped_first(mine: Life) -> None:
    """As after a kill -9 where the system does not tell children of it."""
    folder = mine.home / "left"
    program = (
        "import os, sys, threading; from pathlib import Path; from server.up.owner import servers_owner;"
        "from server.up.postgres import Postgres; from server.up.valkey import Valkey;"
        # Outside of the main thread no child asks to be told of its parent's death.
        "parts = [part(Path(sys.argv[1]), servers_owner()) for part in (Postgres, Valkey)];"
        "[(thread.start(), thread.join()) for thread in [threading.Thread(target=part.start) for part in parts]];"
        "(Path(sys.argv[1]) / 'lock').touch();"
        "os.kill(os.getpid(), 9)"
    )
    try:
        assert mine.python(program, str(folder)) == -signal.SIGKILL
        up = mine.start(folder, **NOBODY)
        left = up.pids()
        assert sorted(left) == ["postgres", "valkey"]
        up.hear("Stopping what an earlier run left: valkey, postgres")
        up.hear(READY)
        assert not any(is_running(pid) for pid in left.values())
        up.end()
    finally:
        stop(leftovers(folder))


def test_given_servers_are_used_instead_of_own_ones(mine: Life, scratch: Path, owner: Owner) -> None:
    postgres = Postgres(scratch / "given", owner, durable=False, settings={"shared_buffers": "16MB"})
    valkey = Valkey(scratch / "given", owner)
    try:
        postgres.start()
        valkey.start()
        given = {"DATABASE_URL": postgres.url(), "DATABASE_OWNER_URL": postgres.url(SUPERUSER)}
        up = mine.start(mine.home / "with-given", REDIS_URL=valkey.url, **given)
        up.hear("Stop ")
        assert sorted(up.pids()) == ["bot", "shop", "web-1", "worker-1"]
        assert {"postgres", "valkey"}.isdisjoint(names(up.folder))
        up.end()
    finally:
        valkey.stop()
        postgres.stop()
