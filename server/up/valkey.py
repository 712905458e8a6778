"""The embedded Valkey: the log of every conversation, on a Unix socket, written to disk before it answers."""

import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from server.up.binaries import valkey_program
from server.up.owner import Owner, bare_environment, own_folder
from server.up.process import Child
from server.up.server import kill, log_file, make_base, pid_file, start, stop_alone
from server.up.sockets import make_socket_folder, remove_socket_folder, socket_folder

_SOCKET = "valkey.sock"


class Valkey:
    """A Valkey of its own in `folder`, run as `owner`, reachable for whoever may open its socket folder."""

    name = "valkey"
    title = "Valkey"

    def __init__(
        self, folder: Path, owner: Owner, *, appendfsync: str = "always", settings: Mapping[str, str] | None = None
    ) -> None:
        """`appendfsync`: always, everysec or no; `settings` win over everything else."""
        self.folder = folder
        self.owner = owner
        self.data = folder / "valkey"
        self.log = log_file(folder, self.name)
        self._appendfsync = appendfsync
        self._settings = dict(settings or {})
        self._answer = b""
        self.child = self._child([self.name])

    @property
    def url(self) -> str:
        """Where to connect, in the form that redis-py reads."""
        return f"unix://{quote(str(self._socket), safe='/')}"

    @property
    def _socket(self) -> Path:
        return socket_folder(self.folder, self.owner) / _SOCKET

    def start(self, patience: float = 60.0) -> None:
        """Make what is missing, start, and return when commands are answered."""
        start(self, patience)

    def stop(self) -> None:
        """Stop cleanly: everything is written."""
        stop_alone(self)
        remove_socket_folder(self.folder, self.owner)

    def kill(self) -> None:
        """Let it die as in a power cut, and wait until it is gone."""
        kill(self)

    def prepare(self) -> None:
        """Make folders and program, whatever of them is missing."""
        make_base(self.folder, self.owner)
        program = valkey_program(self.folder, self.owner)
        own_folder(self.data, self.owner)
        make_socket_folder(self.folder, self.owner)
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": self._appendfsync,
            # The append-only file is the truth; a second kind of snapshot would only cost forks.
            "save": "",
            # A log that forgets is none: when memory is full, writing is refused and said.
            "maxmemory-policy": "noeviction",
            # The command line must stay as we wrote it, for people who look for it.
            "set-proc-title": "no",
            "daemonize": "no",
        }
        options = [word for name, value in (settings | self._settings).items() for word in (f"--{name}", value)]
        self.child = self._child([str(program), *options])

    def launch(self) -> None:
        """Start the process, without waiting until it is ready."""
        self.child.start()

    def is_ready(self) -> bool:
        """Whether commands are answered; while it reads its log it answers that it is loading."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(1.0)
                line.connect(str(self._socket))
                line.sendall(b"PING\r\n")
                self._answer = line.recv(64)
        except OSError:
            self._answer = b""
        return self._answer.startswith(b"+PONG") and self.child.ended() is None

    def progress(self) -> str:
        """What it does until it is ready, in words."""
        return "Valkey is reading its log" if self._answer.startswith(b"-LOADING") else "Valkey is starting"

    def _child(self, argv: list[str]) -> Child:
        return Child(
            self.name,
            argv,
            owner=self.owner,
            environ=bare_environment(),
            pid_file=pid_file(self.folder, self.name),
            farewell=((signal.SIGTERM, 3.0), (signal.SIGKILL, 1.0)),
            output=self.log,
            cwd=Path("/"),
        )
