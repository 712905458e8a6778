"""Text that people are shown as a name: on one line, and unable to disguise itself."""

import unicodedata
from typing import Annotated

from msgspec import Meta

from server.core.errors import Invalid

# What people call something: it stands in lists and headings.
Name = Annotated[str, Meta(min_length=1, max_length=120)]
# The same where it may be left empty.
Word = Annotated[str, Meta(max_length=120)]
# What somebody looks for in a list.
Sought = Annotated[str, Meta(max_length=200)]

# Marks that turn the direction of what follows: a name with one of them reorders the words of a whole screen.
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(text: str) -> str:
    """A name without control characters and marks of direction, its white space one blank; may come out empty."""
    kept = "".join(" " if each.isspace() else each for each in text if each.isspace() or not _disguises(each))
    return " ".join(kept.split())


def _disguises(character: str) -> bool:
    return character in BIDI or unicodedata.category(character) in {"Cc", "Cs"}


# Longer ones would not fit on a card.
TAG_CHARACTERS = 40


def clean_tag(text: str) -> str:
    """A tag in the one spelling that is kept, so that two spellings are one tag."""
    tag = require_name(text, "the tag").lower()
    if len(tag) > TAG_CHARACTERS:
        raise Invalid(f"a tag has at most {TAG_CHARACTERS} characters")
    return tag


def require_name(text: str, what: str = "the name", field: str = "") -> str:
    """The same for a name that must be there; refuses one in which nothing can be seen."""
    name = clean_name(text)
    # Joiners and blanks of other scripts are drawn as nothing.
    if not any(unicodedata.category(each)[0] in "LNPS" for each in name):
        raise Invalid(f"{what} is empty", field=field)
    return name
