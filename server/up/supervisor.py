"""The supervisor: what starts after what, who is brought back, and the way down."""

import errno
import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from server.core.config import Settings
from server.up.folder import Claim
from server.up.owner import CannotStart, Owner, servers_owner
from server.up.postgres import SUPERUSER, Postgres
from server.up.process import stop
from server.up.programs import environment, health_port, leftovers, program, programs
from server.up.ready import answers, tell_ready
from server.up.release import fill_demo, may_have_demo, release_database
from server.up.room import bound_log, disk_trouble, require_disk, require_port
from server.up.screen import Screen
from server.up.server import Server, failed, make_base
from server.up.signals import Wish
from server.up.sockets import remove_socket_folder
from server.up.valkey import Valkey
from server.up.watch import Watched

# What each group of processes may take of the way down, from first to last; together they stay under ten seconds.
_WAY_DOWN = (("bot",), 0.6), (("web", "shop"), 3.0), (("worker",), 3.0), (("valkey",), 1.0), (("postgres",), 2.1)
_TICK = 0.05
_PROGRESS_EVERY = 5.0
_ASK_WEB_EVERY = 0.2
_LOOK_AROUND_EVERY = 10.0
_TELL_DISK_EVERY = 60.0


class Interrupted(Exception):  # noqa: N818 - somebody asked to stop before everything had started
    """The start is given up because somebody asked to stop."""


