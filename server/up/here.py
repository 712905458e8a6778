"""The settings of commands that look at an installation from beside it."""

from collections.abc import Mapping

from server.core.config import Settings, read_settings
from server.up.folder import data_folder
from server.up.owner import Owner, servers_owner
from server.up.postgres import Postgres
from server.up.valkey import Valkey

# Passes for the secret, which such commands sign nothing with.
_NO_SECRET = "-" * 32


def settings_here(environ: Mapping[str, str]) -> Settings:
    """The settings, where Postgres and Valkey are those of the data folder unless others are named."""
    found = read_settings(
        environ,
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
        secret=environ.get("FRONTDESK_SECRET") or _NO_SECRET,
    )
    if found.database_url:
        return found
    folder = data_folder(found)
    owner = servers_owner() if folder.exists() else Owner.current()
    return read_settings(
        environ, database_url=Postgres(folder, owner).url(), redis_url=found.redis_url or Valkey(folder, owner).url,
        secret=found.secret,
    )  # fmt: skip
