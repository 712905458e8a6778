"""One process of ours: in a session of its own, found again after a crash by its pid file, stopped step by step."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

from server.up.lock import holders, is_taken, leaders, take
from server.up.owner import Owner

# Signals to send, each with the seconds that it is given to work.
Farewell = tuple[tuple[signal.Signals, float], ...]

# Enough to tell why a process died, and no more than a person reads.
_REMEMBERED_LINES = 20
_PR_SET_PDEATHSIG = 1


class Child:
    """A program with a name and a pid file.

    The child inherits a lock on its pid file, so the file is locked exactly as long as the child, or anything it
    forked, lives: no window between fork and note, no doubt after a reused pid. Whoever holds the file open is ours.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        owner: Owner,
        environ: Mapping[str, str],
        pid_file: Path,
        farewell: Farewell,
        output: Path | Callable[[str], None],
        cwd: Path | None = None,
        told: str = "",
    ) -> None:
        """`told` is what it reads on its standard input."""
        self.name = name
        self.argv = list(argv)
        self.farewell = farewell
        self._owner = owner
        self._environ = dict(environ)
        self._pid_file = pid_file
        self._output = output
        self._cwd = cwd
        self._told = told
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._signalled: list[psutil.Process] = []
        self._remembered: deque[str] = deque(maxlen=_REMEMBERED_LINES)

    @property
    def pid(self) -> int | None:
        """The pid of the process that was started last."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the program; StillRunning when one of its name lives."""
        lock = take(self._pid_file)
        try:
            if isinstance(self._output, Path):
                with self._output.open("ab") as log:
                    self._process = self._spawn(lock, log)
            else:
                self._process = self._spawn(lock, subprocess.PIPE)
                self._reader = threading.Thread(target=self._pass_on, args=(self._process, self._output), daemon=True)
                self._reader.start()
            if self._process.stdin is not None:
                with contextlib.suppress(BrokenPipeError), self._process.stdin as told:
                    told.write(self._told.encode())
            # The lock is what counts; on a full disk the note may fail, and the child runs all the same.
            with contextlib.suppress(OSError):
                self._pid_file.write_text(f"{self._process.pid}\n{' '.join(self.argv)}\n")
        finally:
            os.close(lock)

    def _spawn(self, lock: int, output: IO[bytes] | int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - argv is ours, and no shell reads it
            self.argv,
            stdin=subprocess.PIPE if self._told else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=self._environ,
            cwd=self._cwd,
            pass_fds=(lock,),
            start_new_session=True,
            user=self._owner.uid if self._owner.is_other else None,
            group=self._owner.gid if self._owner.is_other else None,
            extra_groups=[] if self._owner.is_other else None,
            # Safe beside threads: it makes two system calls and takes no lock.
            preexec_fn=_dies_with_parent(self.farewell[0][0]),  # noqa: PLW1509 - it only asks the kernel
        )

    def _pass_on(self, process: "subprocess.Popen[bytes]", output: Callable[[str], None]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                text = line.decode(errors="replace").rstrip()
                self._remembered.append(text)
                output(text)

    def is_alive(self) -> bool:
        """Whether the process, or anything that it forked and that kept its files, lives."""
        return is_taken(self._pid_file)

    def ended(self) -> int | None:
        """The exit code of the process that was started last, None while it runs; below zero: the signal."""
        return self._process.poll() if self._process else 0

    def finish(self) -> int:
        """Wait for a process that ends by itself; its exit code."""
        assert self._process is not None
        code = self._process.wait()
        self.forget()
        return code

    def last_lines(self, most: int = _REMEMBERED_LINES) -> list[str]:
        """What it said last; more than a few lines only of what goes to a file."""
        if isinstance(self._output, Path):
            return _tail(self._output, most)
        return list(self._remembered)[-most:]

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process; SIGKILL also goes to everything that holds its pid file open."""
        if self._process is not None and number != signal.SIGKILL:
            self._process.send_signal(number)
            return
        for process in holders(self._pid_file) if number == signal.SIGKILL else leaders(self._pid_file):
            try:
                process.send_signal(number)
                self._signalled.append(process)
            except psutil.NoSuchProcess:
                continue

    def forget(self) -> None:
        """Collect the exit code, the last lines and the pid file; only for a process that is gone."""
        if self._process is not None:
            self._process.wait()
        # The kernel gives the lock back a moment before the ports.
        until = time.monotonic() + 1.0
        while time.monotonic() < until and not all(_is_over(each) for each in self._signalled):
            time.sleep(0.001)
        self._signalled.clear()
        if self._reader is not None:
            # What it forked may hold the pipe open; then there is nothing to wait for.
            self._reader.join(timeout=0.5)
        self._pid_file.unlink(missing_ok=True)


def stop(
    children: Iterable[Child],
    *,
    within: float = float("inf"),
    hurry: Callable[[], bool] = lambda: False,
    killing: Callable[[Child], None] = lambda _: None,
) -> list[Child]:
    """Stop children side by side, with the farewell of the first, and return those that live all the same.

    `within` shortens every wait alike until their sum fits; `hurry` cuts each of them short; `killing` hears of every
    child that has to be killed.
    """
    alive = [child for child in children if child.is_alive() or child.pid is not None]
    if not alive:
        return []
    farewell = alive[0].farewell
    share = min(1.0, within / sum(seconds for _, seconds in farewell))
    for number, seconds in farewell:
        for child in alive:
            if number == signal.SIGKILL:
                killing(child)
            child.send(number)
        begun = time.monotonic()
        while alive and time.monotonic() - begun < (min(0.2, seconds) if hurry() else seconds * share):
            for child in [each for each in alive if not each.is_alive()]:
                child.forget()
                alive.remove(child)
            if alive:
                time.sleep(0.01)
    return alive


def _dies_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What makes Linux send `number` to the child when we die, even by kill -9; elsewhere the next run cleans up."""
    # Linux watches the thread that forks, so only the thread that lives as long as the program may ask for it.
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    control, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        control(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _is_over(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _tail(log: Path, most: int) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - most * 200))
            return file.read().decode(errors="replace").splitlines()[-most:]
    except FileNotFoundError:
        return []
