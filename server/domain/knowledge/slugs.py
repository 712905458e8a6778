"""The readable part of an article's address, made from its title."""

import itertools
import unicodedata

LONGEST = 80


def slug_of(title: str) -> str:
    """The title in small Latin letters, digits and single hyphens."""
    letters = unicodedata.normalize("NFKD", title.lower().replace("ß", "ss"))
    plain = "".join(each if each.isascii() and each.isalnum() else " " for each in letters if not _is_accent(each))
    return "-".join(plain.split())[:LONGEST].strip("-") or "article"


def free_slug(slug: str, taken: set[str]) -> str:
    """The slug, with the first number behind it that nobody has where somebody has it."""
    numbered = (f"{slug}-{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([slug], numbered) if each not in taken)


def _is_accent(letter: str) -> bool:
    # An apostrophe belongs to its word as well.
    return bool(unicodedata.combining(letter)) or letter in {"'", "\u2019"}
