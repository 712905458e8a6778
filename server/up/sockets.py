"""Where Postgres and Valkey listen: Unix sockets in a folder that only their user can open."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from server.up.owner import CannotStart, Owner, own_folder, user_name

# A Unix socket's path has room for 104 bytes on macOS and 108 on Linux, the closing zero among them.
_LONGEST_PATH = 103
_LONGEST_NAME = ".s.PGSQL.5432"


def socket_folder(folder: Path, owner: Owner) -> Path:
    """The data folder's `sockets`, or a short folder under the temp dir when that path is too long for a socket."""
    inside = folder / "sockets"
    if _fits(inside):
        return inside
    mark = hashlib.sha256(f"{folder}:{owner.uid}".encode()).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"frontdesk-{mark}"
    return short if _fits(short) else Path("/tmp") / short.name  # noqa: S108 - make_socket_folder checks whose it is


def make_socket_folder(folder: Path, owner: Owner) -> Path:
    """Make the folder for `owner` alone; one that others could have reached is refused."""
    sockets = own_folder(socket_folder(folder, owner), owner)
    found = sockets.lstat()
    if stat.S_IMODE(found.st_mode) != 0o700:
        raise CannotStart(
            f"{sockets} belongs to {user_name(found.st_uid)} but is open to others; close it with: chmod 700 {sockets}"
        )
    return sockets


def remove_socket_folder(folder: Path, owner: Owner) -> None:
    """Remove the folder when nothing is left in it; a folder inside the data folder stays."""
    sockets = socket_folder(folder, owner)
    if sockets.parent == folder:
        return
    try:
        found = sockets.lstat()
    except FileNotFoundError:
        return
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == owner.uid
    if is_ours and not any(each.is_socket() for each in sockets.iterdir()):
        shutil.rmtree(sockets, ignore_errors=True)


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _LONGEST_NAME)) <= _LONGEST_PATH
