"""What is said in the millions: lines of the demo's scripts and of chatterbot-corpus, as COPY has them."""

import random
from typing import NamedTuple

from server.demo.corpus import all_dialogues
from server.demo.scripts import filled, gaps, scripts

# The package's languages by our words; how often each is spoken.
LANGUAGES = {"en": 60, "de": 14, "fr": 8, "es": 7, "ja": 4, "ar": 3, "it": 2, "pt": 2}
_IN_THE_PACKAGE = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "japanese": "ja", "italian": "it",
    "portuguese": "pt",
}  # fmt: skip
# How often each script is told with other plants, towns and numbers.
_TOLD = 60
# What no pool has: one message in so many names an order of its own.
_ORDERS = 12


class Texts(NamedTuple):
    """Lines by language, escaped; those of the team apart from those of visitors."""

    visitors: dict[str, list[str]]
    team: dict[str, list[str]]

    def line(self, chance: random.Random, language: str, *, is_visitor: bool) -> str:
        """Something that is said; every third is two lines long, some name a number that nobody else names."""
        pool = (self.visitors if is_visitor else self.team)[language]
        dice = chance.random()
        said = pool[int(dice * 1e9) % len(pool)]
        if dice < 1 / 3:
            said = f"{said} {pool[int(dice * 3e7) % len(pool)]}"
        if dice > 1 - 1 / _ORDERS:
            said = f"{said} #{int(dice * 1e12) % 90_000_000 + 10_000_000}"
        return said


def texts(chance: random.Random) -> Texts:
    """The pools; the same for the same seed."""
    visitors: dict[str, list[str]] = {each: [] for each in LANGUAGES}
    team: dict[str, list[str]] = {each: [] for each in LANGUAGES}
    for script in scripts():
        for _ in range(_TOLD):
            words = _Gaps(gaps(script.language, chance), chance)
            for line in script.lines:
                if line.who in "VAB":
                    pool = visitors if line.who == "V" else team
                    pool[script.language].append(escaped(filled(line.text, words, chance)))
    for dialogue in all_dialogues():
        language = _IN_THE_PACKAGE.get(dialogue.language)
        if language:
            for place, text in enumerate(dialogue.lines):
                (team if place % 2 else visitors)[language].append(escaped(text[:500]))
    return Texts(visitors, team)


class _Gaps(dict[str, str]):
    """The gaps of a script, names as well."""

    def __init__(self, known: dict[str, str], chance: random.Random) -> None:
        names = ("Hannah", "Oliver", "Chloe", "Jonas", "Amara", "Maya", "Kenji", "Leïla")
        super().__init__(known | {"name": chance.choice(names), "agent": chance.choice(names)})

    def __missing__(self, key: str) -> str:
        return key


def escaped(text: str) -> str:
    """A value as COPY's text format wants it."""
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n").replace("\r", " ")
