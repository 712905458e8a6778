"""Pictures of people: drawn from the id alone, the same everywhere, and harmless."""

import re
from collections import Counter
from uuid import UUID
from xml.etree import ElementTree as ET

from server.core.ids import uuid7, uuid7_from
from server.core.portrait import SUBJECTS, features, portrait

MANY = [uuid7_from(1_760_000_000_000 + at, at * 7919) for at in range(3000)]
ADA = UUID("01997d2a-7c00-7000-8000-00000000002a")


def test_an_id_has_one_face_for_ever() -> None:
    """Browsers keep it for a year: a change of the drawing's choices would show two faces of one person."""
    assert features(ADA) == (
        5,
        "long",
        "bob",
        "long",
        "#33261f",
        "",
        "square",
        "grin",
        "vee",
        "#6a4c93",
        "#f3cba8",
        "",
        True,
        False,
    )
    assert portrait(ADA) == portrait(UUID(str(ADA)))


def test_people_can_be_told_apart() -> None:
    """Of three thousand hardly two look the same, and every skin, hair and mouth occurs."""
    seen = Counter(features(each) for each in MANY)
    assert len(seen) > 2900
    faces = [features(each) for each in MANY]
    for feature, least in (("skin", 7), ("hair", 14), ("head", 3), ("beard", 4), ("mouth", 3), ("ground", 10)):
        assert len({getattr(face, feature) for face in faces}) >= least, feature
    assert all(not face.beard for face in faces if face.length == "long")


def test_every_picture_is_small_plain_svg() -> None:
    """Shapes only: no script, no style, nothing that is loaded; and small enough to send hundreds."""
    for of in SUBJECTS.values():
        for each in MANY[:400]:
            drawn = portrait(each, of)
            assert len(drawn) < 4500
            names = {element.tag.rpartition("}")[2] for element in ET.fromstring(drawn).iter()}
            assert names <= {"svg", "g", "path", "circle", "rect"}
            assert not re.search(r"\d\.\d{4,}|url|href|style|nan", drawn)


def test_a_machine_and_a_stranger_look_like_nobody() -> None:
    """Whoever looks at a line sees at once whether a person wrote it."""
    one = uuid7()
    assert len({portrait(one, of) for of in SUBJECTS.values()}) == 3
