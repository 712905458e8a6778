"""Small pictures drawn from an id alone: a face for people, a calm pattern for whom nobody knows, a machine for bots.

The same id gives the same picture on every node and for ever, so that browsers may keep it. `features` tells what will
be drawn, for whoever chooses an id by its face.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeVar, get_args
from uuid import UUID

from server.core.portrait_ink import box, circle, dark, filled, light, line, path
from server.core.portrait_parts import (
    BEARDS,
    CLOTHES,
    DARK_HAIR,
    EYE,
    GREY_HAIR,
    GROUNDS,
    HAIRS,
    HEADS,
    LIGHT_HAIR,
    SCARF_BACK,
    SCARF_FRONT,
    SCARVES,
    SKINS,
    SKULL,
)

T = TypeVar("T")
Subject = Literal["person", "visitor", "bot"]
SUBJECTS: dict[str, Subject] = {each: each for each in get_args(Subject)}


class Features(NamedTuple):
    """What a face has; `length` is its hair's: long, short or any."""

    skin: int
    head: str
    hair: str
    length: str
    hair_colour: str
    beard: str
    glasses: str
    mouth: str
    neckline: str
    clothes: str
    ground: str
    scarf: str
    has_earrings: bool
    has_freckles: bool

    @property
    def is_grey(self) -> bool:
        """Whether the hair has lost its colour."""
        return self.hair_colour in GREY_HAIR


class _Chance:
    """Choices that follow from an id and nothing else; each has a name, so that a new one leaves the others alone."""

    def __init__(self, subject: UUID) -> None:
        self._seed = subject.bytes

    def number(self, name: str, below: int) -> int:
        digest = hashlib.blake2b(name.encode(), key=self._seed, digest_size=8).digest()
        return int.from_bytes(digest) % below

    def one(self, name: str, choices: Sequence[T]) -> T:
        return choices[self.number(name, len(choices))]

    def of_hundred(self, name: str, hits: int) -> bool:
        return self.number(name, 100) < hits


def features(subject: UUID) -> Features:
    """What the face of this id looks like."""
    chance = _Chance(subject)
    skin = chance.number("skin", len(SKINS))
    light = LIGHT_HAIR if skin < 2 else LIGHT_HAIR[:2] if skin < 4 else ()
    hair = chance.one("hair", list(HAIRS))
    colour = chance.one("grey", GREY_HAIR) if chance.of_hundred("old", 12) else chance.one("colour", DARK_HAIR + light)
    scarf = chance.one("scarf", SCARVES) if chance.of_hundred("veiled", 6) else ""
    length = "long" if scarf else HAIRS[hair].length
    has_beard = length != "long" and (hair == "bald" or chance.of_hundred("unshaved", 45))
    return Features(
        skin=skin,
        head=chance.one("head", list(HEADS)),
        hair=hair,
        length=length,
        hair_colour=colour,
        beard=chance.one("beard", list(BEARDS)) if has_beard else "",
        glasses=chance.one("glasses", ("round", "square", "", "", "", "")),
        # Closed lips would drown in a beard.
        mouth="grin" if has_beard else chance.one("mouth", ("smile", "smile", "grin", "grin", "calm")),
        neckline=chance.one("neckline", list(_NECKLINES)),
        clothes=chance.one("clothes", CLOTHES),
        ground=chance.one("ground", GROUNDS),
        scarf=scarf,
        has_earrings=length == "long" and not scarf and chance.of_hundred("earrings", 35),
        has_freckles=skin < 2 and chance.of_hundred("freckles", 25),
    )


def portrait(subject: UUID, of: Subject = "person") -> str:
    """The picture of an id as SVG without scripts, styles or references."""
    match of:
        case "visitor":
            parts = _pattern(_Chance(subject))
        case "bot":
            parts = _machine(_Chance(subject))
        case "person":
            parts = _face(features(subject))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">{"".join(parts)}</svg>'


def _face(face: Features) -> list[str]:
    skin, hair = SKINS[face.skin], HAIRS[face.hair]
    # A little larger than drawn: a face of 20 pixels needs all of them.
    parts = [filled(face.ground), '<g transform="translate(-3.5 -2.6) scale(1.11)">']
    if face.scarf:
        parts.append(path(SCARF_BACK, dark(face.scarf, 0.18)))
    elif hair.back:
        parts.append(path(hair.back, dark(face.hair_colour, 0.2)))
    parts += [
        path("M26.5 37H37.5V49C37.5 52 35 54 32 54S26.5 52 26.5 49Z", skin.shade),
        *_NECKLINES[face.neckline](face.clothes, skin.face),
        # Behind the head, so that no ground shows between a hairline and the head.
        path(SKULL, face.hair_colour) if hair.front and not face.scarf else "",
        circle(19.6, 30.5, 3.1, skin.shade) + circle(44.4, 30.5, 3.1, skin.shade),
        path(HEADS[face.head], skin.face),
        circle(24.2, 34.2, 2.6, skin.cheek, 0.5) + circle(39.8, 34.2, 2.6, skin.cheek, 0.5),
    ]
    if face.has_freckles:
        parts += [
            circle(x, y, 0.5, skin.lips, 0.5)
            for x, y in ((23, 33), (24.6, 34.6), (26, 33), (38, 33), (39.4, 34.6), (41, 33))
        ]
    if face.beard:
        parts.append(path(BEARDS[face.beard], face.hair_colour))
    parts += _expression(face)
    if face.scarf:
        parts.append(path(SCARF_FRONT, face.scarf, "evenodd"))
    elif hair.front:
        parts.append(path(hair.front, face.hair_colour))
    if face.glasses:
        parts.append(_glasses(face.glasses))
    if face.has_earrings:
        parts.append(circle(19, 35.6, 1.3, "#e8b54a") + circle(45, 35.6, 1.3, "#e8b54a"))
    return [*parts, "</g>"]


