"""A day in figures: waits, offers, who carried how much, and whether that was fair."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from server.domain.routing.simulate.day import Desk, Outcome, Story
from server.domain.routing.simulate.scenario import Target


class Waits(Struct, frozen=True, kw_only=True):
    """How long conversations waited for their answerer, in seconds; `within` is the share that the target asks for."""

    conversations: int
    answered: int
    abandoned: int
    unanswered: int
    mean: float
    p50: float
    p90: float
    p99: float
    longest: float
    within: float
    missed: int


class Spread(Struct, frozen=True):
    """Something of all agents."""

    mean: float
    least: float
    most: float


class Fairness(Struct, frozen=True):
    """Jain's index (1: all alike; 1/n: one has all) and Gini's (0: all alike; near 1: one has all)."""

    jain: float
    gini: float


class AgentFigures(Struct, frozen=True):
    """What one agent did; more than 1 is what was finished after the shift."""

    name: str
    conversations: int
    utilisation: float


class Figures(Struct, frozen=True, kw_only=True):
    """What is told of a day."""

    scenario: str
    target: Target
    is_target_met: bool
    total: Waits
    by_team: dict[str, Waits]
    by_priority: dict[str, Waits]
    offers: int
    offers_per_conversation: float
    declined: int
    expired: int
    overflowed: int
    longest_queue: int
    utilisation: Spread
    fairness_of_conversations: Fairness
    fairness_of_busy_time: Fairness
    agents: list[AgentFigures]


def figures(name: str, outcome: Outcome, target: Target, teams: Mapping[UUID, str]) -> Figures:
    """Count a day."""
    stories, offers = outcome.stories, sum(each.offers for each in outcome.stories)
    desks = [each for each in outcome.desks if each.present_ms]
    used = [utilisation(each) for each in desks] or [0.0]
    total = _waits(stories, target)
    return Figures(
        scenario=name, target=target, is_target_met=total.within >= target.share, total=total,
        by_team=_split(stories, target, lambda each: _team(each, teams)),
        by_priority=_split(stories, target, lambda each: str(each.arrival.waiting.priority)),
        offers=offers, offers_per_conversation=round(offers / max(len(stories), 1), 3),
        declined=sum(each.declined for each in stories), expired=sum(each.expired for each in stories),
        overflowed=sum(each.overflowed for each in stories),
        longest_queue=max((length for _, length in outcome.queue), default=0),
        utilisation=Spread(round(statistics.fmean(used), 4), round(min(used), 4), round(max(used), 4)),
        fairness_of_conversations=fairness([each.conversations for each in desks]),
        fairness_of_busy_time=fairness([each.busy_ms for each in desks]),
        agents=[AgentFigures(each.seat.name, each.conversations, round(utilisation(each), 4)) for each in desks],
    )  # fmt: skip


def utilisation(desk: Desk) -> float:
    """How much of what somebody could have carried they did."""
    return desk.busy_ms / (desk.present_ms * desk.seat.max_load) if desk.seat.max_load and desk.present_ms else 0.0


def fairness(shares: Sequence[float]) -> Fairness:
    """How evenly something was given out; nothing at all is even."""
    total = sum(shares)
    if not total:
        return Fairness(1.0, 0.0)
    count = len(shares)
    jain = total * total / (count * sum(each * each for each in shares))
    ranked = sum((2 * rank - count - 1) * each for rank, each in enumerate(sorted(shares), 1))
    return Fairness(round(jain, 4), round(ranked / (count * total), 4))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that so great a share of them does not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _team(story: Story, teams: Mapping[UUID, str]) -> str:
    team_id = story.arrival.waiting.team_id
    return "no team" if team_id is None else teams.get(team_id, str(team_id))


def _split(stories: Sequence[Story], target: Target, by: Callable[[Story], str]) -> dict[str, Waits]:
    parts: dict[str, list[Story]] = {}
    for each in stories:
        parts.setdefault(by(each), []).append(each)
    return {name: _waits(parts[name], target) for name in sorted(parts)}


def _waits(stories: Sequence[Story], target: Target) -> Waits:
    waited = sorted(
        (each.answered_at - each.arrival.waiting.queued_at) / 1000 for each in stories if each.answered_at is not None
    )
    abandoned = sum(1 for each in stories if each.abandoned_at is not None)
    within = sum(1 for each in waited if each <= target.seconds)
    return Waits(
        conversations=len(stories), answered=len(waited), abandoned=abandoned,
        unanswered=len(stories) - len(waited) - abandoned, mean=round(statistics.fmean(waited), 1) if waited else 0.0,
        p50=round(percentile(waited, 0.5), 1), p90=round(percentile(waited, 0.9), 1),
        p99=round(percentile(waited, 0.99), 1), longest=round(waited[-1], 1) if waited else 0.0,
        within=round(within / len(stories), 4) if stories else 1.0, missed=len(stories) - within,
    )  # fmt: skip
