"""Ports and disk: what is missing is said before it hurts, with what to do."""

import os
import signal
import socket
from pathlib import Path

import pytest

from server.up import room
from server.up.owner import CannotStart, Owner
from server.up.process import Child, stop
from server.up.room import bound_log, disk_trouble, free_mb, require_disk, require_port
from tests.up.running import free_port, names, wait_until


@pytest.mark.parametrize("shared", [True, False])
def test_a_taken_port_is_refused_with_its_name(*, shared: bool) -> None:
    """Also when its owner shares it, as an older web of ours would."""
    with socket.socket() as taken:
        if shared:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} is taken by .*\(pid {os.getpid()}\)(.|\n)*PORT="):
            require_port("127.0.0.1", port, "PORT")


def test_a_free_port_stays_free() -> None:
    free = free_port()
    require_port("127.0.0.1", free, "PORT")
    require_port("127.0.0.1", free, "PORT")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotStart, match="FRONTDESK_HOST"):
        require_port("192.0.2.1", free_port(), "PORT")


def test_a_nearly_full_disk_is_refused_with_what_to_do(tmp_path: Path) -> None:
    require_disk(tmp_path / "not made yet", 1)
    with pytest.raises(CannotStart, match=r"MB free(.|\n)*FRONTDESK_MIN_FREE_MB"):
        require_disk(tmp_path / "not made yet", free_mb(tmp_path) + 10_000)


def test_a_process_that_died_of_a_full_disk_is_understood(tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    child = Child(
        "web-1",
        ["/bin/sh", "-c", "exec cat /etc/passwd > /dev/full"],
        owner=Owner.current(),
        environ=os.environ,
        pid_file=tmp_path / "web-1.pid",
        farewell=((signal.SIGTERM, 1.0),),
        output=tmp_path / "log",
    )
    child.start()
    wait_until(lambda: child.ended() is not None)
    trouble = disk_trouble(tmp_path, 0, child.last_lines())
    stop([child])
    assert trouble is not None
    assert "is full" in trouble
    assert "Free some space" in trouble


def test_a_disk_with_room_is_no_trouble(tmp_path: Path) -> None:
    assert disk_trouble(tmp_path, 0, ["all is well"]) is None
    nearly = disk_trouble(tmp_path, free_mb(tmp_path) + 10_000)
    assert nearly is not None
    assert "nearly full" in nearly


def test_a_log_is_kept_twice_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process goes on writing into the same file all the while."""
    monkeypatch.setattr(room, "_LOG_BYTES", 100)
    log = tmp_path / "postgres.log"
    with log.open("a") as writer:
        for number in range(60):
            writer.write(f"line {number:02}\n")
            writer.flush()
            bound_log(log)
    assert names(tmp_path) == ["postgres.1.log", "postgres.log"]
    kept = (tmp_path / "postgres.1.log").read_text() + log.read_text()
    assert kept.splitlines()[-1] == "line 59"
    assert len(kept) < 300
    assert "\0" not in kept
