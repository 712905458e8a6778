"""An article cut into passages: short enough to be one answer, long enough to be understood alone."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A model that averages over a text hears a few sentences best, and an answer in a chat is not longer.
WORDS = 120
# What is longer without a blank is more than one word: an address, or a script that has none.
LETTERS = 12

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_FENCE = re.compile(r"^(```|~~~)")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_MARKS = re.compile(r"[*_`~|>#]+|^\s*[-+]\s+|^\s*-{3,}\s*$", re.MULTILINE)


class Passage(NamedTuple):
    """A part of an article under its headings, as it was written."""

    heading: str
    body: str


def passages(content: str) -> list[Passage]:
    """The parts of a text in Markdown: cut at headings, and where those are far apart between paragraphs."""
    found: list[Passage] = []
    sections = list(_sections(content))
    for at, (heading, lines) in enumerate(sections):
        parts = list(_cut(lines))
        # A heading over nothing says something all the same, unless it goes on in those below.
        goes_on = at + 1 < len(sections) and sections[at + 1][0].startswith(f"{heading} / ")
        if heading and not parts and not goes_on:
            parts = [heading.rpartition(" / ")[2]]
        found += [Passage(heading, body) for body in parts]
    return found


def plain(text: str) -> str:
    """Markdown without its marks, on one line: what a reader hears."""
    return " ".join(_MARKS.sub(" ", _LINK.sub(r"\1", text)).split())


def _sections(content: str) -> Iterator[tuple[str, list[str]]]:
    """Each heading with what stands above it, and the lines under it."""
    above: list[tuple[int, str]] = []
    lines: list[str] = []
    is_code = False
    for line in content.splitlines():
        is_code ^= bool(_FENCE.match(line))
        found = None if is_code else _HEADING.match(line)
        if found is None:
            lines.append(line)
            continue
        yield _path(above), lines
        level, lines = len(found[1]), []
        above = [*(each for each in above if each[0] < level), (level, plain(found[2]))]
    yield _path(above), lines


def _path(above: list[tuple[int, str]]) -> str:
    return " / ".join(heading for _, heading in above)


def _cut(lines: list[str]) -> Iterator[str]:
    """Paragraphs gathered up to so many words; one that is longer by itself is cut between sentences."""
    kept: list[str] = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        for part in _parts(paragraph.strip("\n")):
            if kept and _words([*kept, part]) > WORDS:
                yield "\n\n".join(kept)
                kept = []
            kept.append(part)
    if kept:
        yield "\n\n".join(kept)


def _parts(paragraph: str) -> Iterator[str]:
    if _words([paragraph]) <= WORDS:
        if paragraph.strip():
            yield paragraph
        return
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?。؟])\s*(?=\S)|\n", paragraph):
        for piece in _pieces(sentence):
            if kept and _words([*kept, piece]) > WORDS:
                yield " ".join(kept)
                kept = []
            kept.append(piece)
    yield " ".join(kept)


def _pieces(sentence: str) -> Iterator[str]:
    # Somebody's log or table may be one sentence without end, and some scripts have no spaces.
    words = [part for word in sentence.split(" ") for part in _letters(word)]
    kept: list[str] = []
    for word in words:
        if kept and _words([" ".join([*kept, word])]) > WORDS:
            yield " ".join(kept)
            kept = []
        kept.append(word)
    yield " ".join(kept)


def _letters(word: str) -> list[str]:
    most = WORDS * LETTERS
    return [word[start : start + most] for start in range(0, len(word), most)] or [""]


def _words(texts: list[str]) -> int:
    return sum(max(text.count(" ") + 1, len(text) // LETTERS) for text in texts)
