"""Who talks in the millions: organizations with their seats, channels, tags and contacts."""

import random
from bisect import bisect
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from server.demo.contacts import PEOPLE

# A tag's weight falls with its place; the last one is a rarity.
TAGS = (
    "delivery", "care", "order", "return", "refund", "invoice", "gift", "complaint", "praise", "warranty", "payment",
    "address", "stock", "voucher", "account", "newsletter", "wholesale", "damage", "pots", "legal",
)  # fmt: skip
_WEIGHTS = [*(1 / place**1.5 for place in range(1, len(TAGS))), 0.00005]
_TAGS = list(accumulate(_WEIGHTS))


class Channel(NamedTuple):
    """A widget, and how much of the talk comes through it."""

    id: UUID
    share: float


class Contact(NamedTuple):
    """Somebody who writes."""

    id: str
    name: str
    email: str | None


class Company(NamedTuple):
    """An organization, as far as its talk needs it."""

    id: UUID
    agents: list[tuple[UUID, str]]
    teams: list[UUID]
    channels: list[Channel]
    contacts: list[Contact]
    # Its part of all talk.
    share: float

    def channel(self, chance: random.Random) -> UUID:
        """Where somebody comes in."""
        dice = chance.random()
        for each in self.channels:
            dice -= each.share
            if dice < 0:
                return each.id
        return self.channels[0].id


def some_tag(chance: random.Random) -> str:
    """A tag; few are common."""
    return TAGS[bisect(_TAGS, chance.random() * _TAGS[-1])]


def contacts(chance: random.Random, count: int, ids: list[str]) -> list[Contact]:
    """People with names of many countries, of whom half left an e-mail."""
    first = [each.name.split(" ")[0] for each in PEOPLE]
    last = [each.name.split(" ")[-1] for each in PEOPLE]
    made = []
    for number in range(count):
        name = f"{chance.choice(first)} {chance.choice(last)}"
        email = f"guest{number:06d}.{chance.randrange(1 << 24):06x}@example.org" if number % 2 else None
        made.append(Contact(ids[number], name, email))
    return made


Row = dict[str, Any]
