"""The demo's company and its customers as rows: seats with faces that suit their names, teams, channels, contacts."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from server.core.ids import uuid7_from
from server.core.portrait import Features, features
from server.demo.cast import ANSWERING, BOT_INSTRUCTIONS, BOT_NAME, CANNED, CHANNELS, MATTERS, SEATS, TEAMS, WANTS, Look
from server.demo.contacts import COMPANIES, PEOPLE, Known
from server.demo.director import Guest, House
from server.demo.hours import DAY, HOUR
from server.demo.story import Row, moment
from server.protocol.values import Sender

Rows = dict[str, list[Row]]


def chance_of(what: str) -> random.Random:
    """Chance that is the same in every demo: the same people and the same talk, only the clock differs."""
    return random.Random(f"tendril and clay {what}")  # noqa: S311 - nothing here is a secret


def id_with_face(whose: str, at: int, suits: Callable[[Features], bool]) -> UUID:
    """An id of this time whose portrait suits: what is random in an id may be chosen."""
    # How often it tries depends on the clock, which nothing else may.
    chance = chance_of(f"face {whose}")
    while True:
        found = uuid7_from(at, chance.getrandbits(74))
        if suits(features(found)):
            return found


class Company:
    """Everything that is there before the first visitor comes."""

    def __init__(self, now: int, origins: list[str]) -> None:
        self._chance, self._now = chance_of("company"), now
        self._founded = now - 58 * DAY
        self.rows: Rows = {}
        self.seats = {seat.first_name: self._seat(seat.name, "member", seat.look.suits) for seat in SEATS}
        self.bot = self._seat(BOT_NAME, "bot", lambda _: True)
        self.teams = {key: (self._id(), name) for key, (name, _) in TEAMS.items()}
        self.channels = {key: self._id() for key in CHANNELS}
        self.matters = {matter.code: self._id() for matter in MATTERS}
        self._add_seats()
        self._add_teams()
        self._add_channels(origins)
        self._add_canned()
        self._add_matters()
        self._add_wants()

    @property
    def owner(self) -> Sender:
        """Who founded it."""
        return next(self.seats[seat.first_name] for seat in SEATS if seat.role == "owner")

    def house(self, language: str) -> House:
        """The company as a visitor of this language finds it: whoever speaks it answers."""
        able = {seat.first_name for seat in SEATS if language in seat.languages} & ANSWERING.keys()
        weights = {name: weight for name, weight in ANSWERING.items() if name in able} or dict(ANSWERING)
        matters = {tag: (self.matters[each.code], each.name) for each in MATTERS for tag in each.tags}
        return House(self.seats, weights, self.bot, self.channels, self.teams, matters)

    def guests(self) -> list[Guest]:
        """Everybody who is known by name, each a customer or at one."""
        companies = {name: self._company(name) for name in COMPANIES}
        return [self._guest(known, companies.get(known.company)) for known in PEOPLE]

    def stranger(self, language: str, at: int) -> Guest:
        """Somebody who never gave a name."""
        contact_id = uuid7_from(at, self._chance.getrandbits(74))
        name = f"Visitor {contact_id.hex[-4:].upper()}"
        self._add("contact", id=contact_id, name=name, locale=language, is_anonymous=True, created_at=moment(at))
        self._add("contact_identity", contact_id=contact_id, address=str(contact_id), created_at=moment(at))
        return Guest(Sender("contact", contact_id, name), None, "", "", "", language)

    def _guest(self, known: Known, company_id: UUID | None) -> Guest:
        at = self._now - self._chance.randrange(36 * DAY, 57 * DAY)
        look = Look("long" if known.looks == "f" else "short", tuple(map(int, known.skins)), is_grey=None)
        contact_id = id_with_face(known.name, at, look.suits)
        first, _, last = known.name.partition(" ")
        customer_id = company_id
        if customer_id is None:
            customer_id = self._id(at)
            self._add(
                "customer", id=customer_id, kind="person", name=known.name, email=known.email, country=known.country,
                language=known.language, segment=self._chance.choice(("vip", "standard", "standard", "standard")),
                relationship_since=moment(at), created_at=moment(at),
            )  # fmt: skip
        self._add(
            "contact", id=contact_id, customer_id=customer_id, email=known.email, name=known.name, first_name=first,
            last_name=last or None, locale=known.language, is_primary=company_id is None, created_at=moment(at),
        )  # fmt: skip
        self._add("contact_identity", contact_id=contact_id, address=str(contact_id), created_at=moment(at))
        return Guest(
            Sender("contact", contact_id, known.name), customer_id, known.first_name, known.email, known.company,
            known.language,
        )  # fmt: skip

    def _company(self, name: str) -> UUID:
        domain, size, industry, country = COMPANIES[name]
        customer_id = self._id()
        self._add(
            "customer", id=customer_id, kind="company", name=name, company_name=name, email=f"office@{domain}",
            company_size=size, industry=industry, country=country, segment="vip", plan="premium",
            created_at=moment(self._founded + 3 * DAY),
        )  # fmt: skip
        return customer_id

    def _seat(self, name: str, kind: Any, suits: Callable[[Features], bool]) -> Sender:
        return Sender(kind, id_with_face(name, self._founded, suits), name)

    def _add_seats(self) -> None:
        for seat in SEATS:
            who = self.seats[seat.first_name]
            self._add(
                "agent", id=who.id, kind="human", name=seat.name, languages=list(seat.languages),
                availability=seat.availability, max_load=6, created_at=moment(self._founded),
            )  # fmt: skip
            self._add(
                "member", id=who.id, email=seat.email, role=seat.role, job_title=seat.job_title,
                joined_at=moment(self._founded + self._chance.randrange(20 * DAY)),
            )  # fmt: skip
        self._add(
            "agent", id=self.bot.id, kind="bot", name=BOT_NAME, languages=["en", "de", "fr", "es"],
            availability="online", max_load=50, created_at=moment(self._founded + 9 * DAY),
        )  # fmt: skip
        self._add("bot", id=self.bot.id, type="support", description="Answers first", instructions=BOT_INSTRUCTIONS)

    def _add_teams(self) -> None:
        for key, (name, description) in TEAMS.items():
            team_id = self.teams[key][0]
            self._add("team", id=team_id, name=name, description=description)
            members = [seat for seat in SEATS if key in seat.teams]
            for seat in members:
                who = self.seats[seat.first_name]
                self._add("team_member", team_id=team_id, member_id=who.id, is_lead=seat is members[-1])

    def _add_channels(self, origins: list[str]) -> None:
        for key, inbox in CHANNELS.items():
            self._add(
                "channel", id=self.channels[key], kind="web_widget", name=inbox.name, widget_key=inbox.key,
                widget_config=msgspec.to_builtins(inbox.appearance), default_team_id=self.teams[inbox.team][0],
                default_bot_id=self.bot.id if key == "shop" else None, allowed_origins=origins,
                created_at=moment(self._founded + HOUR),
            )  # fmt: skip

    def _add_canned(self) -> None:
        for each in CANNED:
            used = self._chance.randrange(4, 60)
            self._add(
                "canned_response", name=each.name, shortcut=each.shortcut, category=each.category,
                content=each.content, team_id=self.teams[each.team][0] if each.team else None, use_count=used,
                last_used_at=moment(self._now - self._chance.randrange(HOUR, 9 * DAY)),
            )  # fmt: skip

    def _add_matters(self) -> None:
        for each in MATTERS:
            self._add(
                "interaction_type", id=self.matters[each.code], code=each.code, name=each.name, category=each.category,
                sub_category=each.sub_category, complexity=each.complexity, keywords=list(each.keywords),
            )  # fmt: skip

    def _add_wants(self) -> None:
        for each in WANTS:
            self._add("intent", name=each.name, examples=list(each.examples))

    def _add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def _id(self, at: int | None = None) -> UUID:
        return uuid7_from(self._founded if at is None else at, self._chance.getrandbits(74))
