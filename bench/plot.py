"""Lines over a logarithmic scale, as a small SVG that needs nothing else and can be read in light and dark."""

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 24, 52
# Told apart by people who see few colours (Okabe and Ito, 2008); pairs share one, and the second is dashed.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
STYLE = "svg{color:#333;background:#fff}@media(prefers-color-scheme:dark){svg{color:#ddd;background:#111}}"


class Series(NamedTuple):
    """One line: points of across and up, both above nothing."""

    name: str
    points: Sequence[tuple[float, float]]
    is_dashed: bool = False


def plot(series: Sequence[Series], across: str, up: str) -> str:
    """Draw the lines; both scales are logarithmic."""
    xs = [x for each in series for x, _ in each.points]
    ys = [y for each in series for _, y in each.points if y > 0]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))

    def at(x: float, y: float) -> tuple[float, float]:
        right = math.log(x / min(xs)) / math.log(max(xs) / min(xs))
        above = math.log(max(y, low) / low) / math.log(high / low)
        return (
            round(LEFT + right * (WIDTH - LEFT - RIGHT), 1), round(HEIGHT - BOTTOM - above * (HEIGHT - TOP - BOTTOM), 1)
        )  # fmt: skip

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="12">',
        f"<style>{STYLE}</style>",
        f"<title>{up} against {across}</title>",
    ]
    step = low
    while step <= high:
        _, y = at(min(xs), step)
        parts.append(
            f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="currentColor" opacity=".2"/>'
            f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="currentColor">{step:g}</text>'
        )
        step *= 10
    for x in sorted(set(xs)):
        right, _ = at(x, low)
        parts.append(
            f'<text x="{right}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="currentColor">{x:,.0f}</text>'
        )
    middle, turned = (LEFT + WIDTH - RIGHT) / 2, f"translate(16 {HEIGHT / 2}) rotate(-90)"
    parts += [
        f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle" fill="currentColor">{across}</text>',
        f'<text transform="{turned}" text-anchor="middle" fill="currentColor">{up}</text>',
    ]
    for number, each in enumerate(series):
        colour = COLOURS[number // 2 % len(COLOURS)]
        dashes = ' stroke-dasharray="5 4"' if each.is_dashed else ""
        line = " ".join(f"{x},{y}" for x, y in (at(*point) for point in each.points))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        y = TOP + 12 + number * 20
        parts.append(
            f'<path d="M{WIDTH - RIGHT + 16} {y - 4}h28" stroke="{colour}" stroke-width="2"{dashes}/>'
            f'<text x="{WIDTH - RIGHT + 50}" y="{y}" fill="currentColor">{each.name}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])
