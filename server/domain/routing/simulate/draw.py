"""What chance decides, by a seed: who comes when, how long it takes, how an offer is answered.

Each conversation has a luck of its own, so that two scenarios meet the same visitors, whoever is asked first.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import Literal
from uuid import UUID

from msgspec import Struct

from server.domain.routing.simulate.scenario import DAY, HOUR, Agents, Arrivals, Duration, People, Shift, team_id
from server.domain.routing.types import Seat, Waiting

# One in ten of a normal distribution lies above.
_TENTH = 1.2815515655446004
Span = tuple[int, int]


class Arrival(Struct, frozen=True, kw_only=True):
    """Somebody comes; what is not known of them is drawn. Times are milliseconds."""

    waiting: Waiting
    luck: int
    contact_id: UUID | None = None
    talks_ms: int | None = None


class Worker(Struct, frozen=True, kw_only=True):
    """Somebody's seat, and when they are there, in milliseconds from midnight."""

    seat: Seat
    spans: list[Span]


class Answer(Struct, frozen=True):
    """What becomes of an offer, and after how long."""

    said: Literal["accepted", "declined", "nothing"]
    after_ms: int


def draw_arrivals(asked: Arrivals, seed: int, known: dict[str, UUID]) -> list[Arrival]:
    """A day's arrivals: in each hour as many as a Poisson process brings, spread over it."""
    random = Random(f"{seed} arrivals")  # noqa: S311 - chance, no secret
    shares = [each.share for each in asked.kinds]
    found: list[Arrival] = []
    for hour, weight in enumerate(asked.by_hour):
        mean = asked.per_day * weight / sum(asked.by_hour)
        at = random.expovariate(1.0) / mean * HOUR if mean else HOUR
        while at < HOUR:
            kind = random.choices(asked.kinds, shares)[0]
            number = len(found) + 1
            is_back = found and random.random() < asked.returning
            contact = random.choice(found).contact_id if is_back else UUID(int=2 << 64 | number)
            waiting = Waiting(
                conversation_id=UUID(int=1 << 64 | number), version=1, queued_at=DAY + hour * HOUR + int(at),
                team_id=team_id(kind.team, known), priority=kind.priority, tier=kind.tier, load=kind.load,
                language=kind.language, skills=kind.skills,
            )  # fmt: skip
            found.append(Arrival(waiting=waiting, luck=random.getrandbits(48), contact_id=contact))
            at += random.expovariate(1.0) / mean * HOUR
    return found


def talks(arrival: Arrival, people: People) -> int:
    """How long the conversation takes, in milliseconds."""
    return _length(arrival.luck, "talks", people.talks) if arrival.talks_ms is None else arrival.talks_ms


def patience(arrival: Arrival, people: People) -> int | None:
    """After how long the visitor goes, in milliseconds."""
    return None if people.patience is None else _length(arrival.luck, "patience", people.patience)


def answer(arrival: Arrival, people: People, number: int) -> Answer:
    """What becomes of the conversation's so-manieth offer."""
    random = Random(f"{arrival.luck} answer {number}")  # noqa: S311 - chance, no secret
    after, chance = _drawn(random, people.answers_after), random.random()
    if chance < people.says_nothing:
        return Answer("nothing", after)
    return Answer("declined" if chance < people.says_nothing + people.declines else "accepted", after)


def crew(groups: Sequence[Agents], known: dict[str, UUID]) -> list[Worker]:
    """Everybody of the groups, each with a seat; nobody is there yet."""
    found: list[Worker] = []
    for group in groups:
        teams = [each for each in (team_id(name, known) for name in group.teams) if each]
        for number in range(1, group.count + 1):
            seat = Seat(
                agent_id=UUID(int=3 << 64 | len(found) + 1), name=f"{group.name} {number}" if group.count > 1 else
                group.name, availability="online", is_connected=False, load=0.0, max_load=group.max_load,
                priority=group.priority, team_ids=teams, languages=group.languages, skills=group.skills,
            )  # fmt: skip
            found.append(Worker(seat=seat, spans=sorted(span for each in group.shifts for span in _spans(each))))
    return found


def _spans(shift: Shift) -> list[Span]:
    start, end = _ms(shift.start), _ms(shift.end)
    return [(start, end)] if start < end else [(start, DAY), (0, end)] if end else [(start, DAY)]


def _ms(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * HOUR + int(minutes) * 60_000


def _length(luck: int, what: str, duration: Duration) -> int:
    return _drawn(Random(f"{luck} {what}"), duration)  # noqa: S311 - chance, no secret


def _drawn(random: Random, duration: Duration) -> int:
    spread = math.log(duration.p90 / duration.median) / _TENTH
    return max(1, int(duration.median * 1000 * math.exp(random.gauss(0.0, spread))))
