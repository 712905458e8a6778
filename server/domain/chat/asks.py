"""Whether a visitor asks for a person, in the words of many languages (asks.txt)."""

import re
from pathlib import Path

_SPACES = re.compile(r"[\s,;:]+")
# "I do not want to talk to a person" asks for the contrary.
NEGATED = re.compile(
    r"\b(?:not|don.?t|never|no need|without|nicht|kein(?:en|e)?|ne|pas|sans|no|non|não|nao|niet|geen|nie|"
    r"\u043d\u0435|\u0431\u0435\u0437)\b"
    r"(?:\W+\w+){0,4}\W*$"
)


def asks_for_person(text: str) -> bool:
    """Whether somebody wants to speak with a person in place of a machine."""
    said = one_line(text)
    found = _ASKS.search(said)
    return found is not None and NEGATED.search(said[: found.start()]) is None


def one_line(text: str) -> str:
    """A text as the patterns want it: in lower case, with one blank between words."""
    return _SPACES.sub(" ", text.lower().replace("\u2019", "'")).strip()


def keyword_in(text: str, keywords: list[str]) -> str | None:
    """The first of some words or phrases that stands in a text as a whole."""
    said = f" {_SPACES.sub(' ', text.lower())} "
    return next((each for each in keywords if re.search(rf"(?<!\w){re.escape(each.lower())}(?!\w)", said)), None)


def _read(text: str) -> re.Pattern[str]:
    people: dict[str, str] = {}
    patterns = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        language, pattern = line.split(maxsplit=1)
        if pattern.startswith("person "):
            people[language] = f"(?:{pattern.removeprefix('person ').strip()})"
        else:
            patterns.append(f"(?:{pattern.replace('{person}', people.get(language, ''))})")
    return re.compile("|".join(patterns))


_ASKS = _read((Path(__file__).parent / "asks.txt").read_text(encoding="utf-8"))
