"""Bringing back what died, and waiting longer while it keeps dying."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.up import watch
from server.up.owner import Owner
from server.up.process import Child, stop
from server.up.watch import Watched
from tests.up.running import wait_until

Watch = Callable[[str], tuple[Child, Watched]]


@pytest.fixture
def heard() -> list[str]:
    """What a person was told."""
    return []


@pytest.fixture
def watching(tmp_path: Path, heard: list[str]) -> Iterator[Watch]:
    """Watch a shell script that runs already."""
    made: list[Child] = []

    def start(script: str) -> tuple[Child, Watched]:
        child = Child(
            "web-1",
            ["/bin/sh", "-c", script],
            owner=Owner.current(),
            environ=os.environ,
            pid_file=tmp_path / "web-1.pid",
            farewell=((signal.SIGTERM, 0.3), (signal.SIGKILL, 2.0)),
            output=tmp_path / "web-1.log",
        )
        child.start()
        made.append(child)
        return child, Watched(child, child.start, heard.append)

    yield start
    stop(made)


def pauses(heard: list[str]) -> list[str]:
    return re.findall(r"again in ([\d.]+) s", "\n".join(heard))


def test_a_killed_child_is_brought_back(watching: Watch, heard: list[str]) -> None:
    child, watched = watching("exec sleep 60")
    first = child.pid
    child.send(signal.SIGKILL)
    wait_until(watched.look)
    assert heard == ["web-1 was ended by SIGKILL; it is started again in 0.2 s."]
    wait_until(lambda: watched.look() or (child.pid != first and child.ended() is None))


def test_a_child_that_keeps_dying_is_tried_less_and_less_often(watching: Watch, heard: list[str]) -> None:
    _, watched = watching("exit 3")
    wait_until(lambda: watched.look() and len(heard) == 3)
    assert pauses(heard) == ["0.2", "0.4", "0.8"]
    assert "ended with code 3" in heard[0]


def test_pauses_have_an_end(watching: Watch, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LONGEST_PAUSE", 0.3)
    _, watched = watching("exit 3")
    wait_until(lambda: watched.look() and len(heard) == 4)
    assert pauses(heard) == ["0.2", "0.3", "0.3", "0.3"]


def test_a_child_that_was_well_for_long_is_brought_back_at_once(
    watching: Watch, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "HEALTHY_AFTER", 0.1)
    _, watched = watching("sleep 0.2; exit 3")
    wait_until(lambda: watched.look() and len(heard) == 3)
    assert pauses(heard) == ["0.2", "0.2", "0.2"]


def test_what_a_dead_child_left_does_not_hold_up_the_next(
    watching: Watch, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Postgres session deep in a statement does not notice for long that its server is gone."""
    monkeypatch.setattr(watch, "_PATIENCE_WITH_ORPHANS", 0.2)
    child, watched = watching("sleep 60 & echo up; wait")
    first = child.pid
    assert first is not None
    wait_until(lambda: "up" in child.last_lines())
    os.kill(first, signal.SIGKILL)
    wait_until(watched.look)
    assert child.is_alive()
    wait_until(lambda: watched.look() or (child.pid != first and child.ended() is None))
    # On a busy machine what was killed may be there for one more look.
    assert heard[0].startswith("web-1 was ended by SIGKILL")
    assert all("web-1 still runs" in each for each in heard[1:])
