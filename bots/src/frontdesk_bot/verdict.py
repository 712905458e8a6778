"""Decides, without doing anything, what a lost connection means."""

import random
from typing import Final, NamedTuple

import msgspec

from frontdesk_bot.protocol.codes import CLOSES, CloseCode

# Long enough that a restarting server is not hammered, short enough that nobody restarts the bot by hand.
SHORTEST_WAIT: Final = 0.5
FIRST_BOUND: Final = 1.5
LAST_BOUND: Final = 30.0
# What a broken network is called: no close frame came.
BROKEN: Final = 1006
# Answers to the upgrade that say "not now": time-outs and too many requests.
_LATER: Final = frozenset({408, 425, 429})


class Verdict(NamedTuple):
    """Whether to come back, whether without positions, and after how many seconds at least."""

    come_back: bool
    forget: bool = False
    wait: float = 0.0


def verdict_of(code: int, reason: str) -> Verdict:
    """What a close code and its reason ask for: 4500 to 4999 mean no, everything else means later."""
    return Verdict(not 4500 <= code <= 4999, code == CloseCode.RELOAD, _wait_in(reason))


def is_for_good(status: int) -> bool:
    """Whether an HTTP status in place of a socket says that there will never be one at this address."""
    return 300 <= status < 500 and status not in _LATER


def told(code: int) -> str:
    """What a close code means, in words."""
    try:
        return f"{code} {CloseCode(code).name.lower()}: {CLOSES[CloseCode(code)]}"
    except ValueError:
        return f"{code}"


def delay_before(attempt: int, at_least: float) -> float:
    """Seconds until the next attempt: anything up to a bound that doubles, so that a crowd comes back spread out."""
    bound = min(LAST_BOUND, FIRST_BOUND * 2.0 ** min(attempt, 10))
    return max(SHORTEST_WAIT, at_least) + random.random() * (bound - SHORTEST_WAIT)  # noqa: S311 - no secret


class _Reason(msgspec.Struct):
    retry_after: float = 0.0


def _wait_in(reason: str) -> float:
    try:
        return max(0.0, msgspec.json.decode(reason, type=_Reason).retry_after)
    except msgspec.DecodeError:
        return 0.0
