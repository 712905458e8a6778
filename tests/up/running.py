"""What the supervisor's tests need: folders that every user reaches, waiting with a bound, and a running `up`."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from server.up.owner import Owner

REPOSITORY = Path(__file__).resolve().parents[2]


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

    def __init__(
        self, python: list[str], folder: Path, environ: Mapping[str, str], user: Owner, settings: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*python, "-m", "server", "up"],
            cwd=REPOSITORY,
            env={**environ, "FRONTDESK_DATA": str(folder), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=user.uid if user.is_other else None,
            group=user.gid if user.is_other else None,
            extra_groups=[] if user.is_other else None,
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
