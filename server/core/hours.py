"""Business hours: a weekly plan in a time zone, with holidays, and what follows from it. Asks nobody, knows no clock.

A day is a date in the plan's zone. A span belongs to the day that it begins on, and may end on the next one; a holiday
has its own spans and no others: what the day before would carry into it ends at midnight. Clocks that are put forward
or back move nothing: a span begins, and ends, as soon as the clock shows its time or a later one for the first time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from server.core.errors import Invalid
from server.core.text import clean_name

Clock = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")]
# From and to; where `to` is not after `from` it is on the next day.
Span = tuple[Clock, Clock]
Spans = Annotated[list[Span], Meta(max_length=8)]

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Whoever does not open within a year does not say when.
AHEAD = timedelta(days=366)
_DAY = timedelta(days=1)
_MIDNIGHT = 24 * 60


class Holiday(Struct, frozen=True):
    """A date with hours of its own; closed without any."""

    date: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
    name: Annotated[str, Meta(max_length=80)] = ""
    spans: Spans = []


class HoursPlan(Struct, frozen=True):
    """When somebody is there: the spans of Monday to Sunday in a time zone, and the dates that are different."""

    timezone: Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+\Z")]
    weekly: Annotated[list[Spans], Meta(min_length=7, max_length=7)]
    holidays: Annotated[list[Holiday], Meta(max_length=200)] = []


def clean_plan(plan: HoursPlan, at: str = "") -> HoursPlan:
    """The same in order; refuses spans of no length or that overlap, and dates that are none or stand there twice.

    `at` is where the plan stands in what was sent.
    """
    weekly = [_clean_spans(spans, f"{at}weekly[{day}]", WEEK[day]) for day, spans in enumerate(plan.weekly)]
    holidays: dict[str, Holiday] = {}
    for number, each in enumerate(plan.holidays):
        field = f"{at}holidays[{number}]"
        try:
            date.fromisoformat(each.date)
        except ValueError:
            raise Invalid(f"there is no date {each.date}", field=f"{field}.date") from None
        if each.date in holidays:
            raise Invalid(f"{each.date} stands there twice", field=f"{field}.date")
        spans = _clean_spans(each.spans, f"{field}.spans", each.date)
        holidays[each.date] = Holiday(each.date, clean_name(each.name), spans)
    return HoursPlan(plan.timezone, weekly, [holidays[each] for each in sorted(holidays)])


def _clean_spans(spans: Spans, field: str, day: str) -> Spans:
    ended = -1
    for begin, end in sorted(spans):
        if begin in {end, "24:00"}:
            raise Invalid(f"{day}: {begin} to {end} is no time; a whole day is 00:00 to 24:00", field=field)
        if _minutes(begin) < ended:
            raise Invalid(f"{day}: two times overlap at {begin}", field=field)
        ended = _end(begin, end)
    return sorted(spans)


def is_open(plan: HoursPlan, now: datetime) -> bool:
    """Whether somebody is there."""
    return opens_at(plan, now) == now


def opens_at(plan: HoursPlan, now: datetime) -> datetime | None:
    """The first moment from now on that is open; None where there is none within a year."""
    for begin, _ in _open(plan, now, now + AHEAD):
        return max(begin, now) if begin <= now + AHEAD else None
    return None


def closes_at(plan: HoursPlan, now: datetime) -> datetime | None:
    """The first moment from now on that is closed; None where there is none within a year."""
    for begin, end in _open(plan, now, now + AHEAD):
        return now if begin > now else end if end <= now + AHEAD else None
    return now


def seconds_open_between(plan: HoursPlan, a: datetime, b: datetime) -> float:
    """For how many of the seconds from one moment to another somebody is there."""
    open_times = (min(end, b) - max(begin, a) for begin, end in _open(plan, a, b) if begin < b)
    return sum(open_times, timedelta()).total_seconds() if a < b else 0.0


def _open(plan: HoursPlan, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When it is open, in order: all times that end after `since` and begin before `until`, and perhaps some more."""
    begins: datetime | None = None
    ends = since
    for begin, end in _times(plan, since, until):
        if end <= since or begin >= end:
            continue
        if begins is not None and begin > ends:
            yield begins, ends
            begins = None
        begins, ends = begins or begin, max(ends, end)
    if begins is not None:
        yield begins, ends


def _times(plan: HoursPlan, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans of each day as moments, in the order they begin; one may begin where another has not ended."""
    zone = _zone(plan.timezone)
    holidays = {each.date: each.spans for each in plan.holidays}
    # Two days back: one for what goes on after midnight, one for zones that have skipped a whole date.
    day = since.astimezone(zone).date() - 2 * _DAY
    last = until.astimezone(zone).date() + _DAY
    while day <= last:
        is_cut = (day + _DAY).isoformat() in holidays
        for begin, end in holidays.get(day.isoformat(), plan.weekly[day.weekday()]):
            ends = min(_end(begin, end), _MIDNIGHT) if is_cut else _end(begin, end)
            yield _moment(zone, day, _minutes(begin)), _moment(zone, day, ends)
        day += _DAY


def _moment(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """When the clocks of a zone show so many minutes of a day, or more, for the first time."""
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - the zone's own time
    moment = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _shown(zone, moment) == wanted:
        return moment
    # The clocks skip it: look for the second at which they do, between what it was by the old time and by the new.
    early, late = int(wanted.replace(tzinfo=zone, fold=1).timestamp()), int(moment.timestamp())
    while late - early > 1:
        middle = (early + late) // 2
        if _shown(zone, datetime.fromtimestamp(middle, UTC)) < wanted:
            early = middle
        else:
            late = middle
    return datetime.fromtimestamp(late, UTC)


def _shown(zone: ZoneInfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Saved on a machine that knew it, or that knows none at all; the widget must not fail for that.
        return ZoneInfo("UTC")


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _end(begin: str, end: str) -> int:
    return _minutes(end) + (_MIDNIGHT if _minutes(end) <= _minutes(begin) else 0)
