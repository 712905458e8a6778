"""When things happen in the demo: visitors write mostly by day, the team answers in office hours, people take time."""

import random

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
# The company keeps Central European winter time; a fixed distance needs no table of time zones.
_ZONE = HOUR
_OPENS, _CLOSES = 8 * HOUR + 30 * MINUTE, 19 * HOUR
# Sundays are closed; the epoch began on a Thursday.
_SUNDAY = 3
_BY_DAY = (1.05, 0.95, 0.65, 0.35, 1.3, 1.15, 1.1)
_BY_HOUR = (1, 0, 0, 0, 0, 0, 1, 3, 7, 11, 14, 13, 10, 10, 12, 13, 12, 11, 9, 9, 8, 6, 4, 2)


def some_time(chance: random.Random, first: int, last: int) -> int:
    """A moment between two, more likely when people sit at their screens."""
    while True:
        at = chance.randrange(first, last)
        local = at + _ZONE
        likely = _BY_DAY[local // DAY % 7] * _BY_HOUR[local % DAY // HOUR] / 18
        if chance.random() < likely:
            return at


def next_open(chance: random.Random, at: int) -> int:
    """The same moment in office hours; outside of them some minutes into the next morning."""
    local = at + _ZONE
    day, time = local // DAY, local % DAY
    if time >= _CLOSES:
        day, time = day + 1, 0
    if day % 7 == _SUNDAY:
        day, time = day + 1, 0
    if time >= _OPENS:
        return at
    return day * DAY + _OPENS - _ZONE + int(chance.uniform(1, 35) * MINUTE)


def pause(chance: random.Random, text: str, *, is_agent: bool) -> int:
    """Milliseconds until this is said: reading, thinking, typing; now and then somebody is called away."""
    typing = len(text) * (140 if is_agent else 170)
    thinking = chance.lognormvariate(2.2 if is_agent else 2.6, 0.7) * 1000
    away = chance.uniform(1, 6) * MINUTE if chance.random() < (0.06 if is_agent else 0.12) else 0
    return int(typing + min(thinking, 3 * MINUTE) + away)


def wait(chance: random.Random) -> int:
    """How long a visitor waits for a person in office hours: mostly a minute or two, sometimes ten."""
    return int(min(chance.lognormvariate(4.3, 0.8), 1500) * 1000)
