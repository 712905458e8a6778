"""Small talk in many languages, from the package chatterbot-corpus: what visitors chat about with the demo's bot."""

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import chatterbot_corpus
import yaml

from server.demo.scripts import Line, Script

_DATA = Path(chatterbot_corpus.__file__).parent / "data"


class Dialogue(NamedTuple):
    """What two people say, in turns; the first line is the visitor's."""

    language: str
    subject: str
    lines: tuple[str, ...]


@cache
def dialogues_of(language: str, subject: str) -> tuple[Dialogue, ...]:
    """The dialogues of one file of the package, in its order."""
    text = yaml.load(
        (_DATA / language / f"{subject}.yml").read_text("utf-8"),
        getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - the safe one, in C
    )
    return tuple(
        Dialogue(language, subject, tuple(lines))
        for lines in text.get("conversations", [])
        if all(isinstance(line, str) and line for line in lines)
    )


def all_dialogues() -> list[Dialogue]:
    """Every dialogue of the package, in a fixed order."""
    files = sorted((path.parent.name, path.stem) for path in _DATA.glob("*/*.yml"))
    return [each for language, subject in files for each in dialogues_of(language, subject)]


# Language of the package, our word for it, the file, and how many of them: looked through, since much of the package
# is a machine's talk about being one.
_CHOSEN = (
    ("english", "en", "food", 5), ("english", "en", "conversations", 8), ("english", "en", "humor", 5),
    ("english", "en", "greetings", 3), ("english", "en", "literature", 3), ("german", "de", "conversations", 3),
    ("german", "de", "food", 2), ("french", "fr", "conversations", 3), ("spanish", "es", "conversations", 2),
    ("japanese", "ja", "food", 1), ("japanese", "ja", "conversations", 2), ("italian", "it", "conversations", 2),
    ("portuguese", "pt", "conversations", 2), ("dutch", "nl", "conversations", 2),
    ("turkish", "tr", "conversations", 1),
    ("korean", "ko", "conversations", 1), ("chinese", "zh", "conversations", 1), ("hebrew", "he", "conversations", 1),
    ("ukrainian", "uk", "conversations", 1),
)  # fmt: skip
_UNSUITED = re.compile(
    r"\b(sex|god|kill|die|dead|death|stupid|hate|drunk|drug|gay|idiot|war|president|politic\w*|religio\w*|fat|sister|"
    r"robots?|electricity|comput\w*|programm\w*|python|java|alive|chatbot|machine|hardware|dr|god|devil|beer|wine|murder|sperm)\b",
    re.IGNORECASE,
)


def small_talk(chance: random.Random) -> list[Script]:
    """Some of it as scripts of the bot's."""
    return [
        script for language, ours, subject, count in _CHOSEN for script in _some(chance, language, ours, subject, count)
    ]


def _some(chance: random.Random, language: str, ours: str, subject: str, count: int) -> Iterator[Script]:
    suited = [
        each.lines
        for each in dialogues_of(language, subject)
        if 2 <= len(each.lines) <= 9 and max(map(len, each.lines)) < 220 and not _UNSUITED.search(" ".join(each.lines))
    ]
    # The first of each file are the plainest in every language.
    suited = sorted(suited[: 4 * count], key=lambda lines: -min(len(lines), 4))[: 2 * count]
    for lines in chance.sample(suited, min(count, len(suited))):
        told = tuple(Line("VB"[place % 2], line[:1].upper() + line[1:]) for place, line in enumerate(lines))
        yield Script(ours, "", told, team="care", channel="guide", page="/guide")
