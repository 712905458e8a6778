"""`frontdesk up`: Postgres and Valkey from wheels, web, workers and the demo, under one Ctrl-C."""

from collections.abc import Mapping

from server.core.config import BadSettings, Settings, read_settings
from server.up.folder import data_folder
from server.up.owner import CannotStart
from server.up.screen import Screen
from server.up.supervisor import Supervisor

# Passes for the secret that is still in the data folder; it signs nothing.
_NOT_READ_YET = "-" * 32


def up(environ: Mapping[str, str]) -> int:
    """Run Frontdesk until somebody asks it to stop; the exit code: 0, or 1 after a message that says what to do."""
    screen = Screen()
    try:
        settings = _settings(environ)
        if screen.is_terminal:
            environ = {"FRONTDESK_LOG": "text", **environ}
        return Supervisor(settings, environ, data_folder(settings), screen).run()
    except (CannotStart, BadSettings) as reason:
        screen.say(str(reason))
        return 1


def _settings(environ: Mapping[str, str]) -> Settings:
    """The settings, where what Frontdesk brings itself may be left out."""
    database, owner = environ.get("DATABASE_URL", ""), environ.get("DATABASE_OWNER_URL", "")
    if bool(database) != bool(owner):
        raise CannotStart(
            "DATABASE_URL and DATABASE_OWNER_URL belong together: the login of the program and the one that owns the "
            "tables.\nSet both, or neither to get a Postgres with Frontdesk."
        )
    return read_settings(
        environ,
        database_url=database,
        redis_url=environ.get("REDIS_URL", ""),
        secret=environ.get("FRONTDESK_SECRET") or _NOT_READ_YET,
    )
