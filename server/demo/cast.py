"""Who works at the demo's company, and what it is called: Tendril & Clay, plants and pots by post."""

from pathlib import Path
from typing import NamedTuple

from server.core.portrait import Features
from server.domain.channels.appearance import Appearance

SLUG = "frontdesk-demo"
NAME = "Tendril & Clay"
SITE = "https://www.tendril.example"
DEMO_WIDGET_KEY = "demo-widget-key"
DEMO_PASSWORD = "frontdesk-demo"  # noqa: S105 - known to everybody on purpose


class Look(NamedTuple):
    """What a face must have to suit a name; the rest is chance."""

    length: str = ""
    skins: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    hairs: tuple[str, ...] = ()
    is_bearded: bool | None = None
    is_grey: bool | None = False

    def suits(self, face: Features) -> bool:
        """Whether this face is one of those."""
        return (
            self.length in {"", face.length}
            and face.skin in self.skins
            and (not self.hairs or (face.hair in self.hairs and not face.scarf))
            and self.is_bearded in {None, bool(face.beard)}
            and self.is_grey in {None, face.is_grey}
        )


class Seat(NamedTuple):
    """A member of the company; the first name is also the login."""

    name: str
    role: str
    job_title: str
    languages: tuple[str, ...]
    teams: tuple[str, ...]
    look: Look
    availability: str = "online"

    @property
    def first_name(self) -> str:
        """What customers call this person."""
        return self.name.partition(" ")[0]

    @property
    def email(self) -> str:
        """The login."""
        plain = {"é": "e", "í": "i", "á": "a", "ï": "i"}
        return "".join(plain.get(each, each) for each in self.first_name.lower()) + "@frontdesk.example"


SEATS = (
    Seat("Maya Lindqvist", "owner", "Founder", ("en", "sv", "de"), ("care", "billing"),
         Look("long", (0, 1), ("bun", "side", "bob"))),
    Seat("Jonas Weber", "agent", "Customer care", ("de", "en", "nl"), ("orders", "care"),
         Look("short", (0, 1), ("quiff", "part"), is_bearded=True)),
    Seat("Amara Okafor", "agent", "Plant care", ("en", "fr", "es"), ("care", "orders"),
         Look("", (5, 6), ("afro",), is_bearded=False)),
    Seat("Leïla Haddad", "agent", "Customer care", ("fr", "ar", "en", "es"), ("orders", "billing"),
         Look("long", (2, 3), ("curls", "side", "straight"))),
    Seat("Kenji Mori", "manager", "Head of service", ("ja", "en", "de"), ("orders", "care", "billing"),
         Look("short", (1, 2), ("crop", "part"), is_bearded=False)),
    Seat("Tomás Ferreira", "admin", "Operations", ("pt", "es", "en"), ("billing",),
         Look("short", (2, 3), ("waves",), is_bearded=True), "away"),
    Seat("Priya Nair", "viewer", "Bookkeeping", ("en", "hi"), (),
         Look("long", (3, 4), ("straight", "tail"))),
)  # fmt: skip
# Who answers customers, and how much of it falls to each.
ANSWERING = {"Jonas": 10, "Amara": 9, "Leïla": 8, "Kenji": 3, "Maya": 3}

TEAMS = {
    "orders": ("Orders & delivery", "Parcels, returns, exchanges"),
    "care": ("Plant care", "Everything that grows, and what to do when it does not"),
    "billing": ("Billing & trade", "Invoices, payments, business customers"),
}

BOT_NAME = "Sprig"
BOT_INSTRUCTIONS = (
    "Greet whoever writes, answer what the shop's guide says about plants, delivery and returns, "
    "and call a person as soon as somebody asks for one or is unhappy."
)


class Inbox(NamedTuple):
    """A channel as the demo sets it up; its appearance is the widget's."""

    name: str
    key: str
    team: str
    appearance: Appearance


CHANNELS = {
    "shop": Inbox(
        "Online shop", DEMO_WIDGET_KEY, "orders",
        Appearance(
            color="#2f6b4f", greeting="Hello! Ask us anything about plants, pots and parcels.",
            starters=["Where is my order?", "My plant looks unhappy", "Which pot fits?"],
            away_text="We are repotting, and answer as soon as our hands are clean.",
        ),
    ),
    "guide": Inbox(
        "Plant care guide", "demo-guide-key", "care",
        Appearance(
            color="#b4552d", position="left", theme="light", launcher_label="Ask a gardener",
            greeting="Tell us what you see, and we tell you what it needs.",
            starters=["Yellow leaves", "Tiny flies", "How often do I water?"],
            away_text="Our gardeners sleep. Describe it now, and read the answer tomorrow.",
        ),
    ),
    "trade": Inbox(
        "Business customers", "demo-trade-key", "billing",
        Appearance(
            color="#31507d", language="en", launcher_label="Trade desk", show_team=False,
            greeting="Offices, hotels, cafés: what may we green?",
            starters=["I need an offer", "An invoice, please"],
            away_text="The trade desk is open Monday to Friday, 9 to 18.",
        ),
    ),
}  # fmt: skip


class Canned(NamedTuple):
    """An answer that agents keep at hand."""

    name: str
    shortcut: str
    category: str
    team: str
    content: str


CANNED = tuple(
    Canned(*(part.strip() for part in line.split("|")))
    for line in (Path(__file__).parent / "canned.txt").read_text("utf-8").splitlines()
)


class Matter(NamedTuple):
    """What visitors come with: an interaction type, and the tags that tell of it."""

    code: str
    name: str
    category: str
    sub_category: str
    complexity: str
    tags: tuple[str, ...]
    keywords: tuple[str, ...]


def _matter(line: str) -> Matter:
    code, name, category, sub_category, complexity, tags, keywords = (part.strip() for part in line.split("|"))
    return Matter(code, name, category, sub_category, complexity, tuple(tags.split(", ")), tuple(keywords.split(", ")))


class Want(NamedTuple):
    """Something that visitors want, as Frontdesk is taught it; `tags` are those of the scripts about it."""

    name: str
    tags: tuple[str, ...]
    examples: tuple[str, ...]


def _want(line: str) -> Want:
    name, tags, *examples = line.split(" | ")
    return Want(name, tuple(tags.split(", ")), tuple(examples))


WANTS = tuple(map(_want, (Path(__file__).parent / "intents.txt").read_text("utf-8").splitlines()))
WANT_OF = {tag: each.name for each in WANTS for tag in each.tags}

MATTERS = tuple(map(_matter, (Path(__file__).parent / "types.txt").read_text("utf-8").splitlines()))
