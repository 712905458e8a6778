"""Web origins: which pages may show a widget or open its socket."""

import re
from collections.abc import Collection, Sequence

from server.core.errors import Invalid

# Scheme, host (a name, an IPv4 or a bracketed IPv6 address) and port; nothing that could end a CSP's source or add one.
_PLAIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?\Z")


def plain_origin(text: str) -> str | None:
    """The origin as browsers write it, or None where it is no exact web origin."""
    origin = text.strip().lower().removesuffix("/")
    if not _PLAIN.match(origin):
        return None
    # Browsers leave out the port that the scheme means anyway.
    default = ":443" if origin.startswith("https:") else ":80"
    return origin.removesuffix(default)


def origin_allowed(origin: str | None, own: Collection[str], allowed: Collection[str]) -> bool:
    """Whether a socket may come from here: our own pages, the channel's, or no browser at all."""
    return not origin or origin.lower() in own or origin.lower() in allowed


def frame_ancestors(allowed: Sequence[str]) -> str:
    """The CSP directive that lets just these pages show the widget, and the console's own page to try it."""
    plain = [origin for each in allowed if (origin := plain_origin(each))]
    return " ".join(["frame-ancestors", "'self'", *plain])


def require_origins(written: Sequence[str]) -> list[str]:
    """The origins as browsers write them, each once; refuses what is none and says what would be."""
    origins: list[str] = []
    for place, each in enumerate(written):
        origin = plain_origin(each)
        if origin is None:
            told = each if len(each) <= 80 else f"{each[:80]}…"
            raise Invalid(f"{told!r} is no origin; {_advice(each)}", field=f"allowed_origins[{place}]")
        if origin not in origins:
            origins.append(origin)
    return origins


def _advice(written: str) -> str:
    """What is wrong with what somebody took for an origin."""
    if "*" in written:
        return "name each one by itself, there are no wildcards"
    found = re.match(r"\s*(https?://[^/?#\s]+)[/?#]", written, re.IGNORECASE)
    if found and (origin := plain_origin(found[1])):
        return f"write just {origin}, without what comes after"
    if origin := plain_origin(f"https://{written.strip()}"):
        return f"write {origin}"
    return "write it like https://shop.example"
