"""What each process costs in CPU seconds, from the kernel's own accounts, and which cores it may run on."""

import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

Accounts = Mapping[str, float]


def spent(pid: int, *, with_children: bool = False) -> float:
    """The CPU seconds that a process has used so far, its children's too if asked for.

    From the scheduler's nanoseconds: `stat` counts in hundredths of a second, which is a fifth of some figures here; it
    serves for children that have ended.
    """
    pids, ended = [pid], 0.0
    if with_children:
        process = psutil.Process(pid)
        pids += [child.pid for child in process.children(recursive=True)]
        times = process.cpu_times()
        ended = times.children_user + times.children_system
    return sum(_nanoseconds(each) for each in pids) / 1e9 + float(ended)


def _nanoseconds(pid: int) -> int:
    total = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        # A thread or a backend may end while we look.
        with suppress(FileNotFoundError, ProcessLookupError):
            total += int(path.read_text().split()[0])
    return total


class Meter:
    """Reads the accounts of named processes; `postgres` counts with all its backends."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)

    def read(self) -> dict[str, float]:
        """The CPU seconds of each so far."""
        return {name: spent(pid, with_children=name == "postgres") for name, pid in self._pids.items()}

    def since(self, before: Accounts) -> dict[str, float]:
        """The CPU seconds of each since an earlier reading."""
        return {name: now - before[name] for name, now in self.read().items()}


def pin(pid: int, cores: set[int]) -> None:
    """Let a process, with all its threads, run on these cores alone."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


def machine() -> dict[str, str | int]:
    """What was measured on, without its name."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpu": model,
        "cores": os.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "kernel": platform.release().partition("-")[0],
        "python": platform.python_version(),
    }
