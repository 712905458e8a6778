"""Business hours: what is said about opening and closing is so, on every day and at every jump of the clocks."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import Invalid
from server.core.hours import AHEAD, Holiday, HoursPlan, clean_plan, closes_at, is_open, opens_at, seconds_open_between

MINUTE = timedelta(minutes=1)
# Clocks that jump at night, by half an hour (Lord Howe), at midnight (Santiago), over a whole date (Apia), and never.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Asia/Kolkata")
# When they jumped.
JUMPS = {
    "Europe/Berlin": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "America/New_York": ("2026-03-08T07:00", "2026-11-01T06:00"),
    "Australia/Lord_Howe": ("2026-04-04T15:00", "2026-10-03T15:30"),
    "America/Santiago": ("2026-04-05T03:00", "2026-09-06T04:00"),
    "Pacific/Apia": ("2011-12-30T10:00",),
    "Asia/Kolkata": ("2026-06-01T00:00",),
}

clocks = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
times = st.lists(st.tuples(clocks, st.one_of(clocks, st.just("24:00"))), max_size=3)


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Times of one day that may be saved together."""
    kept: list[tuple[str, str]] = []
    for each in draw(times):
        with suppress(Invalid):
            kept = clean_plan(HoursPlan("UTC", [[*kept, each], *[[]] * 6])).weekly[0]
    return kept


