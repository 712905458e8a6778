"""A clock that ticks to the microsecond inside an event loop, whose own timers are rounded to milliseconds."""

import asyncio
import ctypes
import os
import struct
import time
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_NONBLOCK_CLOEXEC = os.O_NONBLOCK | os.O_CLOEXEC
_NANO = 1_000_000_000


class Ticks:
    """Calls `due` with the number of ticks that are due, `rate` a second, until closed (Linux: timerfd)."""

    def __init__(self, rate: float, due: Callable[[int], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._due = due
        self._descriptor = _libc.timerfd_create(time.CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "no timer could be made")
        period = round(_NANO / rate)
        # The first tick comes one period after `began`, and every other one a period later, however late we are.
        self.began = time.monotonic()
        both = struct.pack("@qqqq", period // _NANO, period % _NANO, period // _NANO, period % _NANO)
        if _libc.timerfd_settime(self._descriptor, 0, both, None) != 0:
            raise OSError(ctypes.get_errno(), "the timer could not be set")
        self._loop.add_reader(self._descriptor, self._read)

    def _read(self) -> None:
        try:
            self._due(int.from_bytes(os.read(self._descriptor, 8), "little"))
        except BlockingIOError:
            return

    def close(self) -> None:
        """Tick no more."""
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)
