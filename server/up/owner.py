"""Whom the embedded Postgres and Valkey run as, and the folders that are theirs alone."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "frontdesk"


class CannotStart(Exception):  # noqa: N818 - it is told to a person, and says what to do
    """Something stands in the way; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The user that a server runs as and whose its files are."""

    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> "Owner":
        """A user of this machine, by name; KeyError when there is none."""
        found = pwd.getpwnam(name)
        return cls(found.pw_name, found.pw_uid, found.pw_gid)

    @classmethod
    def current(cls) -> "Owner":
        """The user that runs this program."""
        return cls(user_name(os.geteuid()), os.geteuid(), os.getegid())

    @property
    def is_other(self) -> bool:
        """True when a process must change its user to run as this one."""
        return self.uid != os.geteuid()

    def may_enter(self, folder: Path) -> bool:
        """Whether this user reaches the folder; asked of the system, which also knows of lists and mounts."""
        # A path that cannot be entered makes cd say so; the question is only whether.
        return run_as(self, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0


def run_as(owner: Owner, argv: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a short command as `owner` and return what it said."""
    return subprocess.run(  # noqa: S603 - every caller passes a list with a program of ours first
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=bare_environment(),
        user=owner.uid if owner.is_other else None,
        group=owner.gid if owner.is_other else None,
        extra_groups=[] if owner.is_other else None,
    )


def bare_environment() -> dict[str, str]:
    """What Postgres and Valkey get to see: messages in English, and none of Frontdesk's secrets."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def servers_owner() -> Owner:
    """Whom Postgres and Valkey run as: this user, or, for root, the system user `frontdesk`, made when missing."""
    if os.geteuid() != 0:
        return Owner.current()
    try:
        return Owner.named(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise CannotStart(
            f"Postgres does not run as root, and there is no useradd to make the system user {SYSTEM_USER!r}.\n"
            "Start Frontdesk as a plain user, or make that user first."
        )
    shell = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
    homeless = ("--no-create-home", "--home-dir", "/nonexistent", "--shell", shell)
    made = run_as(Owner.current(), [useradd, "--system", "--user-group", *homeless, SYSTEM_USER])
    try:
        return Owner.named(SYSTEM_USER)
    except KeyError:
        raise CannotStart(
            f"The system user {SYSTEM_USER!r} could not be made: {made.stderr.strip()}\n"
            f"Make it by hand (useradd --system {SYSTEM_USER}), or start Frontdesk as a plain user."
        ) from None


def own_folder(folder: Path, owner: Owner) -> Path:
    """The folder, made for `owner` alone when it is missing; a folder of somebody else is refused as it is."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        # A run that was killed between mkdir and chown leaves an empty folder of ours behind.
        is_unfinished = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not any(folder.iterdir())
        if not stat.S_ISDIR(found.st_mode) or (found.st_uid != owner.uid and not is_unfinished):
            raise CannotStart(
                f"{folder} belongs to {user_name(found.st_uid)} and not to {owner.name}.\n"
                f"Give it back to {owner.name}, or choose another data folder with FRONTDESK_DATA."
            ) from None
    except PermissionError:
        raise CannotStart(f"{folder} cannot be made: {folder.parent} is closed to {Owner.current().name}.") from None
    if folder.lstat().st_uid != owner.uid:
        os.chown(folder, owner.uid, owner.gid, follow_symlinks=False)
    return folder


def user_name(uid: int) -> str:
    """A user's name, or its number when the machine knows no name for it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
