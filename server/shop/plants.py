"""What the demo shop sells, and how it says so in five languages."""

from html import escape
from pathlib import Path
from typing import NamedTuple

Words = dict[str, str]


def _words() -> dict[str, Words]:
    lines = (Path(__file__).parent / "words.txt").read_text("utf-8").splitlines()
    (_, *languages), *rows = ([part.strip() for part in line.split("|")] for line in lines)
    return {
        language: {row[0]: escape(row[place], quote=False) for row in rows} | {"language": language}
        for place, language in enumerate(languages, 1)
    }


WORDS = _words()


class Plant(NamedTuple):
    """One thing in the window; its picture is the symbol of the same name in plants.svg."""

    slug: str
    name: str
    told: str
    price: str
    label: str


PLANTS = (
    Plant("monstera", "Monstera deliciosa", "Oslo · 60 cm", "€49", "favourite"),
    Plant("pilea", "Pilea peperomioides", "Dune · 25 cm", "€24", "cats"),
    Plant("sansevieria", "Sansevieria", "Halo · 55 cm", "€34", "forgives"),
    Plant("calathea", "Calathea orbifolia", "Dune · 40 cm", "€39", "cats"),
    Plant("fern", "Nephrolepis", "Halo · 35 cm", "€22", "cats"),
    Plant("cactus", "Echinopsis", "Oslo · 30 cm", "€19", "new"),
)
_POTS = ("clay", "sand", "moss")


def window(words: Words) -> str:
    """The first page: what the shop is, and everything in it."""
    cards = "".join(_card(plant, words) for plant in PLANTS)
    return f"""
      <section class="hero">
        <div>
          <h1>{words["title"]}</h1>
          <p>{words["told"]}</p>
          <a class="button" href="#plants">{words["see"]}</a>
          <a class="quiet" href="#care">{words["suits"]}</a>
        </div>
        <div class="shelf" aria-hidden="true">
          <svg class="clay"><use href="/plants.svg#sansevieria" /></svg>
          <svg class="sand tall"><use href="/plants.svg#monstera" /></svg>
          <svg class="moss"><use href="/plants.svg#pilea" /></svg>
        </div>
      </section>
      <ul class="promises">
        <li id="delivery"><strong>{words["fast"]}</strong>{words["where"]}</li>
        <li><strong>{words["change"]}</strong>{words["living"]}</li>
        <li id="care"><strong>{words["gardeners"]}</strong>{words["minutes"]}</li>
      </ul>
      <h2 id="plants">{words["window"]}</h2>
      <ul class="plants">{cards}</ul>"""


def page_of(plant: Plant, words: Words) -> str:
    """One plant's own page."""
    others = "".join(_card(each, words) for each in PLANTS if each is not plant)
    return f"""
      <section class="hero one">
        <div class="shelf" aria-hidden="true">
          <svg class="{_pot(plant)} tall"><use href="/plants.svg#{plant.slug}" /></svg>
        </div>
        <div>
          <h1>{plant.name}</h1>
          <p>{plant.told} · {words[plant.label]}</p>
          <p class="price">{plant.price}</p>
          <span class="button">{words["buy"]}</span>
        </div>
      </section>
      <h2 id="plants">{words["others"]}</h2>
      <ul class="plants">{others}</ul>"""


def _card(plant: Plant, words: Words) -> str:
    return (
        f'<li><a href="/plants/{plant.slug}?lang={words["language"]}"><span class="picture">'
        f'<svg class="{_pot(plant)}" aria-hidden="true"><use href="/plants.svg#{plant.slug}" /></svg>'
        f"<em>{words[plant.label]}</em></span>"
        f"<strong>{plant.name}</strong><b>{plant.price}</b><small>{plant.told}</small></a></li>"
    )


def _pot(plant: Plant) -> str:
    return _POTS[PLANTS.index(plant) % 3]
