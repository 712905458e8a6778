"""Pieces of SVG, and colours mixed from two."""


def filled(colour: str) -> str:
    """The whole picture in one colour."""
    return f'<path d="M0 0H64V64H0Z" fill="{colour}"/>'


def path(d: str, fill: str, rule: str = "") -> str:
    """A filled shape."""
    return f'<path d="{d}" fill="{fill}"' + (f' fill-rule="{rule}"' if rule else "") + "/>"


def line(d: str, stroke: str, width: float) -> str:
    """A stroke with round ends."""
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round"/>'


def circle(x: float, y: float, r: float, fill: str, opacity: float = 1.0) -> str:
    """A disc."""
    seen = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}"{seen}/>'


def box(x: float, y: float, width: float, height: float, round_by: float, fill: str) -> str:
    """A rectangle with round corners."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{round_by}" fill="{fill}"/>'


def dark(colour: str, share: float) -> str:
    """A colour nearer to the night."""
    return _mixed(colour, "#1b1420", share)


def light(colour: str, share: float) -> str:
    """A colour nearer to white."""
    return _mixed(colour, "#ffffff", share)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
