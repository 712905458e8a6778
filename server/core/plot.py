"""Lines and bars as a small SVG that needs nothing else and can be read in light and dark."""

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 24, 52
ACROSS, UP = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
# Told apart by people who see few colours (Okabe and Ito, 2008); pairs share one, and the second is dashed.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
STYLE = "svg{color:#333;background:#fff}@media(prefers-color-scheme:dark){svg{color:#ddd;background:#111}}"


class Series(NamedTuple):
    """One line: points of across and up, both above nothing."""

    name: str
    points: Sequence[tuple[float, float]]
    is_dashed: bool = False


def plot(series: Sequence[Series], across: str, up: str) -> str:
    """Draw lines over two logarithmic scales."""
    xs = [x for each in series for x, _ in each.points]
    ys = [y for each in series for _, y in each.points if y > 0]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))

    def at(x: float, y: float) -> tuple[float, float]:
        right = math.log(x / min(xs)) / math.log(max(xs) / min(xs))
        above = math.log(max(y, low) / low) / math.log(high / low)
        return (
            round(LEFT + right * (WIDTH - LEFT - RIGHT), 1), round(HEIGHT - BOTTOM - above * (HEIGHT - TOP - BOTTOM), 1)
        )  # fmt: skip

    parts = _head(across, up)
    step = low
    while step <= high:
        _, y = at(min(xs), step)
        parts.append(_rung(y, f"{step:g}"))
        step *= 10
    for x in sorted(set(xs)):
        right, _ = at(x, low)
        parts.append(_tick(right, f"{x:,.0f}"))
    parts += _axes(across, up)
    for number, each in enumerate(series):
        parts += _line(number, each, [at(*point) for point in each.points])
    return "\n".join([*parts, "</svg>", ""])


def plot_day(series: Sequence[Series], up: str) -> str:
    """Draw lines over the hours of a day, from nothing up."""
    top = _round_up(max((y for each in series for _, y in each.points), default=0.0))

    def at(x: float, y: float) -> tuple[float, float]:
        return round(LEFT + x / 24 * ACROSS, 1), round(HEIGHT - BOTTOM - y / top * UP, 1)

    across = "hour of the day"
    parts = [*_head(across, up), *_axes(across, up), *_ladder(top)]
    parts += [_tick(at(hour, 0)[0], str(hour)) for hour in range(0, 25, 3)]
    for number, each in enumerate(series):
        parts += _line(number, each, [at(*point) for point in each.points])
    return "\n".join([*parts, "</svg>", ""])


def plot_bars(series: Sequence[Series], across: str, up: str) -> str:
    """Draw each series' values side by side, the greatest first; a series is a colour."""
    top = _round_up(max((y for each in series for _, y in each.points), default=0.0))
    parts = [*_head(across, up), *_axes(across, up), *_ladder(top)]
    slot = ACROSS / max((len(each.points) for each in series), default=1)
    width = slot * 0.8 / max(len(series), 1)
    for number, each in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        for place, value in enumerate(sorted((y for _, y in each.points), reverse=True)):
            x, height = LEFT + slot * (place + 0.1) + width * number, value / top * UP
            parts.append(
                f'<rect x="{x:.1f}" y="{HEIGHT - BOTTOM - height:.1f}" width="{width:.2f}" height="{height:.1f}"'
                f' fill="{colour}"/>'
            )
        y = TOP + 12 + number * 20
        parts.append(
            f'<rect x="{WIDTH - RIGHT + 16}" y="{y - 10}" width="28" height="10" fill="{colour}"/>'
            f'<text x="{WIDTH - RIGHT + 50}" y="{y}" fill="currentColor">{escape(each.name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _head(across: str, up: str) -> list[str]:
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="12">',
        f"<style>{STYLE}</style>",
        f"<title>{up} against {across}</title>",
    ]


def _axes(across: str, up: str) -> list[str]:
    middle, turned = (LEFT + WIDTH - RIGHT) / 2, f"translate(16 {HEIGHT / 2}) rotate(-90)"
    return [
        f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle" fill="currentColor">{across}</text>',
        f'<text transform="{turned}" text-anchor="middle" fill="currentColor">{up}</text>',
    ]


def _ladder(top: float) -> list[str]:
    return [_rung(round(HEIGHT - BOTTOM - step / 4 * UP, 1), f"{top * step / 4:g}") for step in range(5)]


def _rung(y: float, text: str) -> str:
    return (
        f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="currentColor" opacity=".2"/>'
        f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="currentColor">{text}</text>'
    )


def _tick(x: float, text: str) -> str:
    return f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="currentColor">{text}</text>'


def _line(number: int, each: Series, points: Sequence[tuple[float, float]]) -> list[str]:
    colour = COLOURS[number // 2 % len(COLOURS)]
    dashes = ' stroke-dasharray="5 4"' if each.is_dashed else ""
    line = " ".join(f"{x},{y}" for x, y in points)
    y = TOP + 12 + number * 20
    return [
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>',
        f'<path d="M{WIDTH - RIGHT + 16} {y - 4}h28" stroke="{colour}" stroke-width="2"{dashes}/>',
        f'<text x="{WIDTH - RIGHT + 50}" y="{y}" fill="currentColor">{escape(each.name)}</text>',
    ]


def _round_up(value: float) -> float:
    """The next number of which a quarter is a plain one."""
    if value <= 0:
        return 1.0
    unit: float = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 2, 4, 8, 10) if step * unit >= value)
