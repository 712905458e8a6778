"""Turns scripts into conversations: who comes when, who answers, and how far each has got by now."""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from server.demo import hours
from server.demo.cast import SITE
from server.demo.hours import MINUTE
from server.demo.minds import understood
from server.demo.scripts import Script, filled, gaps
from server.demo.story import Story, Visit
from server.protocol.values import Sender

REASONS = ("solved", "solved", "solved", "answered", "no reply")


class Guest(NamedTuple):
    """A contact of the demo: known by name, or a stranger."""

    contact: Sender
    customer_id: UUID | None
    first_name: str
    email: str
    company: str
    language: str


class House(NamedTuple):
    """Where it happens."""

    agents: Mapping[str, Sender]
    weights: Mapping[str, int]
    bot: Sender
    channels: Mapping[str, UUID]
    teams: Mapping[str, tuple[UUID, str]]
    # Which interaction type a tag tells of, and how that is called.
    matters: Mapping[str, tuple[UUID, str]]


class Director:
    """Plays one script; the same seed plays it the same way, only the clock differs."""

    def __init__(self, house: House, script: Script, guest: Guest, seed: int, agent: str = "") -> None:
        self._house, self._script, self._guest, self._seed = house, script, guest, seed
        chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
        names = list(house.weights)
        self._agent = agent or chance.choices(names, list(house.weights.values()))[0]
        self._gaps = gaps(script.language, chance) | {
            "name": guest.first_name, "email": guest.email, "company": guest.company, "agent": self._agent,
        }  # fmt: skip

    def played(self, at: int) -> Story:
        """The whole script, begun at this moment and closed in the end."""
        story, chance = self._begin(at)
        self._play(story, chance, len(self._script.lines), in_hours=True)
        holder = story.holder or self._next_holder(chance)
        later = story.at + int(chance.uniform(0.4, 9) * MINUTE)
        if story.holder is None:
            story.take(holder, later)
        story.close(holder, chance.choice(REASONS), later + chance.randrange(2_000, 90_000))
        return story

    def unfinished(self, upto: int, now: int, quiet: int) -> Story:
        """The first lines of the script, the last of them `quiet` milliseconds ago."""

        def play(at: int) -> Story:
            story, chance = self._begin(at)
            self._play(story, chance, upto, in_hours=False)
            return story

        # Once to see how long it takes.
        first = play(now)
        return play(now - quiet - (first.at - now))

    @property
    def cuts(self) -> Sequence[int]:
        """After how many lines the visitor waits for the holder's next word."""
        lines = self._script.lines
        answered = next((place for place, line in enumerate(lines) if line.who == "A"), len(lines))
        return [
            place + 1
            for place, line in enumerate(lines)
            if line.who == "V" and place > answered and (place + 1 == len(lines) or lines[place + 1].who != "V")
            and not any(each.who in {"=", "..."} for each in lines[: place + 1])
        ]  # fmt: skip

    @property
    def unanswered(self) -> int:
        """How many lines come before anybody answers."""
        lines = self._script.lines
        return next((place for place, line in enumerate(lines) if line.who == "A"), len(lines))

    def _begin(self, at: int) -> tuple[Story, random.Random]:
        chance, script, guest = random.Random(self._seed), self._script, self._guest  # noqa: S311 - a story, no secret
        channel = script.channel or chance.choice(
            ("shop", "shop", "shop", "guide" if script.team == "care" else "shop")
        )
        has_subject = channel == "trade" or chance.random() < 0.2
        visit = Visit(
            contact=guest.contact, customer_id=guest.customer_id, channel_id=self._house.channels[channel],
            language=script.language, subject=script.subject if has_subject else "",
            page_url=SITE + filled(script.page or "/", self._gaps, chance),
            understood=understood(script.tags, chance),
        )  # fmt: skip
        story = Story(chance, visit, at)
        story.route(self._house.teams[script.team][0])
        return story, chance

    def _play(self, story: Story, chance: random.Random, upto: int, *, in_hours: bool) -> None:
        at = story.at + chance.randrange(300, 2500)
        for line in self._script.lines[:upto]:
            text = filled(line.text, self._gaps, chance)
            match line.who:
                case "V":
                    first = not story.messages
                    at += 0 if first else hours.pause(chance, text, is_agent=False)
                    was_closed = story.status == "closed"
                    story.say(self._guest.contact, text, at)
                    if was_closed:
                        story.reopen(at + 60)
                case "B":
                    at += chance.randrange(1500, 4000)
                    if story.holder is None and not self._script.subject:
                        story.take(self._house.bot, at - 900)
                    story.say(self._house.bot, text, at)
                case "A":
                    at = self._answer(story, chance, text, at, in_hours=in_hours)
                case "N":
                    at += hours.pause(chance, text, is_agent=True)
                    assert story.holder is not None
                    story.say(story.holder, text, at, is_internal=True)
                case ">":
                    at = self._give(story, chance, line.text, at)
                case "=":
                    assert story.holder is not None
                    story.close(story.holder, "solved", at + chance.randrange(60_000, 400_000))
                    at += line.seconds * 1000
                case _:
                    at += line.seconds * 1000
            at = max(at, story.at)

    def _answer(self, story: Story, chance: random.Random, text: str, at: int, *, in_hours: bool) -> int:
        if story.holder is None:
            at += hours.wait(chance)
            at = hours.next_open(chance, at) if in_hours else at
            holder = self._next_holder(chance)
            story.take(holder, at)
            if self._script.priority != story.priority:
                story.prioritize(holder, self._script.priority, at + chance.randrange(3_000, 12_000))
            if self._script.tags and not story.tags and chance.random() < 0.8:
                story.tag(holder, list(self._script.tags), at + chance.randrange(13_000, 25_000))
                matter = next((each for each in map(self._house.matters.get, self._script.tags) if each), None)
                if matter is not None:
                    story.classify(holder, *matter, story.at + chance.randrange(900, 4_000))
        elif in_hours:
            at = hours.next_open(chance, at)
        at = max(at, story.at) + hours.pause(chance, text, is_agent=True)
        assert story.holder is not None
        story.say(story.holder, text, at)
        return at

    def _give(self, story: Story, chance: random.Random, to: str, at: int) -> int:
        team, _, agent = to.partition(" ")
        team_id, name = self._house.teams[team]
        at += chance.randrange(20_000, 90_000)
        assert story.holder is not None
        story.assign(story.holder, team_id, name, at)
        self._agent = agent or chance.choice([each for each in ("Maya", "Leïla", "Kenji") if each != self._agent])
        return at

    def _next_holder(self, chance: random.Random) -> Sender:
        if self._script.channel == "guide" and not self._script.subject:
            return self._house.bot
        return self._house.agents[self._agent]
