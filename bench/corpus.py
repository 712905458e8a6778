"""Some of the dialogues of chatterbot-corpus, of every language."""

import random

from server.demo.corpus import Dialogue, all_dialogues

__all__ = ["Dialogue", "all_dialogues", "some_dialogues"]


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
