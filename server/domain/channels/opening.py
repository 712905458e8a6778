"""Whether a channel is within its business hours just now, and when that changes."""

from datetime import UTC, datetime

from msgspec import Struct

from server.core.hours import HoursPlan, closes_at, opens_at


class Opening(Struct, frozen=True):
    """What visitors are told, and until when it is so; a channel without hours is always open."""

    is_open: bool = True
    opens_at: int | None = None
    changes_at: int | None = None


def opening_of(plan: HoursPlan | None, now_ms: int) -> Opening:
    """How it is at a moment."""
    if plan is None:
        return Opening()
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    opens = opens_at(plan, now)
    if opens == now:
        return Opening(changes_at=_ms(closes_at(plan, now)))
    return Opening(is_open=False, opens_at=_ms(opens), changes_at=_ms(opens))


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp()) * 1000
