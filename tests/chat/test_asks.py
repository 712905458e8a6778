"""Whether a visitor asks for a person, in fourteen languages, and where they only speak of one."""

from pathlib import Path

import pytest

from server.domain.chat.asks import asks_for_person, keyword_in

_LINES = (Path(__file__).parent / "asks.txt").read_text(encoding="utf-8").splitlines()
ASKS = [line[2:] for line in _LINES if line.startswith("+ ")]
ASKS_NOT = [line[2:] for line in _LINES if line.startswith("- ")]


@pytest.mark.parametrize("text", ASKS)
def test_these_ask_for_a_person(text: str) -> None:
    """Politely, shortly, or cross."""
    assert asks_for_person(text)


@pytest.mark.parametrize("text", [*ASKS_NOT, "", "?", "a" * 8000, "talk " * 1500])
def test_these_do_not(text: str) -> None:
    """They speak of people, or of doing without them; and nothing takes long to say no to."""
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I will call my LAWYER.", "lawyer"), ("lawyers", None), ("I want\nmy  money back!", "money back"),
        ("(lawyer)", "lawyer"), ("", None),
    ],
)  # fmt: skip
def test_a_keyword_stands_as_a_word_of_its_own(text: str, found: str | None) -> None:
    """In any case, over any blanks."""
    assert keyword_in(text, ["lawyer", "money back"]) == found
