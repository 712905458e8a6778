"""A day's figures as a table for a terminal, several scenarios side by side, and as plots."""

from collections.abc import Callable, Sequence

from server.core.plot import Series, plot_bars, plot_day
from server.domain.routing.simulate.day import Outcome, Story
from server.domain.routing.simulate.figures import Figures, Waits, percentile, utilisation
from server.domain.routing.simulate.scenario import DAY, HOUR

_LINES: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("conversations", lambda each: f"{each.total.conversations:,}"),
    ("answered", lambda each: f"{each.total.answered:,}"),
    ("abandoned", lambda each: f"{each.total.abandoned:,}"),
    ("never answered", lambda each: f"{each.total.unanswered:,}"),
    ("wait, mean", lambda each: _seconds(each.total.mean)),
    ("wait, p50", lambda each: _seconds(each.total.p50)),
    ("wait, p90", lambda each: _seconds(each.total.p90)),
    ("wait, p99", lambda each: _seconds(each.total.p99)),
    ("wait, longest", lambda each: _seconds(each.total.longest)),
    ("target", lambda each: f"{each.target.share:.0%} within {_seconds(each.target.seconds)}"),
    ("within the target", lambda each: f"{each.total.within:.1%}{'' if each.is_target_met else ' (missed)'}"),
    ("longest queue", lambda each: f"{each.longest_queue:,}"),
    ("offers", lambda each: f"{each.offers:,} ({each.offers_per_conversation:.2f} each)"),
    ("declined, unanswered", lambda each: f"{each.declined:,}, {each.expired:,}"),
    ("overflowed", lambda each: f"{each.overflowed:,}"),
    ("utilisation, mean", lambda each: f"{each.utilisation.mean:.1%}"),
    ("utilisation, least to most", lambda each: f"{each.utilisation.least:.1%} to {each.utilisation.most:.1%}"),
    ("conversations: Jain, Gini", lambda each: f"{each.fairness_of_conversations.jain:.3f}, "
                                               f"{each.fairness_of_conversations.gini:.3f}"),
    ("busy time: Jain, Gini", lambda each: f"{each.fairness_of_busy_time.jain:.3f}, "
                                           f"{each.fairness_of_busy_time.gini:.3f}"),
)  # fmt: skip


def table(days: Sequence[Figures]) -> str:
    """The figures, a column for each scenario."""
    rows = [["", *(each.scenario for each in days)]]
    rows += [[name, *(told(each) for each in days)] for name, told in _LINES]
    for title, parts in (("team", [each.by_team for each in days]), ("priority", [each.by_priority for each in days])):
        names = sorted({name for each in parts for name in each})
        if len(names) > 1:
            rows += [[f"{title} {name}", *(_part(each.get(name)) for each in parts)] for name in names]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(_cells(row, widths)) for row in rows)


def plots(days: Sequence[tuple[str, Outcome]]) -> dict[str, str]:
    """SVG pictures by the names of their files."""
    waits = [
        Series(f"{name}, {label}"[:26], _by_hour(outcome.stories, share), is_dashed=share > 0.5)
        for name, outcome in days for label, share in (("p50", 0.5), ("p90", 0.9))
    ]  # fmt: skip
    queue = [Series(name[:26], _steps(outcome.queue), is_dashed=number % 2 == 1)
             for number, (name, outcome) in enumerate(days)]  # fmt: skip
    used = [
        Series(name[:26], [(0.0, 100 * utilisation(desk)) for desk in outcome.desks if desk.present_ms])
        for name, outcome in days
    ]
    return {
        "waits.svg": plot_day(waits, up="wait of those who came then, in seconds"),
        "queue.svg": plot_day(queue, up="conversations that wait, at most in five minutes"),
        "utilisation.svg": plot_bars(used, across="agents, the busiest first", up="utilisation in percent"),
    }


def _by_hour(stories: Sequence[Story], share: float) -> list[tuple[float, float]]:
    hours: dict[int, list[float]] = {}
    for each in stories:
        if each.answered_at is not None:
            queued_at = each.arrival.waiting.queued_at
            hours.setdefault((queued_at - DAY) // HOUR, []).append((each.answered_at - queued_at) / 1000)
    return [(hour + 0.5, percentile(sorted(hours[hour]), share)) for hour in sorted(hours) if 0 <= hour < 24]


def _steps(queue: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """The most that waited in each five minutes: a point for every change would be megabytes."""
    most, last = [0] * 288, 0
    place = 0
    for moment, length in queue:
        now = min(max((moment - DAY) * 288 // DAY, 0), 287)
        for between in range(place + 1, now + 1):
            most[between] = last
        place, last = max(place, now), length
        most[place] = max(most[place], length)
    return [(each / 12, float(length)) for each, length in enumerate(most)]


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]


def _part(waits: Waits | None) -> str:
    return "" if waits is None else f"p90 {_seconds(waits.p90)}, {waits.within:.0%} in time, {waits.abandoned:,} gone"


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value < 600 else f"{value / 60:.0f} min"
