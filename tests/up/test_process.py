"""Children: known by their pid files, stopped step by step, never mistaken for somebody else."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from server.up.lock import StillRunning
from server.up.owner import Owner
from server.up.process import Child, Farewell, stop
from server.up.programs import leftovers
from tests.up.plain import REPOSITORY
from tests.up.running import is_running, wait_until

QUICK: Farewell = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 2.0))
DEAF = "trap '' TERM; echo up; while :; do sleep 0.05; done"

Make = Callable[..., Child]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Start children from shell text; whoever is left at the end is killed."""
    made: list[Child] = []
    (tmp_path / "run").mkdir()

    def start(script: str, name: str = "web-1", farewell: Farewell = QUICK) -> Child:
        child = Child(
            name,
            ["/bin/sh", "-c", script],
            owner=Owner.current(),
            environ=os.environ,
            pid_file=tmp_path / "run" / f"{name}.pid",
            farewell=farewell,
            output=tmp_path / f"{name}.log",
        )
        made.append(child)
        child.start()
        return child

    yield start
    for child in made:
        child.send(signal.SIGKILL)
        stop([child])


def said(child: Child, word: str) -> bool:
    return word in child.last_lines()


def test_a_child_has_a_session_of_its_own(make: Make) -> None:
    """The terminal's Ctrl-C reaches the supervisor alone, which then stops the others in order."""
    child = make("exec sleep 60")
    assert child.pid is not None
    assert os.getsid(child.pid) == child.pid != os.getsid(0)


def test_a_stopped_child_leaves_no_process_and_no_pid_file(make: Make, tmp_path: Path) -> None:
    child = make("exec sleep 60")
    assert stop([child]) == []
    assert child.ended() is not None
    assert list((tmp_path / "run").iterdir()) == []


def test_a_name_is_used_by_one_process_at_a_time(make: Make) -> None:
    make("exec sleep 60")
    with pytest.raises(StillRunning):
        make("exec sleep 60")


def test_a_child_that_does_not_listen_is_killed(make: Make) -> None:
    child = make(DEAF, farewell=((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)))
    wait_until(lambda: said(child, "up"))
    killed: list[Child] = []
    assert stop([child], killing=killed.append) == []
    assert killed == [child]
    assert child.ended() == -signal.SIGKILL


def test_what_a_child_forked_is_killed_with_it(make: Make) -> None:
    """A process that outlives its parent would keep the port, the files and the name."""
    deaf = f"trap '' TERM; ({DEAF}) & echo $!; while :; do wait; done"
    child = make(deaf, farewell=((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)))
    wait_until(lambda: said(child, "up"))
    forked = int(next(line for line in child.last_lines() if line.isdigit()))
    assert stop([child]) == []
    assert not is_running(forked)


def test_children_of_a_group_are_stopped_side_by_side(make: Make) -> None:
    slow = "trap 'sleep 1; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    children = [make(slow, name) for name in ("web-1", "web-2", "web-3")]
    wait_until(lambda: all(said(child, "up") for child in children))
    begun = time.monotonic()
    stop(children)
    assert time.monotonic() - begun < 2.9
    assert [child.ended() for child in children] == [0, 0, 0]


@pytest.mark.parametrize("hurried", [True, False])
def test_a_stop_can_be_shortened(make: Make, *, hurried: bool) -> None:
    """By a second Ctrl-C, or because others already took their part of the ten seconds."""
    child = make(DEAF, farewell=((signal.SIGTERM, 30.0), (signal.SIGKILL, 10.0)))
    wait_until(lambda: said(child, "up"))
    begun = time.monotonic()
    left = stop([child], hurry=lambda: True) if hurried else stop([child], within=0.4)
    assert left == []
    assert time.monotonic() - begun < 10


def test_a_leftover_is_found_and_stopped_without_its_note(make: Make, tmp_path: Path) -> None:
    """A supervisor killed between fork and note leaves an empty pid file, locked by the child all the same."""
    child = make("exec sleep 60")
    assert child.pid is not None
    (tmp_path / "run" / "web-1.pid").write_text("")
    left = leftovers(tmp_path)
    assert [each.name for each in left] == ["web-1"]
    assert stop(left) == []
    assert child.ended() == -signal.SIGTERM


def test_a_pid_that_was_given_to_somebody_else_is_left_alone(make: Make, tmp_path: Path) -> None:
    child = make("exec sleep 60")
    with subprocess.Popen(["/bin/sleep", "60"]) as innocent:
        (tmp_path / "run" / "web-1.pid").write_text(f"{innocent.pid}\n/bin/sh\n")
        (tmp_path / "run" / "worker-1.pid").write_text(f"{innocent.pid}\n/bin/sh\n")
        stop(leftovers(tmp_path))
        assert innocent.poll() is None
        assert child.ended() is not None
        innocent.kill()


def test_leftovers_are_stopped_in_order(make: Make, tmp_path: Path) -> None:
    for name in ("postgres", "valkey", "worker-1", "web-1", "shop", "bot"):
        make("exec sleep 60", name)
    left = leftovers(tmp_path)
    assert [child.name for child in left] == ["bot", "shop", "web-1", "worker-1", "valkey", "postgres"]


def test_nothing_outlives_a_killed_supervisor_for_long(tmp_path: Path) -> None:
    """Where the system can tell children of their parent's death it does; elsewhere the next run finds them."""
    (tmp_path / "run").mkdir()
    program = textwrap.dedent("""
        import os, signal, sys, time
        from pathlib import Path
        from server.up.owner import Owner
        from server.up.process import Child
        child = Child("web-1", ["/bin/sleep", "60"], owner=Owner.current(), environ={},
                      pid_file=Path(sys.argv[1]) / "run" / "web-1.pid", farewell=((signal.SIGTERM, 1.0),),
                      output=Path(sys.argv[1]) / "log")
        child.start()
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=REPOSITORY, check=False)
    assert killed.returncode == -signal.SIGKILL
    pid = int((tmp_path / "run" / "web-1.pid").read_text().splitlines()[0])
    if sys.platform != "linux":
        assert psutil.pid_exists(pid)
        stop(leftovers(tmp_path))
    wait_until(lambda: not is_running(pid), 5)
    assert leftovers(tmp_path) == []
