"""The readable part of an organization's address, made from its name."""

import secrets
import unicodedata
from collections.abc import Iterator

LONGEST = 40
# Addresses that mean something else, now or soon.
_TAKEN = frozenset({
    "admin", "api", "app", "console", "docs", "faces", "health", "help", "invite", "login", "mail", "portraits",
    "reset", "signup", "static", "status", "widget", "ws", "www",
})  # fmt: skip


def _table(pairs: str) -> dict[str, str]:
    return {each[0]: each[1:].strip("-") for each in pairs.split()}


# Each letter with how it is written in Latin ones; those of Latin that do not fall apart into a letter and an accent.
_SPELLED = _table(
    "ßss æae œoe øo đd ðd ħh \u0131i łl þth "
    "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch "  # noqa: RUF001 - look-alikes are the point
    "ъ- ыy ь- эe юyu яya іi їi єe ґg αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"  # noqa: RUF001 - look-alikes are the point
)
# Their names in Unicode end with how they sound.
_SOUNDS = ("HIRAGANA LETTER ", "KATAKANA LETTER ", "HANGUL SYLLABLE ")


def slug_of(name: str) -> str:
    """The name in small Latin letters, digits and single hyphens; empty where nothing of it can be written so."""
    # Hangul falls apart into letters that have no sound alone, so sounds come before accents are taken off.
    spelled = "".join(_latin(each) for each in unicodedata.normalize("NFC", name.lower()))
    plain = "".join(each if each.isalnum() else " " for each in spelled if each.isascii())
    return "-".join(plain.split())[:LONGEST].strip("-")


def _latin(letter: str) -> str:
    if letter.isascii():
        # An apostrophe belongs to its word.
        return "" if letter == "'" else letter
    if letter in _SPELLED:
        return _SPELLED[letter]
    told = unicodedata.name(letter, "")
    for prefix in _SOUNDS:
        if told.startswith(prefix):
            return told.removeprefix(prefix).removeprefix("SMALL ").lower()
    plain = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    if plain != letter:
        return "".join(_SPELLED.get(each, each if each.isascii() else " ") for each in plain)
    return "" if letter == "\u2019" else " "


def candidates(name: str) -> Iterator[str]:
    """Addresses to try, the nicest first; there is always another one."""
    base = slug_of(name)
    # One letter of a name in another script would say less than a word that can be spoken.
    if len(base) < 2:
        base = f"desk-{_word(2)}"
    if base not in _TAKEN:
        yield base
    for number in range(2, 6):
        yield f"{base}-{number}"
    while True:
        yield f"{base}-{_word(3)}"


def _word(syllables: int) -> str:
    return "".join(secrets.choice("bdfghklmnprstvz") + secrets.choice("aeiou") for _ in range(syllables))
