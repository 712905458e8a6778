"""What a browser says of itself, in two words; the console has the same names (console/shared/device.ts)."""

import re

# The first that fits: the later ones are in the names of the earlier ones, too.
_BROWSERS = (
    ("Edge", "Edg/|EdgA/|EdgiOS/"), ("Opera", "OPR/"), ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/|FxiOS/"), ("Chrome", "Chrome/|CriOS/"), ("Safari", "Safari/"),
)  # fmt: skip
_DEVICES = (("tablet", "iPad|Tablet|Android(?!.*Mobile)"), ("mobile", "Mobi|iPhone|Android"), ("desktop", "."))


def browser_of(user_agent: str) -> str | None:
    """The browser's name; None for one that nobody knows."""
    return _first(_BROWSERS, user_agent)


def device_of(user_agent: str) -> str | None:
    """What it runs on: desktop, mobile or tablet; None where nothing was said."""
    return _first(_DEVICES, user_agent)


def _first(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, pattern in known if re.search(pattern, text)), None)
