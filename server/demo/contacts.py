"""Whom the demo's company serves: people and companies that do not exist, at addresses that lead nowhere."""

import unicodedata
from pathlib import Path
from typing import NamedTuple


class Known(NamedTuple):
    """A customer by name; `looks` is f or m, and which skins suit the name."""

    name: str
    looks: str
    skins: str
    language: str
    city: str
    country: str
    company: str = ""

    @property
    def first_name(self) -> str:
        """What the team calls this person; in Japanese people are called by the family's name."""
        return self.name.partition(" ")[0]

    @property
    def email(self) -> str:
        """An address under a domain that is reserved for examples."""
        plain = unicodedata.normalize("NFKD", LATIN.get(self.name, self.name)).encode("ascii", "ignore").decode()
        domain = ("example.com", "example.net", "example.org")[len(plain) % 3]
        host = COMPANIES[self.company][0] if self.company else domain
        return f"{plain.lower().replace(' ', '.').replace(chr(39), '')}@{host}"


# Company: domain, size, industry, country.
COMPANIES = {
    "Café Morgenrot": ("morgenrot.example", 14, "Gastronomy", "DE"),
    "Hotel Seeblick": ("seeblick.example", 60, "Hospitality", "CH"),
    "Nordlys Studio": ("nordlys.example", 22, "Architecture", "NO"),
    "Brightside Dental": ("brightside.example", 35, "Health", "IE"),
    "Papeterie Lumière": ("lumiere.example", 9, "Retail", "FR"),
    "Oficinas Prado": ("prado.example", 120, "Real estate", "ES"),
}
# Names that NFKD cannot spell in ASCII.
LATIN = {
    "ليلى منصور": "layla mansour", "سارة الخطيب": "sara alkhatib", "نور العلي": "nour alali",
    "هدى سليم": "huda salim", "佐藤 美咲": "misaki sato", "田中 健": "ken tanaka", "鈴木 葵": "aoi suzuki",
    "山本 大輔": "daisuke yamamoto", "김서연": "seoyeon kim", "王 丽": "li wang", "Søren Kjær": "soren kjaer",
    "Олена Коваль": "olena koval", "נועה לוי": "noa levi",
    "Łukasz Wójcik": "lukasz wojcik", "Jürgen Groß": "jurgen gross",
}  # fmt: skip

PEOPLE = tuple(
    Known(*(part.strip() for part in line.split("|")))
    for line in (Path(__file__).parent / "people.txt").read_text("utf-8").splitlines()
)

_WEBKIT, _CHROME = "AppleWebKit/605.1.15 (KHTML, like Gecko)", "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = tuple(
    f"Mozilla/5.0 {rest}"
    for rest in (
        f"(iPhone; CPU iPhone OS 19_1 like Mac OS X) {_WEBKIT} Version/19.1 Mobile/15E148 Safari/604.1",
        f"(Windows NT 10.0; Win64; x64) {_CHROME} Chrome/142.0.0.0 Safari/537.36",
        f"(Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Version/19.0 Safari/605.1.15",
        f"(Linux; Android 16) {_CHROME} Chrome/142.0.0.0 Mobile Safari/537.36",
        "(X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "(Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    )
)
REFERRERS = ("", "", "", "https://search.example/", "https://www.tendril.example/", "https://pictures.example/plants")
