"""Makes the ids of what a bot says: UUIDv7 (RFC 9562, section 5.7) by the server's clock."""

import hashlib
import os
import time
from uuid import UUID

# Replies to one message are numbered from 0; these numbers keep the other things said about it apart.
FIRST_NOTE = 2**31
FIRST_TAGGING = 3 * 2**30
HANDOFF = 2**32 - 1
SUGGESTION = 2**32 - 2
# Whom it asks before it answers, from here on.
FIRST_CONSULTED = 2**32 - 1024


class Clock:
    """The time that the server has, as far as this bot knows."""

    def __init__(self) -> None:
        self._ahead = 0

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000 + self._ahead

    def set(self, server_time: int) -> None:
        """Take the server's time from an answer that has just arrived."""
        self._ahead = server_time - time.time_ns() // 1_000_000


def uuid7(at_ms: int) -> UUID:
    """A new id whose first 48 bits are the time."""
    return _uuid7_from(at_ms, int.from_bytes(os.urandom(10)) >> 6)


def answer_id(bot_id: UUID, answered_id: UUID, number: int) -> UUID:
    """The id of a bot's nth answer to something: the same in every run, so that saying it twice leaves one line.

    Its time is that of what is answered; the other 74 bits begin SHA-256(bot ‖ answered ‖ number as 4 bytes).
    """
    digest = hashlib.sha256(bot_id.bytes + answered_id.bytes + number.to_bytes(4)).digest()
    return _uuid7_from(answered_id.int >> 80, int.from_bytes(digest[:10]) >> 6)


def _uuid7_from(at_ms: int, random74: int) -> UUID:
    high = (at_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76
    low = (random74 >> 62 & 0xFFF) << 64 | 0b10 << 62 | random74 & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=high | low)
