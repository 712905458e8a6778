"""What the embedded servers have in common: their folders, and starting, stopping and killing one on its own."""

import signal
import time
from pathlib import Path
from typing import Protocol

from server.up.owner import CannotStart, Owner, own_folder, user_name
from server.up.process import Child, stop


class Server(Protocol):
    """Postgres or Valkey, as the supervisor sees it."""

    name: str
    title: str
    folder: Path
    owner: Owner
    log: Path
    child: Child

    def prepare(self) -> None: ...
    def launch(self) -> None: ...
    def is_ready(self) -> bool: ...
    def progress(self) -> str: ...


def make_base(folder: Path, owner: Owner) -> None:
    """Make the data folder and what every server needs in it; the folder stays ours, not the servers' user's."""
    ours = Owner.current()
    if not folder.exists():
        own_folder(folder, ours)
        # The servers' user passes through to its own folders, and sees nothing else.
        folder.chmod(0o711 if owner.is_other else 0o700)
    own_folder(folder / "run", ours)
    own_folder(folder / "logs", ours)
    if owner.may_enter(folder):
        return
    closed = next((each for each in (*reversed(folder.parents), folder) if not owner.may_enter(each)), folder)
    advice = "Choose a data folder elsewhere with FRONTDESK_DATA, for example /var/lib/frontdesk."
    raise CannotStart(
        f"{owner.name}, whom Postgres and Valkey run as, cannot reach {folder}: {closed} is closed to it "
        f"(it belongs to {user_name(closed.stat().st_uid)}).\n"
        + (f"Let it pass with: chmod o+x {folder}" if closed == folder else advice)
    )


def pid_file(folder: Path, name: str) -> Path:
    """Where the process of that name notes its pid."""
    return folder / "run" / f"{name}.pid"


def log_file(folder: Path, name: str) -> Path:
    """Where the server of that name writes what it does."""
    return folder / "logs" / f"{name}.log"


def start(server: Server, patience: float) -> None:
    """Start a server on its own, clearing what an earlier run left, and return when it is ready."""
    server.prepare()
    stop([server.child])
    server.launch()
    until = time.monotonic() + patience
    while not server.is_ready():
        code = server.child.ended()
        if code is not None or time.monotonic() > until:
            server.child.send(signal.SIGKILL)
            raise CannotStart(failed(server, code))
        time.sleep(0.01)


def failed(server: Server, code: int | None) -> str:
    """Why a server did not start, with what it said last."""
    how = "takes too long to start" if code is None else f"ended with code {code} instead of starting"
    said = "\n".join(f"  {line}" for line in server.child.last_lines()[-8:])
    return f"{server.title} {how}. It said (all of it is in {server.log}):\n{said}"


def stop_alone(server: Server) -> None:
    """Stop a server cleanly, however long its farewell lasts."""
    left = stop([server.child])
    assert not left, "nothing outlives SIGKILL"


def kill(server: Server) -> None:
    """Kill every process of a server at once and wait until all are gone."""
    server.child.send(signal.SIGKILL)
    while server.child.is_alive():
        time.sleep(0.01)
    server.child.forget()
