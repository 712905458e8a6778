"""Read by Python at the start of a process whose path leads here: its clock is wrong by so many seconds."""

import datetime as dt
import os
import time

_SECONDS = float(os.environ["CLOCK_WRONG_BY"])
_time, _time_ns = time.time, time.time_ns


class _Datetime(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "_Datetime":
        return cls.fromtimestamp(time.time(), tz)


time.time = lambda: _time() + _SECONDS
time.time_ns = lambda: _time_ns() + int(_SECONDS * 1_000_000_000)
dt.datetime = _Datetime  # type: ignore[misc]
