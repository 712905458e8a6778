"""The two companies of intents.txt: what their intents are taught by, and what their visitors write."""

from pathlib import Path
from typing import NamedTuple


class Sentence(NamedTuple):
    """What a visitor writes, and the intent that it has; '' for none."""

    intent: str
    body: str


class Company(NamedTuple):
    """Examples and sentences to be told apart by them."""

    examples: list[Sentence]
    asked: list[Sentence]


def companies() -> dict[str, Company]:
    """Both, by their names."""
    found: dict[str, Company] = {}
    name, intent = "", ""
    for line in (Path(__file__).parent / "intents.txt").read_text("utf-8").splitlines():
        kind, body = line[0], line[2:]
        if kind == "=":
            name, found[body] = body, Company([], [])
        elif kind in "+-":
            intent = body
        elif kind == ".":
            found[name].examples.append(Sentence(intent, body))
        elif kind == "?":
            found[name].asked.append(Sentence(intent, body))
    return found
