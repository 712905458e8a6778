"""How a widget looks and what it says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_faces import ROOT
from server.core.errors import Invalid
from server.domain.channels.appearance import (
    LANGUAGES,
    Appearance,
    clean_appearance,
    language_of,
    launcher_settings,
    read_appearance,
    words_of,
)
from server.domain.channels.opening import Opening
from server.domain.channels.palette import DARK_GROUNDS, LIGHT_GROUNDS, _from_oklch, contrast, palette_of

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLORS)
def test_text_can_be_read_on_every_colour_that_a_company_may_choose(color: str) -> None:
    """White or black on the accent, and the accent as text on every ground; in light and in dark."""
    palette = palette_of(color)
    for accent, ink in zip(palette.accent, palette.on_accent, strict=True):
        assert contrast(accent, ink) >= 4.5
    light, dark = palette.accent_ink
    assert min(contrast(light, ground) for ground in LIGHT_GROUNDS) >= 4.5
    assert min(contrast(dark, ground) for ground in DARK_GROUNDS) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_was_chosen() -> None:
    """A brand's colour is moved only as far as it must be."""
    assert palette_of("#2c5dbd").accent == ("#2c5dbd", "#2c5dbd")
    assert palette_of("#ff6b00").accent == ("#ff6b00", "#ff6b00")


def test_the_grounds_are_those_of_the_pages() -> None:
    """Contrast is computed against what is really behind the text."""
    tokens = (ROOT / "client/style/tokens.css").read_text()
    found: list[list[str]] = [[], []]
    for name in ("ground", "raised", "sunken", "hover"):
        told = re.search(rf"--{name}: light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)", tokens)
        assert told is not None
        for theme, values in enumerate(told.groups()):
            lightness, chroma, hue = map(float, values.split())
            found[theme].append(_from_oklch(lightness, chroma, hue * 3.141592653589793 / 180))
    assert found == [list(LIGHT_GROUNDS), list(DARK_GROUNDS)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    """With a place for the name wherever English has one, and nothing left as it was."""
    english, words = words_of("en"), words_of(language)
    assert list(words) == list(english)
    for name, told in words.items():
        assert told.strip() == told != ""
        assert told.count("{}") == english[name].count("{}"), name
    if language != "en":
        assert sum(words[name] == english[name] for name in english) <= 4


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("AR-eg", "ar"),
        (",fr-CA,fr;q=0.9", "fr"),
        ("nl, es;q=0.8, en;q=0.5", "es"),
        ("nl", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 400, "en"),
    ],
)
def test_the_language_follows_the_page_and_then_the_browser(wanted: str, spoken: str) -> None:
    assert language_of(Appearance(), wanted) == spoken
    assert language_of(Appearance(language="fr"), wanted) == "fr"


def test_the_launcher_has_a_name_with_and_without_a_label() -> None:
    """A screen reader says what the button is for."""
    assert launcher_settings(Appearance(), Opening(), "de").label == words_of("de")["launcher"]
    labelled = launcher_settings(Appearance(launcher_label="Help?"), Opening(), "de")
    assert (labelled.label, labelled.text) == ("Help?", "Help?")


def test_a_row_that_was_changed_by_hand_is_read_as_far_as_it_fits() -> None:
    """One wrong setting costs that setting and not the widget."""
    read = read_appearance({"color": "red", "greeting": "Hello", "starters": ["a", "b", "c", "d"], "unknown": 1})
    assert read == Appearance(greeting="Hello")
    assert read_appearance(None) == read_appearance([]) == Appearance()


@pytest.mark.parametrize("starters", [[""], ["  "], ["Where is it?", "Where is it?"], ["\u202e"]])
def test_a_starter_says_something_and_each_something_else(starters: list[str]) -> None:
    with pytest.raises(Invalid, match="starter"):
        clean_appearance(Appearance(starters=starters))
