"""The server's time, in the one unit the protocol uses, and the same on every node.

All nodes take it from the one Valkey that they share (core/timekeeper.py): a node whose own clock is wrong by hours
does no harm to order, times and tokens. Between two looks it goes on by the monotonic clock, which nobody sets.
"""

import time


class _Clock:
    # What is added to the monotonic clock; until somebody knows better, this machine's own clock is good enough.
    offset_ns = time.time_ns() - time.monotonic_ns()


def now_ms() -> int:
    """The time in milliseconds since the epoch."""
    return (time.monotonic_ns() + _Clock.offset_ns) // 1_000_000


def now() -> float:
    """The time in seconds since the epoch."""
    return (time.monotonic_ns() + _Clock.offset_ns) / 1_000_000_000


def set_time(told_ns: int, monotonic_ns: int) -> None:
    """It was `told_ns` when the monotonic clock stood there."""
    _Clock.offset_ns = told_ns - monotonic_ns