class Supervisor:
    """Everything that one `frontdesk up` runs, from its claim on the data folder to the last process's end."""

    def __init__(self, settings: Settings, environ: Mapping[str, str], folder: Path, screen: Screen) -> None:
        wants_demo = settings.demo and may_have_demo(settings)
        self._settings = settings if wants_demo else replace(settings, shop_port=0)
        self._environ = environ
        self._folder = folder
        self._screen = screen
        # Who needs no server of ours needs no user for one.
        is_whole = not (settings.database_url and settings.redis_url)
        self._owner = servers_owner() if is_whole else Owner.current()
        self._wish = Wish()
        self._begun = time.monotonic()
        self._watched: list[Watched] = []
        self._servers: list[Server] = []
        self._told_disk = float("-inf")

    def run(self) -> int:
        """Start everything, keep it running until somebody asks to stop, stop everything; the exit code."""
        self._wish.listen()
        claim = Claim(self._folder, passable=self._owner.is_other)
        code = 1
        try:
            self._start(claim)
            self._watch()
            code = 0
        except Interrupted:
            code = 0
        except CannotStart as reason:
            self._screen.say(str(reason))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            self._tell_disk(["ENOSPC"])
        finally:
            self._stop()
            claim.release()
        return code

    def _start(self, claim: Claim) -> None:
        settings = self._settings
        if settings.demo and not may_have_demo(settings):
            self._screen.say(
                "There is no demo: others may reach this machine, and its passwords are known to everybody."
            )
        self._end_leftovers()
        require_disk(self._folder, settings.min_free_mb)
        if settings.web:
            require_port(settings.host, settings.port, "PORT")
        if settings.shop_port:
            require_port(settings.host, settings.shop_port, "FRONTDESK_SHOP_PORT")
        make_base(self._folder, self._owner)
        secret = self._environ.get("FRONTDESK_SECRET") or claim.secret()
        database, owner = self._start_database()
        redis = settings.redis_url or self._start_valkey()
        # Without the shop where the database turned out to be somebody's.
        settings = self._settings
        known = environment(self._environ, settings, database=database, owner=owner, redis=redis, secret=secret)
        for name in programs(settings):
            child = program(name, self._folder, known | health_port(name, settings), self._screen.quote)
            child.start()
            self._watched.append(Watched(child, child.start, self._screen.say))

    def _start_database(self) -> tuple[str, str]:
        """Start Postgres unless another one is given, and make it what this release needs."""
        settings = self._settings
        database, owner, is_new = settings.database_url, settings.database_owner_url, False
        if not database:
            postgres = Postgres(self._folder, self._owner)
            is_new = postgres.is_new()
            if is_new:
                self._screen.say("Making the database; this happens once …")
            self._start_server(postgres)
            database, owner = postgres.url(), postgres.url(SUPERUSER)
        if is_new:
            self._screen.say("Loading the schema …")
        release_database(owner, database, settings, self._check)
        if settings.shop_port and not fill_demo(database, settings, self._check, self._screen.say):
            self._screen.say("There is no demo: this database holds somebody's organization.")
            self._settings = replace(settings, shop_port=0)
        return database, owner

    def _start_valkey(self) -> str:
        valkey = Valkey(self._folder, self._owner, appendfsync=self._settings.appendfsync)
        self._start_server(valkey)
        return valkey.url

    def _start_server(self, server: Server) -> None:
        """Start Postgres or Valkey and wait until it is ready, however long its recovery takes."""
        server.prepare()
        self._check()
        server.launch()
        self._servers.append(server)
        self._watched.append(Watched(server.child, server.launch, self._screen.say))
        begun, told = time.monotonic(), 0.0
        while not server.is_ready():
            self._check()
            code = server.child.ended()
            if code is not None:
                trouble = disk_trouble(self._folder, 0, server.child.last_lines())
                raise CannotStart("\n".join([failed(server, code), *([trouble] if trouble else [])]))
            waited = time.monotonic() - begun
            if waited - told >= _PROGRESS_EVERY:
                self._screen.say(f"{server.progress()} … {waited:.0f} s")
                told = waited
            time.sleep(_TICK)

    def _end_leftovers(self) -> None:
        left = leftovers(self._folder)
        if not left:
            return
        self._screen.say(f"Stopping what an earlier run left: {', '.join(child.name for child in left)} …")
        for _, group in itertools.groupby(left, key=lambda child: child.name.partition("-")[0]):
            for child in stop(group, hurry=lambda: self._wish.to_hurry):
                raise CannotStart(f"{child.name} of an earlier run does not end, not even killed. Restart the machine.")
        self._check()

    def _watch(self) -> None:
        is_told, asked = False, 0.0
        waiting_since = looked_around = time.monotonic()
        while not self._wish.to_stop:
            for watched in self._watched:
                if watched.look():
                    self._tell_disk(watched.child.last_lines())
            now = time.monotonic()
            if not is_told and now - asked > _ASK_WEB_EVERY:
                asked = now
                is_told = answers(self._settings)
                if is_told:
                    tell_ready(self._screen, self._settings, self._folder, now - self._begun)
                elif now - waiting_since > 4 * _PROGRESS_EVERY:
                    self._screen.say(f"Web is not ready yet … {now - self._begun:.0f} s")
                    waiting_since = now
            if now - looked_around > _LOOK_AROUND_EVERY:
                looked_around = now
                self._tell_disk()
                for server in self._servers:
                    bound_log(server.log)
                    if server.child.ended() is None and not server.is_ready():
                        self._screen.say(f"{server.progress()} …")
            time.sleep(_TICK)

    def _tell_disk(self, last_words: Iterable[str] = ()) -> None:
        """Say that the disk is full, at once when a process's last words are of it, and not again for a while."""
        now = time.monotonic()
        trouble = disk_trouble(self._folder, self._settings.min_free_mb, last_words)
        if trouble and now - self._told_disk > _TELL_DISK_EVERY:
            self._told_disk = now
            self._screen.say(trouble)

    def _stop(self) -> None:
        children = [watched.child for watched in self._watched]
        if children:
            self._screen.say("Stopping …")
        end = time.monotonic() + sum(seconds for _, seconds in _WAY_DOWN)
        for position, (kinds, _) in enumerate(_WAY_DOWN):
            later = sum(seconds for _, seconds in _WAY_DOWN[position + 1 :])
            stop(
                [child for child in children if child.name.partition("-")[0] in kinds],
                within=max(0.5, end - later - time.monotonic()),
                hurry=lambda: self._wish.to_hurry,
                killing=lambda child: self._screen.say(f"{child.name} does not stop; it is killed."),
            )
        if self._servers:
            remove_socket_folder(self._folder, self._owner)
        if children:
            self._screen.say("Stopped.")

    def _check(self) -> None:
        if self._wish.to_stop:
            raise Interrupted
