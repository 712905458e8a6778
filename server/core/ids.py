"""UUIDv7 (RFC 9562, section 5.7): ids that carry the millisecond they were made in."""

import os
from uuid import UUID

from server.core.clock import now_ms
from server.core.errors import Invalid

DAY_MS = 86_400_000
# An outbox may wait through a month of holidays; a wrong clock may run a little ahead.
OLDEST_MS = 30 * DAY_MS
NEWEST_MS = 5 * 60 * 1000


def uuid7(at_ms: int | None = None) -> UUID:
    """Make a new id whose first 48 bits are the time in milliseconds."""
    at = now_ms() if at_ms is None else at_ms
    random = int.from_bytes(os.urandom(10), "big")
    return uuid7_from(at, random)


def uuid7_from(at_ms: int, random74: int) -> UUID:
    """Make the id for a time and 74 bits chosen by the caller, so that a repeated answer gets the same id."""
    high = (at_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76
    low = (random74 >> 62 & 0xFFF) << 64 | 0b10 << 62 | random74 & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=high | low)


def uuid7_ms(value: UUID) -> int:
    """The milliseconds since the epoch that an id was made in."""
    return value.int >> 80


def require_recent(value: UUID, now: int) -> int:
    """The age of a client's id in milliseconds; refuses ids that are no UUIDv7, or too old or too new (bad_id)."""
    if value.version != 7:
        raise Invalid("the id is not a UUIDv7", code="bad_id")
    age = now - uuid7_ms(value)
    if age > OLDEST_MS:
        raise Invalid("the id is older than 30 days", code="bad_id")
    if age < -NEWEST_MS:
        raise Invalid("the id lies more than 5 minutes in the future; take the time from welcome", code="bad_id")
    return age


def id_of_both(event_id: UUID, other_id: UUID) -> UUID:
    """An id made from both, so that the same event makes the same line however often it comes."""
    return uuid7_from(uuid7_ms(event_id), (event_id.int ^ other_id.int) & (1 << 74) - 1)
