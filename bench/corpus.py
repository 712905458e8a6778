"""Real dialogues in many languages and scripts, from the package chatterbot-corpus."""

import random
from pathlib import Path
from typing import NamedTuple

import chatterbot_corpus
import yaml

_DATA = Path(chatterbot_corpus.__file__).parent / "data"


class Dialogue(NamedTuple):
    """What two people say, in turns; the first line is the visitor's."""

    language: str
    subject: str
    lines: tuple[str, ...]


def all_dialogues() -> list[Dialogue]:
    """Every dialogue of the package, in a fixed order."""
    found = []
    for path in sorted(_DATA.glob("*/*.yml")):
        text = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        found += [
            Dialogue(path.parent.name, path.stem[:200], tuple(lines))
            for lines in text.get("conversations", [])
            if all(isinstance(line, str) and line for line in lines)
        ]
    return found


def some_dialogues(count: int, seed: int) -> list[Dialogue]:
    """So many of them, one of each language first; the same ones for the same seed."""
    chance = random.Random(seed)
    everything = all_dialogues()
    chance.shuffle(everything)
    first: dict[str, Dialogue] = {}
    for each in everything:
        first.setdefault(each.language, each)
    ones = list(first.values())
    others = [each for each in everything if first[each.language] is not each]
    chosen = [*ones, *others][:count]
    chance.shuffle(chosen)
    return chosen
