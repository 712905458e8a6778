"""What is said in the demo: short scripts in talk/*.txt, with gaps and choices that are filled anew each time.

A script begins with `# subject` and some `name: value` lines. Each further line is `V` (the visitor says), `A` (an
agent), `B` (the bot), `N` (a note for the team), `> team` or `> team agent` (given away), `... 20h` (time passes), or
`= 3d` (closed, and the visitor comes back after that time). `[a|b]` is one of both, `{plant}` a gap.
"""

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TALK = Path(__file__).parent / "talk"
_CHOICE = re.compile(r"\[([^\]]*\|[^\]]*)\]")
_HEADER = re.compile(r"^([a-z]+): (.*)$")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}


class Line(NamedTuple):
    """One thing that happens: who or what does it, and the text, team or seconds."""

    who: str
    text: str = ""
    seconds: int = 0


class Script(NamedTuple):
    """A conversation before it has names and times."""

    language: str
    subject: str
    lines: tuple[Line, ...]
    tags: tuple[str, ...] = ()
    team: str = "care"
    channel: str = ""
    page: str = ""
    priority: int = 3
    times: int = 1


@cache
def scripts() -> tuple[Script, ...]:
    """Every script, in a fixed order."""
    return tuple(
        _parse(path.stem, text)
        for path in sorted(_TALK.glob("*.txt"))
        for text in re.split(r"^# ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    )


def _parse(language: str, text: str) -> Script:
    subject, *rest = text.strip().splitlines()
    headers: dict[str, str] = {}
    lines = []
    for line in rest:
        found = _HEADER.match(line)
        if found:
            headers[found[1]] = found[2].strip()
        elif line.strip():
            who, _, said = line.strip().partition(" ")
            is_time = who in {"...", "="}
            seconds = int(said[:-1]) * _SECONDS[said[-1]] if is_time else 0
            lines.append(Line(who, "" if is_time else said, seconds))
    return Script(
        language=language,
        subject=subject,
        lines=tuple(lines),
        tags=tuple(each.strip() for each in headers.get("tags", "").split(",") if each.strip()),
        team=headers.get("team", "care"),
        channel=headers.get("channel", ""),
        page=headers.get("page", ""),
        priority=int(headers.get("priority", "3")),
        times=int(headers.get("times", "1")),
    )


def filled(text: str, gaps: Mapping[str, str], chance: random.Random) -> str:
    """A line with its choices made and its gaps filled; a visitor without a name leaves no hole."""
    said = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
    if not gaps["name"]:
        begins = said.startswith("{name}")
        said = re.sub(r"^\{name\}(様)?[,、،] ?|,? \{name\}", "", said)
        said = said[:1].upper() + said[1:] if begins else said
    return re.sub(r"\{(\w+)\}", lambda match: gaps[match[1]], said)


PLANTS = {
    "": ("Monstera", "Ficus lyrata", "Calathea", "Pilea", "Hoya", "Alocasia", "Philodendron", "Strelitzia",
         "Zamioculcas", "String of Hearts"),
    "de": ("Monstera", "Geigenfeige", "Korbmarante", "Pilea", "Alocasie", "Glücksfeder", "Efeutute"),
    "fr": ("monstera", "ficus lyrata", "calathea", "pothos", "strelitzia"),
    "es": ("monstera", "calathea", "pilea", "alocasia", "costilla de Adán"),
    "ar": ("مونستيرا", "كالاتيا", "بوتس", "زاميا"),
    "ja": ("モンステラ", "カラテア", "ポトス", "ウンベラータ", "パキラ"),
}  # fmt: skip
DAYS = {
    "": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس"),
    "ja": ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日"),
}
CITIES = {
    "": ("Berlin", "Utrecht", "Malmö", "Ghent", "Leeds", "Cork"),
    "de": ("Hamburg", "Köln", "Leipzig", "Graz", "Bern"),
    "fr": ("Lyon", "Nantes", "Lille", "Liège"),
    "es": ("Madrid", "Sevilla", "Valencia"),
    "ar": ("دبي", "عمّان", "الدوحة"),
    "ja": ("東京", "大阪", "横浜"),
}
POTS = ("Oslo", "Terra", "Ripple", "Dune", "Halo")


def gaps(language: str, chance: random.Random) -> dict[str, str]:
    """Values for everything but the names."""

    def one(choices: Mapping[str, tuple[str, ...]]) -> str:
        return chance.choice(choices.get(language, choices[""]))

    plant = one(PLANTS)
    size = chance.choice((9, 12, 14, 17, 19))
    price = f"{chance.choice((12, 19, 24, 34, 49, 79))}.{chance.choice(('50', '90'))}"
    return {
        "plant": plant,
        "plant2": chance.choice([each for each in PLANTS.get(language, PLANTS[""]) if each != plant]),
        "plant_slug": chance.choice(("monstera", "pilea", "calathea", "hoya", "alocasia")),
        "day": one(DAYS),
        "city": one(CITIES),
        "pot": chance.choice(POTS),
        "order": f"TC-{chance.randrange(40_000, 49_999)}",
        "code": f"{chance.choice('ABCDEFGHKM')}{chance.randrange(1000, 9999)}-{chance.choice('NPRSTUVW')}",
        "days": str(chance.randrange(3, 10)),
        "count": str(chance.randrange(4, 19)),
        "cm": str(size),
        "cm2": str(size + 2),
        "price": f"€{price}" if language in {"", "en"} else f"{price.replace('.', ',')} €",
        "abroad": chance.choice(("Iceland", "Turkey", "Canada", "Japan")),
    }
