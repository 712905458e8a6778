"""The data folder: which one, whose it is, who has claimed it, and the secret that lives in it."""

import contextlib
import errno
import fcntl
import os
import secrets
import stat
from pathlib import Path

from server.core.config import Settings, checkout
from server.up.owner import CannotStart, Owner, own_folder, user_name

_LOCK = "lock"
_SECRET_BYTES = 32


def data_folder(settings: Settings) -> Path:
    """FRONTDESK_DATA; without it /var/lib/frontdesk for root, and .frontdesk in the checkout for anybody else."""
    if settings.data:
        return Path(settings.data).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/frontdesk")
    return (checkout() or Path.cwd()).resolve() / ".frontdesk"


class Claim:
    """The right to use a data folder, held by one supervisor at a time and given back by its end, however it ends."""

    def __init__(self, folder: Path, *, passable: bool) -> None:
        """Make or check the folder and lock it; `passable` when another user has folders inside."""
        self.folder = folder
        try:
            _require_ours(folder, passable=passable)
        except PermissionError as refused:
            raise CannotStart(
                f"The data folder {folder} cannot be used: {refused}. Choose another with FRONTDESK_DATA."
            ) from None
        self._lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(self._lock, 32, 0).decode().strip()
            os.close(self._lock)
            raise CannotStart(
                f"Frontdesk is already running in {folder} (pid {pid or 'not known yet'}).\n"
                "Stop that one first, or give this one a folder and ports of its own: FRONTDESK_DATA, PORT, "
                "FRONTDESK_SHOP_PORT."
            ) from None
        os.ftruncate(self._lock, 0)
        with contextlib.suppress(OSError):  # a full disk is told later, in better words
            os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the folder back."""
        os.ftruncate(self._lock, 0)
        os.close(self._lock)

    def secret(self) -> str:
        """What signs visitors' tokens: made once, and kept where only this user can read it."""
        file = self.folder / "secret"
        try:
            return file.read_text().strip()
        except FileNotFoundError:
            pass
        made, unfinished = secrets.token_hex(_SECRET_BYTES), self.folder / ".secret"
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{made}\n")
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(file)
        return made


def _require_ours(folder: Path, *, passable: bool) -> None:
    """Make the folder, or refuse one that is not ours as it is: what stands there may be somebody's work."""
    ours = Owner.current()
    if not folder.exists():
        if not folder.parent.is_dir():
            raise CannotStart(f"{folder} cannot be made: there is no folder {folder.parent}. Make that one first.")
        try:
            own_folder(folder, ours)
        except OSError as refused:
            if refused.errno != errno.EROFS:
                raise
            raise CannotStart(f"{folder} cannot be made: the disk there is read-only. Choose FRONTDESK_DATA.") from None
        # The servers' user passes through to its own folders, and sees nothing else.
        folder.chmod(0o711 if passable else 0o700)
    found = folder.stat()
    whose = user_name(found.st_uid)
    if not stat.S_ISDIR(found.st_mode):
        raise CannotStart(f"{folder} is no folder. Choose another with FRONTDESK_DATA.")
    if found.st_uid != ours.uid:
        raise CannotStart(
            f"The data folder {folder} belongs to {whose}, and this is {ours.name}; it is left as it is.\n"
            f"Start Frontdesk as {whose}, or choose another folder with FRONTDESK_DATA."
        )
    if found.st_mode & 0o022:
        raise CannotStart(
            f"Others may write into the data folder {folder}. Close it with: chmod go-w {folder}\n"
            "or choose another with FRONTDESK_DATA."
        )
    known = {"lost+found", _LOCK}
    strange = [each.name for each in folder.iterdir() if not each.name.startswith(".") and each.name not in known]
    if strange and not (folder / _LOCK).exists():
        raise CannotStart(
            f"{folder} holds files that Frontdesk did not make ({', '.join(sorted(strange)[:3])}).\n"
            "Choose an empty folder, or one that does not exist yet, with FRONTDESK_DATA."
        )
