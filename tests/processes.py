"""Web and worker as processes of their own, each with its log in a file."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A process on two busy cores; generous, since nothing waits for it when all is well.
START_SECONDS = 40.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One web or worker process, with its log in a file."""

    def __init__(self, name: str, command: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name, self._command, self.environment = name, command, dict(environment)
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def add_settings(self, **settings: str) -> None:
        """Have it know these as well, the next time it starts."""
        self.environment |= settings

    def start(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", self._command],
                cwd=ROOT,
                env={**os.environ, **self.environment, "FRONTDESK_NODE": self.name},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Let it die at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()

    def wait(self, patience: float = START_SECONDS) -> int:
        """Its exit code, when it ends by itself."""
        assert self._process is not None
        return self._process.wait(patience)

    def stop(self, patience: float = 10.0) -> int:
        """Ask it to stop; its exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