@st.composite
def moments(draw: st.DrawFn) -> tuple[HoursPlan, datetime]:
    """A plan, and a moment that is often close to a jump of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    jump = datetime.fromisoformat(draw(st.sampled_from(JUMPS[zone]))).replace(tzinfo=UTC)
    now = jump + draw(st.integers(-600, 600)) * 5 * MINUTE
    dates = [(jump + timedelta(days=each)).date().isoformat() for each in (-1, 0, 1, 2)]
    holidays = [Holiday(each, "", draw(spans())) for each in draw(st.sets(st.sampled_from(dates), max_size=2))]
    plan = HoursPlan(zone, draw(st.lists(spans(), min_size=7, max_size=7)), holidays)
    return plan, now


def furthest(zone: str, now: datetime) -> datetime:
    """The latest that the clocks have shown so far: while they show something again, it stands still."""
    return max((now - each * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in range(0, 185, 5))


def open_by_the_clock(plan: HoursPlan, now: datetime) -> bool:
    """The same as `is_open`, as somebody would tell it who looks at the clock on the wall."""
    shown = furthest(plan.timezone, now)
    for back in (0, 1):
        day = shown.date() - timedelta(days=back)
        different = {each.date: each.spans for each in plan.holidays}
        if back and shown.date().isoformat() in different:
            continue
        for begin, end in different.get(day.isoformat(), plan.weekly[day.weekday()]):
            time = f"{shown:%H:%M}"
            is_overnight = end <= begin
            if back and is_overnight and time < end:
                return True
            if not back and begin <= time and (is_overnight or time < end):
                return True
    return False


@given(moments())
@settings(max_examples=300, deadline=None)
def test_it_is_open_when_the_clock_on_the_wall_says_so(case: tuple[HoursPlan, datetime]) -> None:
    """Also in the hour that comes twice, and around the one that never comes."""
    plan, now = case
    assert is_open(plan, now) == open_by_the_clock(plan, now)


@given(moments())
@settings(deadline=None)
def test_it_opens_and_closes_when_it_is_said(case: tuple[HoursPlan, datetime]) -> None:
    """The moment itself is as it is said, and no moment before it."""
    plan, now = case
    for moment, is_so in ((opens_at(plan, now), True), (closes_at(plan, now), False)):
        assert moment is None or (now <= moment <= now + AHEAD and is_open(plan, moment) is is_so)
        between = (moment or now + AHEAD) - now
        for part in range(24 if between else 0):
            assert is_open(plan, now + between * part / 24) is not is_so
        if moment is not None and moment > now:
            assert is_open(plan, moment - timedelta(seconds=1)) is not is_so


@given(moments(), st.lists(st.integers(0, 20_000), min_size=3, max_size=3))
@settings(deadline=None)
def test_open_time_adds_up(case: tuple[HoursPlan, datetime], minutes: list[int]) -> None:
    """From a to c as much as from a to b and from b to c; and all the while what `is_open` says."""
    plan, now = case
    a, b, c = (now + each * MINUTE for each in sorted(minutes))
    whole = seconds_open_between(plan, a, c)
    assert whole == seconds_open_between(plan, a, b) + seconds_open_between(plan, b, c)
    assert seconds_open_between(plan, c, a) == 0 or a == c
    counted = sum(is_open(plan, now + each * MINUTE) for each in range(0, 90, 5))
    assert seconds_open_between(plan, now, now + 90 * MINUTE) == counted * 300


ALL_DAY = HoursPlan("Europe/Berlin", [[("00:00", "24:00")]] * 7)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)])
def test_a_whole_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    """On the days when the clocks are put forward and back, too."""
    begin = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert seconds_open_between(ALL_DAY, begin, begin + timedelta(hours=hours)) == hours * 3600
    only = HoursPlan("Europe/Berlin", [[]] * 7, [Holiday(day, "", [("00:00", "24:00")])])
    assert seconds_open_between(only, begin - timedelta(days=2), begin + timedelta(days=3)) == hours * 3600
    assert closes_at(only, begin) == begin + timedelta(hours=hours)


def test_who_is_always_there_never_closes_and_who_never_is_does_not_open() -> None:
    """Neither has a moment to tell."""
    now = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert (opens_at(ALL_DAY, now), closes_at(ALL_DAY, now)) == (now, None)
    never = HoursPlan("Europe/Berlin", [[]] * 7)
    assert (opens_at(never, now), closes_at(never, now)) == (None, now)


def test_a_night_ends_where_a_holiday_begins() -> None:
    """Whoever works at night goes home at midnight when the next day is free."""
    night = HoursPlan("Asia/Kolkata", [[("22:00", "06:00")]] * 7, [Holiday("2026-12-25", "Christmas")])
    eve = datetime(2026, 12, 24, 23, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert closes_at(night, eve) == datetime(2026, 12, 25, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert opens_at(night, eve + timedelta(hours=2)) == datetime(2026, 12, 26, 22, tzinfo=ZoneInfo("Asia/Kolkata"))


@pytest.mark.parametrize(
    ("monday", "holidays", "field"),
    [
        ([("09:00", "09:00")], [], "weekly[0]"),
        ([("24:00", "09:00")], [], "weekly[0]"),
        ([("09:00", "12:00"), ("11:00", "17:00")], [], "weekly[0]"),
        ([("09:00", "08:00"), ("10:00", "11:00")], [], "weekly[0]"),
        ([], [Holiday("2026-02-29")], "holidays[0].date"),
        ([], [Holiday("2026-12-25"), Holiday("2026-12-25")], "holidays[1].date"),
        ([], [Holiday("2026-12-25", "", [("09:00", "09:00")])], "holidays[0].spans"),
    ],
)
def test_what_makes_no_sense_is_refused(monday: list[tuple[str, str]], holidays: list[Holiday], field: str) -> None:
    """With the place where it stands."""
    with pytest.raises(Invalid) as refused:
        clean_plan(HoursPlan("UTC", [monday, *[[]] * 6], holidays))
    assert refused.value.field == field


def test_a_plan_is_kept_in_order() -> None:
    """However it was written."""
    plan = HoursPlan(
        "UTC", [[("13:00", "17:00"), ("09:00", "12:00")], *[[]] * 6], [Holiday("2027-01-01"), Holiday("2026-12-25")]
    )
    kept = clean_plan(plan)
    assert kept.weekly[0] == [("09:00", "12:00"), ("13:00", "17:00")]
    assert [each.date for each in kept.holidays] == ["2026-12-25", "2027-01-01"]
