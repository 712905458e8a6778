"""What is read between the lines by words alone."""

import pytest

from server.core.embedding import DIMENSIONS, Heard
from server.domain.understanding.reading import Intents, read, urgency_of


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("My card was stolen", "critical"),
        ("HELP, the charger is on fire!", "critical"),
        ("Mein Konto wurde gehackt", "critical"),
        ("Die ganze Produktion steht still", "critical"),
        ("On a piraté mon compte", "critical"),
        ("El sistema está caído", "critical"),
        ("Мой аккаунт взломали", "critical"),
        ("我的账户被盗了", "critical"),
        ("不正アクセスがありました", "critical"),
        ("계정이 해킹당했어요", "critical"),
        ("تم اختراق حسابي", "critical"),
        ("I need it as soon as possible", "high"),
        ("Es eilt!", "high"),
        ("C'est urgent", "high"),
        ("It is not urgent", None),
        ("Das ist kein Notfall", None),
        ("Is insurance against fraud included?", None),
        ("Do you sell books about stolen art?", None),
        ("Where is my order?", None),
    ],
)
def test_words_that_cannot_wait(text: str, urgency: str | None) -> None:
    """In the visitors' languages; what is said not to be so is not."""
    assert urgency_of(text) == urgency


@pytest.mark.parametrize(("text", "locale", "language"), [("4711", "de-CH", "de"), ("?!", "", ""), ("ok", "fr", "fr")])
def test_what_says_nothing_says_nothing(text: str, locale: str, language: str) -> None:
    """A number has no mood, and of two letters the browser knows the language better."""
    found = read(text, Heard((0.0,) * DIMENSIONS, "sr", 0.01), Intents([]), locale)
    assert (found.language, found.language_confidence, found.intent) == (language, 0.0, "")
    assert (found.urgency, found.emotion) == ("low", "neutral")
    assert -0.25 <= found.sentiment <= 0.25
