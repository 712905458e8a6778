"""Colours that can be read: from the one a company chooses, those that widget and text are drawn in.

Contrast is WCAG's: 4.5 to 1 for text. Colours are moved in OKLCH, where lightness looks as even as it counts.
"""

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

Rgb = tuple[float, float, float]

TEXT = 4.5
# A brand's colour that carries white text almost is darkened a little; one that does not at all carries black.
NEARLY = 3.2
# An own bubble must stand out from what is behind it, if only a little: its text says the rest.
VISIBLE = 1.35
WHITE, BLACK = "#ffffff", "#16130f"
# What text in the accent's colour stands on: ground, raised, sunken and hover of client/style/tokens.css.
LIGHT_GROUNDS = ("#fbfaf8", "#ffffff", "#f1f0ed", "#edebe7")
DARK_GROUNDS = ("#181613", "#201e1b", "#2a2723", "#2e2b27")


class Palette(Struct, frozen=True):
    """Each colour for light and for dark."""

    accent: tuple[str, str]
    on_accent: tuple[str, str]
    accent_ink: tuple[str, str]


def palette_of(color: str) -> Palette:
    """The palette of an accent: text on it, and it as text, have a contrast of 4.5 in light and in dark."""
    light, dark = _accent(color, LIGHT_GROUNDS), _accent(color, DARK_GROUNDS)
    return Palette(
        accent=(light[0], dark[0]),
        on_accent=(light[1], dark[1]),
        accent_ink=(
            _move(color, lambda each: _least(each, LIGHT_GROUNDS) >= TEXT, -1),
            _move(color, lambda each: _least(each, DARK_GROUNDS) >= TEXT, 1),
        ),
    )


def _accent(color: str, grounds: Sequence[str]) -> tuple[str, str]:
    is_dark_theme = contrast(grounds[0], WHITE) > TEXT
    seen = _move(color, lambda each: contrast(each, grounds[0]) >= VISIBLE, 1 if is_dark_theme else -1)
    if contrast(seen, WHITE) >= NEARLY:
        darker = _move(seen, lambda each: contrast(each, WHITE) >= TEXT, -1)
        if contrast(darker, grounds[0]) >= VISIBLE:
            return darker, WHITE
    return _move(seen, lambda each: contrast(each, BLACK) >= TEXT, 1), BLACK


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _least(color: str, grounds: Sequence[str]) -> float:
    return min(contrast(color, each) for each in grounds)


def _move(color: str, is_enough: Callable[[str], bool], direction: int) -> str:
    """The colour, made darker or lighter in small steps until it is enough; hue stays."""
    if is_enough(color):
        return color
    lightness, chroma, hue = _to_oklch(color)
    while 0 <= lightness <= 1:
        lightness += direction * 0.01
        # Towards white and black a screen has less and less colour.
        moved = _from_oklch(lightness, min(chroma, 0.4 * max(0.0, min(lightness, 1 - lightness)) * 2), hue)
        if is_enough(moved):
            return moved
    return WHITE if direction > 0 else BLACK


def _linear(color: str) -> Rgb:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _decoded(red), _decoded(green), _decoded(blue)


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Björn Ottosson's matrices, https://bottosson.github.io/posts/oklab/.
def _to_oklch(color: str) -> tuple[float, float, float]:
    r, g, b = _linear(color)
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    return "#" + "".join(f"{round(_encoded(each) * 255):02x}" for each in rgb)