def _expression(face: Features) -> list[str]:
    skin = SKINS[face.skin]
    brow = dark(face.hair_colour, 0.1) if not face.is_grey else dark(face.hair_colour, 0.25)
    if face.skin > 4 and not face.is_grey:
        brow = EYE
    parts = [
        line("M24.6 26.2Q26.8 24.8 29 26M35 26Q37.2 24.8 39.4 26.2", brow, 1.3),
        circle(27, 29.6, 1.65, EYE) + circle(37, 29.6, 1.65, EYE),
        circle(27.6, 29, 0.5, "#fff") + circle(37.6, 29, 0.5, "#fff"),
        line("M32.2 30.4Q33.6 33.2 31.2 33.5", skin.shade, 1.2),
    ]
    match face.mouth:
        case "grin":
            parts.append(path("M27.2 36.2H36.8C36.6 39.4 34.6 41.2 32 41.2S27.4 39.4 27.2 36.2Z", skin.lips))
            parts.append(path("M28 36.2H36C36 37.4 35.4 38 34.6 38H29.4C28.6 38 28 37.4 28 36.2Z", "#fff"))
        case "smile":
            parts.append(line("M27.6 36.8Q32 41 36.4 36.8", skin.lips, 1.6))
        case _:
            parts.append(line("M28.6 37.6Q32 39.4 35.4 37.6", skin.lips, 1.6))
    return parts


def _glasses(shape: str) -> str:
    lens = 'rx="4.6"' if shape == "round" else 'rx="2"'
    lenses = "".join(
        f'<rect x="{x}" y="25.8" width="9.2" height="{9.2 if shape == "round" else 7.6}" {lens} fill="#fff" '
        f'fill-opacity=".18" stroke="{EYE}" stroke-width="1.1"/>'
        for x in (22.3, 32.5)
    )
    return lenses + line("M31.5 28.8Q32 28.4 32.5 28.8M22.3 28.6L19.6 28M41.7 28.6L44.4 28", EYE, 1.1)


_SHOULDERS = "M7 66C7.5 55.5 16 50 25.5 49C28 52.5 36 52.5 38.5 49C48 50 56.5 55.5 57 66Z"


def _crew(clothes: str, _: str) -> list[str]:
    return [path(_SHOULDERS, clothes), line("M25.5 49C28 53 36 53 38.5 49", dark(clothes, 0.2), 1.6)]


def _vee(clothes: str, skin: str) -> list[str]:
    return [path(_SHOULDERS, clothes), path("M25.8 48.6C28.5 51 35.5 51 38.2 48.6L32 58Z", dark(skin, 0.1))]


def _collar(clothes: str, _: str) -> list[str]:
    return [
        path(_SHOULDERS, clothes),
        path("M25.5 47.5L32 53.5L26.5 59L21.5 50.4ZM38.5 47.5L32 53.5L37.5 59L42.5 50.4Z", light(clothes, 0.35)),
    ]


def _roll(clothes: str, _: str) -> list[str]:
    return [path(_SHOULDERS, clothes), path("M25 45.5Q32 48.5 39 45.5V51Q32 55 25 51Z", light(clothes, 0.18))]


def _hood(clothes: str, _: str) -> list[str]:
    return [
        path("M20 51C19 46 23 44 26 45.5C29 50 35 50 38 45.5C41 44 45 46 44 51Z", dark(clothes, 0.25)),
        path(_SHOULDERS, clothes),
        line("M29 53V58.5M35 53V58.5", light(clothes, 0.55), 1.2),
    ]


_NECKLINES = {"crew": _crew, "vee": _vee, "collar": _collar, "roll": _roll, "hood": _hood}


def _pattern(chance: _Chance) -> list[str]:
    """Two hills and a sun: something to tell visitors apart by, and nobody's face."""
    backdrop = chance.one("ground", GROUNDS)
    x, y = 16 + chance.number("x", 33), 14 + chance.number("y", 12)
    left, right = 34 + chance.number("left", 14), 34 + chance.number("right", 14)
    middle = 30 + chance.number("middle", 26)
    return [
        filled(backdrop),
        circle(x, y, 7 + chance.number("size", 4), light(backdrop, 0.6)),
        path(f"M0 {left}C16 {left - 14} {middle} {right + 16} 64 {right}V64H0Z", dark(backdrop, 0.16)),
        path(f"M0 {right + 12}C{middle - 12} {right} 44 {left + 18} 64 {left + 6}V64H0Z", dark(backdrop, 0.3)),
    ]


def _machine(chance: _Chance) -> list[str]:
    """A small friendly machine: a bot never looks like a person."""
    backdrop = chance.one("ground", GROUNDS)
    metal = chance.one("metal", ("#f4f1ea", "#e6ebf0", "#efe6da"))
    glow = chance.one("glow", ("#5ee0c0", "#7cc8ff", "#ffd166"))
    return [
        filled(backdrop),
        line("M32 18V11", dark(backdrop, 0.45), 2.4) + circle(32, 9.5, 3, glow),
        path("M12 66C12 56 20 52 32 52S52 56 52 66Z", dark(metal, 0.14)),
        box(11, 27, 6, 12, 3, dark(metal, 0.22)) + box(47, 27, 6, 12, 3, dark(metal, 0.22)),
        box(14, 17, 36, 32, 12, metal) + box(18.5, 22, 27, 21.5, 8, "#2b3440"),
        circle(26.5, 31.5, 3, glow) + circle(37.5, 31.5, 3, glow) + line("M28 38Q32 41 36 38", glow, 1.8),
    ]
