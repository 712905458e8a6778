"""A lock that lives as long as the process that inherited it: how a child is known, also to a later run."""

import fcntl
import os
from pathlib import Path

import psutil


class StillRunning(Exception):  # noqa: N818 - a statement, answered by waiting or by stopping it
    """A process of this name lives, from this run or an earlier one."""


def take(file: Path) -> int:
    """Lock the file and return its descriptor, for a child to inherit; StillRunning when a process holds it."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StillRunning(f"{file.stem} still runs") from None
    return descriptor


def is_taken(file: Path) -> bool:
    """Whether a process holds the lock."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def holders(file: Path) -> list[psutil.Process]:
    """Every process that has the file open: whoever inherited it, and nobody else."""
    wanted, found = str(file.resolve()), []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and any(each.path == wanted for each in process.open_files()):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def leaders(file: Path) -> list[psutil.Process]:
    """The one whose pid the file notes, if it is among the holders; without such a note all of them."""
    found = holders(file)
    try:
        noted = int(file.read_text().partition("\n")[0])
    except (OSError, ValueError):
        return found
    return [each for each in found if each.pid == noted] or found
