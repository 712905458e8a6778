"""What the demo shop sells."""

from html import escape
from typing import NamedTuple


class Plant(NamedTuple):
    """One thing in the window; its picture is the symbol of the same name in plants.svg."""

    slug: str
    name: str
    told: str
    price: str
    label: str
    care: str


PLANTS = (
    Plant("monstera", "Monstera deliciosa", "In the pot Oslo, 60 cm", "€49", "Our favourite",
          "Bright, without midday sun. Water when the top three centimetres are dry."),
    Plant("pilea", "Pilea peperomioides", "In the pot Dune, 25 cm", "€24", "Safe for cats",
          "Turn it every week, else it leans. Its children come by themselves."),
    Plant("sansevieria", "Sansevieria", "In the pot Halo, 55 cm", "€34", "Forgives all",
          "Any light. Water it when you remember, which is often enough."),
    Plant("calathea", "Calathea orbifolia", "In the pot Dune, 40 cm", "€39", "Safe for cats",
          "Half shade and moist air. A bathroom with a window is its idea of heaven."),
    Plant("fern", "Boston fern", "In the pot Halo, 35 cm", "€22", "",
          "Never quite dry, never in the sun. It loves the steam of your shower."),
    Plant("cactus", "Peanut cactus", "In the pot Oslo, 30 cm", "€19", "New",
          "All the sun you have, and a glass of water a month."),
)  # fmt: skip


def window() -> str:
    """The first page: what the shop is, and everything in it."""
    cards = "".join(_card(plant) for plant in PLANTS)
    return f"""
      <section class="hero">
        <div>
          <h1>Something green for every corner</h1>
          <p>Grown slowly, potted by hand, packed so that it arrives the way it left. And if a leaf droops, ask us.</p>
          <a class="button" href="/#plants">See the plants</a>
          <a class="quiet" href="/#care">What suits me?</a>
        </div>
        <div class="shelf" aria-hidden="true">
          <svg class="clay"><use href="/plants.svg#sansevieria" /></svg>
          <svg class="sand tall"><use href="/plants.svg#monstera" /></svg>
          <svg class="moss"><use href="/plants.svg#pilea" /></svg>
        </div>
      </section>
      <ul class="promises" id="delivery">
        <li><strong>Two days to your door</strong>Everywhere in the EU</li>
        <li><strong>30 days to change your mind</strong>Also for living things</li>
        <li id="care"><strong>Gardeners in the chat</strong>They answer within minutes</li>
      </ul>
      <h2 id="plants">Plants in their pots</h2>
      <ul class="plants">{cards}</ul>"""


def page_of(plant: Plant) -> str:
    """One plant's own page."""
    others = "".join(_card(each) for each in PLANTS if each is not plant)
    return f"""
      <section class="hero one">
        <div class="shelf" aria-hidden="true"><svg class="clay tall"><use href="/plants.svg#{plant.slug}" /></svg></div>
        <div>
          <h1>{escape(plant.name)}</h1>
          <p>{escape(plant.told)}</p>
          <p>{escape(plant.care)}</p>
          <p class="price">{plant.price}</p>
          <span class="button">Into the basket</span>
        </div>
      </section>
      <h2 id="plants">Goes well with it</h2>
      <ul class="plants">{others}</ul>"""


def _card(plant: Plant) -> str:
    pot = ("clay", "sand", "moss")[PLANTS.index(plant) % 3]
    label = f"<em>{escape(plant.label)}</em>" if plant.label else ""
    return (
        f'<li><a href="/plants/{plant.slug}"><span class="picture">'
        f'<svg class="{pot}" aria-hidden="true"><use href="/plants.svg#{plant.slug}" /></svg>{label}</span>'
        f"<strong>{escape(plant.name)}</strong><b>{plant.price}</b><small>{escape(plant.told)}</small></a></li>"
    )
