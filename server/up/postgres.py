"""The embedded Postgres: made once, started on a Unix socket, stopped so that nothing is lost."""

import locale
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psutil

from server.up.binaries import postgres_major, postgres_programs
from server.up.owner import CannotStart, Owner, bare_environment, own_folder
from server.up.process import Child, stop
from server.up.server import kill, log_file, make_base, pid_file, start, stop_alone
from server.up.sockets import make_socket_folder, remove_socket_folder, socket_folder

SUPERUSER = "frontdesk_owner"
LOGIN = "frontdesk"
DATABASE = "frontdesk"

# What a new database starts with. They are written into its postgresql.conf, where an operator may change them.
_FOR_A_SMALL_MACHINE = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    # Writes spread over a quarter of an hour; a crash then takes longer to recover from, and says so.
    "checkpoint_timeout": "15min",
    # Solid-state disks, where a random page costs about as much as the next one.
    "random_page_cost": "1.1",
    # The statements are short ones; compiling them costs more than it saves.
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Text sorts by code point everywhere, so an index never depends on the machine's locale library.
_INITDB = (
    *("--username", SUPERUSER, "--auth-local", "trust", "--auth-host", "reject", "--data-checksums"),
    *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
)

# The name of what makes a database, for its pid file.
_MAKER = "initdb"
# For tests and benches, whose data nobody misses.
_CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    """A Postgres of its own in `folder`, run as `owner`, reachable for whoever may open its socket folder."""

    name = "postgres"
    title = "Postgres"

    def __init__(
        self, folder: Path, owner: Owner, *, durable: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        """`durable=False` trades safety for speed; `settings` win over everything for this start alone."""
        self.folder = folder
        self.owner = owner
        self.data = folder / "postgres"
        self.log = log_file(folder, self.name)
        self._settings = ({} if durable else _CARELESS) | dict(settings or {})
        self._durable = durable
        self.child = self._child([self.name])

    def url(self, user: str = LOGIN, database: str = DATABASE) -> str:
        """Where to connect as `user`: the login role, or SUPERUSER, which owns the database."""
        host = quote(str(socket_folder(self.folder, self.owner)), safe="/")
        return f"postgresql://{user}@/{database}?host={host}"

    def start(self, patience: float = 60.0) -> None:
        """Make what is missing, start, and return when connections are taken."""
        start(self, patience)

    def stop(self) -> None:
        """Stop cleanly: sessions end, everything is written."""
        stop_alone(self)
        remove_socket_folder(self.folder, self.owner)

    def kill(self) -> None:
        """Let it die as in a power cut, every process at once, and wait until all are gone."""
        kill(self)

    def is_new(self) -> bool:
        """True until the database has been made."""
        return not self.data.exists()

    def prepare(self) -> None:
        """Make folders, programs and database, whatever of them is missing."""
        make_base(self.folder, self.owner)
        programs = postgres_programs(self.folder, self.owner)
        if self.is_new():
            self._make(programs)
        own_folder(self.data, self.owner)
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != postgres_major():
            raise CannotStart(
                f"{self.data} was made by Postgres {made_by}, and this Frontdesk brings Postgres {postgres_major()}.\n"
                "Dump it with the Frontdesk that made it, move the folder away, start, and load the dump."
            )
        sockets = make_socket_folder(self.folder, self.owner)
        # These must hold whatever postgresql.conf says: nobody reaches it but through the closed folder.
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
        }
        options = [word for name, value in (settings | self._settings).items() for word in ("-c", f"{name}={value}")]
        self.child = self._child([str(programs / "postgres"), "-D", str(self.data), *options])

    def launch(self) -> None:
        """Start the process, without waiting until it is ready."""
        self._remove_stale_lock()
        self.child.start()

    def is_ready(self) -> bool:
        """Whether connections are taken; Postgres notes it for pg_ctl in the last line of its lock file."""
        lines = self._lock_lines()
        return len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    def progress(self) -> str:
        """What it does until it is ready, in words."""
        # Whoever tries to connect meanwhile fills the log with refusals.
        lines = self.child.last_lines(1000)
        told = [line.partition("LOG:")[2].strip() for line in lines if "LOG:" in line]
        begun = max((number for number, line in enumerate(told) if line.startswith("starting PostgreSQL")), default=0)
        recovering = [line for line in told[begun:] if "elapsed time" in line or "recovery in progress" in line]
        return f"Postgres is recovering: {recovering[-1]}" if recovering else "Postgres is starting"

    def _child(self, argv: list[str], *, name: str = "", told: str = "") -> Child:
        return Child(
            name or self.name,
            argv,
            owner=self.owner,
            environ=bare_environment(),
            pid_file=pid_file(self.folder, name or self.name),
            # Fast, then immediate: SIGKILL is for a postmaster that no longer listens.
            farewell=((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 1.0)),
            output=self.log,
            cwd=Path("/"),
            told=told,
        )

    def _make(self, programs: Path) -> None:
        """Make it under another name and rename it, so that a killed run leaves no half of a database."""
        # An initdb whose supervisor was killed may still be writing.
        stop([self._child([], name=_MAKER)])
        for unfinished in self.folder.glob(".postgres-*"):
            shutil.rmtree(unfinished)
        making = own_folder(self.folder / f".postgres-{os.getpid()}", self.owner)
        defaults = [word for name, value in _FOR_A_SMALL_MACHINE.items() for word in ("--set", f"{name}={value}")]
        careless = [] if self._durable else ["--no-sync"]
        given = [*_INITDB, "--lc-ctype", _letters(), *defaults, *careless]
        self._run([str(programs / "initdb"), "--pgdata", str(making), *given])
        # A single-user session needs no server and no client library. Each line is a statement.
        self._run(
            [str(programs / "postgres"), "--single", "-D", str(making), "-c", "exit_on_error=on", "postgres"],
            told=f"create role {LOGIN} login\ncreate database {DATABASE} owner {SUPERUSER}\n",
        )
        making.rename(self.data)
        _sync(self.folder)

    def _run(self, argv: list[str], *, told: str = "") -> None:
        step = self._child(argv, name=_MAKER, told=told)
        step.start()
        if step.finish() != 0:
            said = "\n".join(f"  {line}" for line in step.last_lines()[-8:])
            raise CannotStart(f"The database could not be made (all of it is in {self.log}):\n{said}")

    def _remove_stale_lock(self) -> None:
        """Remove Postgres's own lock file when its process is gone.

        Postgres would leave it there when the pid has been given to another process of the same user, which is the
        rule in a container that starts again. Our lock on the pid file says that no process of ours is left.
        """
        lines = self._lock_lines()
        if not lines or self.child.is_alive():
            return
        try:
            process = psutil.Process(int(lines[0]))
            is_somebody_elses = str(self.data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, ValueError):
            is_somebody_elses = False
        if is_somebody_elses:
            raise CannotStart(
                f"A Postgres that Frontdesk did not start (pid {lines[0]}) uses {self.data}.\n"
                "Stop it first, for example with pg_ctl stop."
            )
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _lock_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _letters() -> str:
    """Who says what is a letter: under plain C the index of pieces (pg_trgm) knows none but Latin ones."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
