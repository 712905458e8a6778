"""Named SQL from files: one `queries.sql` per domain, read once at import.

A statement starts with `-- name: waiting_longest -> many QueueEntry`; the rows it gives fill the named struct.
Parameters are written `:name`. aiosql was looked at: it has no place for the row's type, which the test that compares
every statement with the schema needs (docs/decisions/0002-named-sql.md).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

Kind = Literal["one", "maybe", "many", "records", "value", "run"]

_HEAD = re.compile(
    r"^-- name: (?P<name>\w+) -> (?P<kind>one|maybe|many|records|value|run)(?: (?P<row>\w+))?$", re.MULTILINE
)
# A colon that is no cast (::), outside quoted text and comments.
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:(?P<name>[a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One named statement, with its parameters in the order of their numbers."""

    name: str
    kind: Kind
    row: str
    text: str
    parameters: tuple[str, ...]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """The values in the statement's order; a missing or superfluous one is a mistake of ours."""
        if values.keys() != set(self.parameters):
            raise TypeError(f"{self.name} takes {self.parameters}, got {tuple(values)}")
        return [values[name] for name in self.parameters]


def named(name: str, kind: Kind, text: str, row: str = "") -> Statement:
    """A statement that is put together from a struct's fields."""
    numbered, parameters = _numbered(text)
    return Statement(name, kind, row, numbered, parameters)


def parse(source: str) -> dict[str, Statement]:
    """Every statement of a file, by name."""
    heads = list(_HEAD.finditer(source))
    ends = [head.start() for head in heads[1:]] + [len(source)]
    found: dict[str, Statement] = {}
    for head, end in zip(heads, ends, strict=True):
        name = head["name"]
        if name in found:
            raise ValueError(f"two statements are named {name}")
        text, parameters = _numbered(source[head.end() : end].strip().rstrip(";"))
        found[name] = Statement(name, head["kind"], head["row"] or "", text, parameters)  # type: ignore[arg-type]
    return found


def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    order: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        if name not in order:
            order.append(name)
        return f"${order.index(name) + 1}"

    return _TOKEN.sub(numbered, text), tuple(order)


def load(beside: str) -> Any:
    """The statements of the `queries.sql` beside a module, as attributes."""
    return SimpleNamespace(**parse((Path(beside).parent / "queries.sql").read_text("utf-8")))
