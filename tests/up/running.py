"""What the supervisor's tests need: folders that every user reaches, waiting with a bound, and a running `up`."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from server.up.owner import servers_owner
from server.up.postgres import Postgres
from server.up.valkey import Valkey
from tests.up.plain import Runner


def wait_until(what: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until `what()` is true; fail when it does not become so in time."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, f"it did not happen in {seconds:.0f} s"
        time.sleep(0.01)


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def names(folder: Path) -> list[str]:
    """What is in a folder, in order."""
    return sorted(each.name for each in folder.iterdir())


def is_running(pid: int) -> bool:
    """Whether the process does anything; one that only waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Up:
    """One `frontdesk up` in a process of its own, seen as a person sees it: by its lines."""

    def __init__(self, runner: Runner, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.lines: list[str] = []
        is_other = runner.user.is_other
        self.process = subprocess.Popen(
            [runner.python, "-m", "server", "up"],
            cwd=runner.cwd,
            env={**runner.environ, "FRONTDESK_DATA": str(folder), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=runner.user.uid if is_other else None,
            group=runner.user.gid if is_other else None,
            extra_groups=[] if is_other else None,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            self.lines.extend(line.rstrip() for line in out)

    def said(self, text: str) -> bool:
        """Whether a line with this text has been printed."""
        return any(text in line for line in list(self.lines))

    def hear(self, text: str, seconds: float = 30.0) -> None:
        """Wait for a line with this text; fail early, with all lines, when the program ends without it."""
        until = time.monotonic() + seconds
        while not self.said(text):
            is_over = self.process.poll() is not None and not self._reader.is_alive()
            if (is_over and not self.said(text)) or time.monotonic() > until:
                raise AssertionError(f"{text!r} was not said:\n" + "\n".join(self.lines))
            time.sleep(0.01)

    def pids(self) -> dict[str, int]:
        """The pid of every process that it started, by name."""
        found = {}
        for file in (self.folder / "run").glob("*.pid"):
            with contextlib.suppress(OSError, ValueError):
                found[file.stem] = int(file.read_text().partition("\n")[0])
        return found

    def pid(self, name: str) -> int:
        """The pid of one process, or 0 while it is away."""
        return self.pids().get(name, 0)

    def family(self) -> list[psutil.Process]:
        """Every process below it, Postgres's sessions among them."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = 12.0) -> int:
        """Its exit code, once it and all its output have ended."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.wait(15)
        except subprocess.TimeoutExpired:
            for pid in [*(each.pid for each in self.family()), self.process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.wait(5)


class Life:
    """A user's Frontdesk over many tests: each finds it running, or starts it again in the same data folder."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.home = Path(tempfile.mkdtemp(prefix="frontdesk-up-"))
        os.chown(self.home, runner.user.uid, runner.user.gid)
        self.home.chmod(0o711)
        self._up: Up | None = None
        self._others: list[Up] = []

    @property
    def folder(self) -> Path:
        """The data folder that the tests share."""
        return self.home / "data"

    @property
    def small(self) -> Path:
        """Another data folder, for what needs a database and nothing else."""
        return self.home / "small"

    def running(self) -> Up:
        """The one that runs, ready for visitors."""
        if self._up is None or self._up.process.poll() is not None:
            self._up = self._start(self.folder, {})
        self._up.hear("Stop ")
        return self._up

    def start(self, folder: Path | None = None, **settings: str) -> Up:
        """Another one, which ends with the test; without a folder in the shared one."""
        up = self._start(folder or self.folder, settings)
        self._others.append(up)
        return up

    def _start(self, folder: Path, settings: Mapping[str, str]) -> Up:
        ports = {"PORT": str(free_port()), "FRONTDESK_SHOP_PORT": str(free_port())}
        return Up(self.runner, folder, {**ports, **settings})

    def servers(self) -> tuple[Postgres, Valkey]:
        """The shared one's Postgres and Valkey, to ask them."""
        owner = self.runner.user if self.runner.user.is_other else servers_owner()
        return Postgres(self.folder, owner), Valkey(self.folder, owner)

    def python(self, program: str, *arguments: str) -> int:
        """Run a few lines of Python as this user."""
        user = self.runner.user
        return subprocess.run(
            [self.runner.python, "-c", program, *arguments],
            check=False,
            cwd=self.runner.cwd,
            env=dict(self.runner.environ),
            user=user.uid if user.is_other else None,
            group=user.gid if user.is_other else None,
            extra_groups=[] if user.is_other else None,
        ).returncode

    def end_running(self) -> None:
        """Stop the shared one, for a test that wants its folder."""
        if self._up is not None:
            self._up.end()

    def end_others(self) -> None:
        """Stop whatever one test started."""
        for up in self._others:
            up.end()
        self._others.clear()

    def end(self) -> None:
        """Stop everything and remove it."""
        self.end_others()
        self.end_running()
        shutil.rmtree(self.home)
