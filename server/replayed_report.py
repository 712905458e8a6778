"""How a replay is told: figures of both times side by side, and the questions that came out most differently."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

from frontdesk_bot.replay import Outcome, Said

WIDTH = 68


def table(outcomes: Sequence[Outcome], show: int) -> str:
    """Figures, a column for then and one for now, and the `show` questions that differ most."""
    times = ([each.then for each in outcomes], [each.now for each in outcomes])
    reasons = [Counter(each.handed_off for each in said if each.handed_off) for said in times]
    rows = [["", "then", "now"]]
    rows += [[name, *(_told(figure(said)) for said in times)] for name, figure in _FIGURES]
    rows += [
        [f"handed off: {name}", *(str(each[name]) for each in reasons)] for name in sorted(reasons[0] | reasons[1])
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join((row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]))) for row in rows]
    conversations = len({each.conversation_id for each in outcomes})
    alike = sum(each.then.sources == each.now.sources for each in outcomes)
    head = f"{len(outcomes):,} questions of {conversations:,} conversations; {alike:,} name the same sources as then"
    differing = sorted((each for each in outcomes if _distance(each)), key=_distance, reverse=True)[:show]
    return "\n".join([head, "", *lines, *(line for each in differing for line in _difference(each))])


def _distance(outcome: Outcome) -> float:
    """How far apart two answers are: whether at all, then from where, then how sure and how long; 0 is the same."""
    then, now = outcome.then, outcome.now
    apart = 8.0 if now.failure else 0.0
    apart += 4.0 * (bool(then.handed_off) != bool(now.handed_off)) + 4.0 * (then.is_silent != now.is_silent)
    apart += 2.0 * (then.sources != now.sources)
    if then.confidence is not None and now.confidence is not None:
        apart += abs(then.confidence - now.confidence)
    return apart + (then.replies != now.replies) * (0.1 + abs(then.words - now.words) / (then.words + now.words + 1))


def _difference(outcome: Outcome) -> list[str]:
    return [
        "", f"{_line(outcome.question)}   {outcome.conversation_id}",
        f"  then  {_summary(outcome.then)}", f"  now   {_summary(outcome.now)}",
    ]  # fmt: skip


def _summary(said: Said) -> str:
    parts = [said.failure, _line(" ".join(said.replies)), ", ".join(said.sources)]
    parts += [f"confidence {said.confidence:.2f}"] if said.confidence is not None else []
    parts += [f"handed off: {said.handed_off}"] if said.handed_off else []
    return " · ".join(each for each in parts if each) or "silent"


def _line(text: str) -> str:
    flat = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return flat if len(flat) <= WIDTH else f"{flat[: WIDTH - 1]}…"


def _median(values: Sequence[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return median(known) if known else None


def _told(figure: float | None) -> str:
    if figure is None:
        return "-"
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.2f}"


_FIGURES: list[tuple[str, Callable[[Sequence[Said]], float | None]]] = [
    ("answered", lambda said: sum(bool(each.replies) for each in said)),
    ("handed off", lambda said: sum(bool(each.handed_off) for each in said)),
    ("silent", lambda said: sum(each.is_silent and not each.failure for each in said)),
    ("failed", lambda said: sum(bool(each.failure) for each in said)),
    ("with sources", lambda said: sum(bool(each.sources) for each in said)),
    ("confidence, median", lambda said: _median([each.confidence for each in said])),
    ("words of an answer, median", lambda said: _median([float(each.words) for each in said if each.replies])),
    ("seconds, median", lambda said: _median([each.seconds for each in said])),
]
