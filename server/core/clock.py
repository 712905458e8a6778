"""The server's time, in the one unit the protocol uses."""

import time


def now_ms() -> int:
    """The wall clock in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
