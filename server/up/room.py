"""What must be free before and while Frontdesk runs: two ports and some disk."""

import errno
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

import psutil

from server.up.owner import CannotStart

_MEGABYTE = 1024 * 1024
# Below this nothing that writes works for long, whatever FRONTDESK_MIN_FREE_MB says.
_NOTHING_LEFT_MB = 16
# Two of these are kept of each server: months of quiet running, or the last hours of trouble.
_LOG_BYTES = 10 * _MEGABYTE


def require_port(host: str, port: int, variable: str) -> None:
    """Refuse a port that somebody listens on, naming who when the system tells."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as refused:
            why = refused
        else:
            return
    if why.errno == errno.EADDRINUSE:
        raise CannotStart(
            f"Port {port} is taken{_by_whom(port)}.\nStop that program, or choose another port: {variable}={port + 10}"
        )
    if why.errno == errno.EACCES:
        raise CannotStart(f"Port {port} is not for plain users. Choose one above 1023: {variable}=8000")
    raise CannotStart(f"Nobody can listen on {host}, port {port}: {why.strerror}. Look at FRONTDESK_HOST, {variable}.")


def _by_whom(port: int) -> str:
    try:
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
                return f" by {psutil.Process(each.pid).name()} (pid {each.pid})"
    except (psutil.Error, OSError):
        pass  # Only root may look everywhere.
    return ""


def free_mb(folder: Path) -> int:
    """Megabytes that may still be written where the folder is, or would be."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(existing).free // _MEGABYTE


def require_disk(folder: Path, at_least: int) -> None:
    """Refuse to start on a disk that is nearly full: a database that cannot write stops in the middle."""
    free = free_mb(folder)
    if free < at_least:
        raise CannotStart(
            f"The disk of {folder} has {free} MB free, and Frontdesk wants {at_least} MB to start with.\n"
            "Free some space, choose a folder on another disk with FRONTDESK_DATA, or ask for less with "
            "FRONTDESK_MIN_FREE_MB."
        )


def disk_trouble(folder: Path, at_least: int, said: Iterable[str] = ()) -> str | None:
    """What to tell when the disk is full, or a process said so; None when there is room."""
    free = free_mb(folder)
    is_full = free < _NOTHING_LEFT_MB or any("No space left on device" in line or "ENOSPC" in line for line in said)
    if is_full:
        return (
            f"The disk of {folder} is full ({free} MB free): nothing new can be stored until there is room.\n"
            "Free some space; Frontdesk goes on by itself and nothing that was stored is lost."
        )
    if free < at_least:
        return f"The disk of {folder} is nearly full ({free} MB free, FRONTDESK_MIN_FREE_MB={at_least}). Free some."
    return None


def bound_log(log: Path) -> None:
    """Keep a log that its process goes on appending to from growing without end."""
    try:
        if log.stat().st_size < _LOG_BYTES:
            return
        shutil.copyfile(log, log.with_suffix(".1.log"))
    except FileNotFoundError:
        return
    except OSError:
        pass  # A full disk: room for the new lines matters more than the old ones.
    with log.open("r+b") as file:
        file.truncate(0)
