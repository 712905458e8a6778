"""What is to be simulated: who works when, how the queues are worked, who comes, and how people answer.

Everything has a default; a file (TOML or JSON) says what is different. Times of day are `HH:MM`, durations seconds.
"""

import tomllib
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta, Struct

from server.domain.routing.types import Level, OfferSeconds, OverflowSeconds, Rule, Strategy

Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
# Ids of teams that only a scenario knows: the same name is the same team in every scenario.
_TEAMS = UUID("5f1ab2de-6f0c-4b52-9d57-0d6d8f3f7a10")
HOUR = 3_600_000
DAY = 24 * HOUR


class BadScenario(Exception):  # noqa: N818 - its message is for people
    """A scenario that cannot be; the message says where and why."""


class Known(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Never used itself: a part of a scenario, in which a misspelt name is an error."""


class Shift(Known, frozen=True):
    """When somebody is there; one that ends before it begins goes over midnight."""

    start: TimeOfDay
    end: TimeOfDay


class Agents(Known, frozen=True, kw_only=True):
    """So many people who can and do the same."""

    count: Annotated[int, Meta(ge=1, le=5_000)] = 1
    name: str = "agent"
    max_load: Annotated[float, Meta(ge=0, le=1_000)] = 4.0
    priority: int = 0
    teams: list[str] = []
    languages: list[str] = []
    skills: dict[str, Level] = {}
    shifts: Annotated[tuple[Shift, ...], Meta(min_length=1)] = (Shift(start="00:00", end="24:00"),)


class Queue(Known, frozen=True, kw_only=True):
    """How a team's queue is worked; without a team that of all conversations without one."""

    team: str = ""
    strategy: Strategy = "least_busy"
    offer_seconds: OfferSeconds = 30
    overflow_team: str | None = None
    overflow_seconds: OverflowSeconds | None = None


class Kind(Known, frozen=True, kw_only=True):
    """A kind of conversations: `share` is its part of all, beside the other kinds' shares."""

    share: Annotated[float, Meta(gt=0)] = 1.0
    team: str = ""
    priority: Level = 3
    tier: str = "standard"
    load: Annotated[float, Meta(gt=0, le=100)] = 1.0
    language: str = ""
    skills: list[str] = []


class Arrivals(Known, frozen=True, kw_only=True):
    """How many come in a day, when (a weight for each hour), and what for; `returning` of them came before."""

    per_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 500
    by_hour: Annotated[tuple[Annotated[float, Meta(ge=0)], ...], Meta(min_length=24, max_length=24)] = (
        1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 18, 15, 16, 18, 18, 16, 13, 10, 8, 6, 4, 3, 2,
    )  # fmt: skip
    kinds: Annotated[tuple[Kind, ...], Meta(min_length=1)] = (Kind(),)
    returning: Share = 0.2


class Duration(Known, frozen=True, kw_only=True):
    """How long something takes: half takes less than the median, one in ten longer than `p90` (log-normal)."""

    median: Seconds
    p90: Seconds


class People(Known, frozen=True, kw_only=True):
    """How agents answer offers, how long they talk, and how long visitors wait before they go."""

    answers_after: Duration = Duration(median=6, p90=15)
    declines: Share = 0.03
    says_nothing: Share = 0.02
    talks: Duration = Duration(median=420, p90=1_200)
    patience: Duration | None = Duration(median=900, p90=3_600)


class Target(Known, frozen=True, kw_only=True):
    """What is wanted: so great a share is answered within so many seconds."""

    share: Share = 0.8
    seconds: Seconds = 60


class Scenario(Known, frozen=True, kw_only=True):
    """A day at the desk; without `agents` or `queues` those of the recording are taken, or a default."""

    name: str = ""
    seed: int = 1
    agents: list[Agents] = []
    queues: list[Queue] = []
    arrivals: Arrivals = Arrivals()
    people: People = People()
    target: Target = Target()


def read_scenario(source: bytes, *, name: str) -> Scenario:
    """A scenario from a file's bytes; raises BadScenario with the place and the reason."""
    try:
        if name.endswith(".json"):
            found = msgspec.json.decode(source, type=Scenario)
        else:
            found = msgspec.convert(tomllib.loads(source.decode("utf-8")), Scenario)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadScenario(f"{name}: {error}") from None
    _check(found, name)
    return found if found.name else msgspec.structs.replace(found, name=name.rpartition("/")[2].rpartition(".")[0])


def _check(scenario: Scenario, name: str) -> None:
    if not any(scenario.arrivals.by_hour):
        raise BadScenario(f"{name}: nobody comes in any hour - at `$.arrivals.by_hour`")
    teams = [queue.team for queue in scenario.queues]
    for number, queue in enumerate(scenario.queues):
        here = f"at `$.queues[{number}]`"
        if teams.count(queue.team) > 1:
            raise BadScenario(f"{name}: the queue of {queue.team or 'no team'} is there twice - {here}")
        if (queue.overflow_team is None) != (queue.overflow_seconds is None):
            raise BadScenario(f"{name}: overflow_team and overflow_seconds go together - {here}")
        if queue.overflow_team is not None and queue.overflow_team in {"", queue.team}:
            raise BadScenario(f"{name}: a queue overflows into another team's - {here}")
    durations = {"answers_after": scenario.people.answers_after, "talks": scenario.people.talks,
                 "patience": scenario.people.patience}  # fmt: skip
    for what, each in durations.items():
        if each is not None and each.p90 < each.median:
            raise BadScenario(f"{name}: p90 is less than the median - at `$.people.{what}`")


def team_id(name: str, known: dict[str, UUID]) -> UUID | None:
    """The team of a name: the recording's, or one that the scenario makes up."""
    return (known.get(name) or uuid5(_TEAMS, name)) if name else None


def rules(queues: list[Queue], known: dict[str, UUID]) -> dict[UUID | None, Rule]:
    """The queues as the engine takes them."""
    found = [
        Rule(
            team_id=team_id(each.team, known), strategy=each.strategy, offer_seconds=each.offer_seconds,
            overflow_team_id=team_id(each.overflow_team or "", known), overflow_seconds=each.overflow_seconds,
        )
        for each in queues
    ]  # fmt: skip
    return {each.team_id: each for each in found}
