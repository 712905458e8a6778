"""Who is offered what: pure decisions, the same for the server and for the simulator.

Nothing is asked and no clock is read: the same moment, seats, conversations and rules give the same offers, on every
node and in every replay. The order of two that wait never changes while they wait (`served_at`), so that nobody starves
behind whoever comes later and is more urgent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from server.domain.routing.types import (
    Decided,
    LeftOut,
    Obstacle,
    Offer,
    Overflow,
    Ranked,
    Rule,
    Seat,
    Waiting,
    Why,
)

MINUTE = 60_000
# How much longer a conversation seems to have waited: for each level above medium, and for the customer's tier.
PER_LEVEL = 10 * MINUTE
TIERS = {"premium": 5 * MINUTE, "enterprise": 10 * MINUTE}
# What is kept of a decision: who was best, and why others were not asked.
MOST_RANKED, MOST_LEFT_OUT = 10, 40

Key = tuple[float | str, ...]


def serve_at(queued_at: int, priority: int, tier: str) -> int:
    """The moment that puts a conversation in its place among all who wait: the smallest is served first."""
    return queued_at - (priority - 3) * PER_LEVEL - TIERS.get(tier, 0)


def served_at(waiting: Waiting) -> tuple[int, bytes]:
    """The place in the order of all who wait; between equals the ids decide."""
    return serve_at(waiting.queued_at, waiting.priority, waiting.tier), waiting.conversation_id.bytes


def decide(
    moment: int, seats: Sequence[Seat], waiting: Iterable[Waiting], rules: Mapping[UUID | None, Rule]
) -> Decided:
    """What is to be offered to whom at a moment (ms); conversations of queues without a rule are left to people.

    Each offer counts as load for the next one, and as its agent's last.
    """
    loads = {seat.agent_id: seat.load for seat in seats}
    offered_at = {seat.agent_id: seat.last_offered_at for seat in seats}
    # Whoever can be offered something at all; with everybody busy there is nothing to look through.
    free = [seat for seat in seats if _status(seat) is None and seat.load < seat.max_load]
    offers: list[Offer] = []
    overflows: list[Overflow] = []
    for each in sorted(waiting, key=served_at):
        rule = rules.get(each.team_id)
        if rule is None:
            continue
        if _overflows(moment, each, rule):
            assert rule.overflow_team_id is not None
            overflows.append(Overflow(waiting=each, team_id=rule.overflow_team_id))
            continue
        if rule.strategy == "manual":
            continue
        asked = _asked(moment, each, rule, seats, loads)
        fit = [seat for seat in free if _obstacle(seat, each, loads[seat.agent_id], asked) is None]
        if not fit:
            continue
        key = _key(rule, each, loads, offered_at)
        fit.sort(key=key)
        best = fit[0]
        why = _why(moment, each, rule, fit, seats, loads, offered_at, asked)
        deadline = moment + rule.offer_seconds * 1000
        offers.append(Offer(waiting=each, seat=best, deadline_at=deadline, why=why))
        loads[best.agent_id] += each.load
        offered_at[best.agent_id] = moment
    return Decided(offers, overflows)


def explain(moment: int, seats: Sequence[Seat], each: Waiting, rule: Rule) -> Why:
    """Who could be offered a conversation just now, and why others could not: nothing is decided."""
    loads = {seat.agent_id: seat.load for seat in seats}
    offered_at = {seat.agent_id: seat.last_offered_at for seat in seats}
    asked = _asked(moment, each, rule, seats, loads)
    fit = [seat for seat in seats if _obstacle(seat, each, seat.load, asked) is None]
    fit.sort(key=_key(rule, each, loads, offered_at))
    return _why(moment, each, rule, fit, seats, loads, offered_at, asked)


def _overflows(moment: int, each: Waiting, rule: Rule) -> bool:
    if rule.overflow_team_id is None or rule.overflow_seconds is None or each.has_overflowed:
        return False
    return moment - each.queued_at >= rule.overflow_seconds * 1000


def _asked(
    moment: int, each: Waiting, rule: Rule, seats: Sequence[Seat], loads: Mapping[UUID, float]
) -> dict[UUID, Obstacle]:
    """Who has refused it; nobody any more when all have who could take it, and some time has passed since the last."""
    if not each.refusals:
        return {}
    refused: dict[UUID, Obstacle] = {
        one.agent_id: "declined" if one.state == "declined" else "unanswered" for one in each.refusals
    }
    if moment - max(one.at for one in each.refusals) < rule.offer_seconds * 1000:
        return refused
    for seat in seats:
        if seat.agent_id not in refused and _obstacle(seat, each, loads[seat.agent_id], {}) is None:
            return refused
    return {}


def _status(seat: Seat) -> Obstacle | None:
    if not seat.is_connected or seat.availability == "offline":
        return "offline"
    return None if seat.availability == "online" else seat.availability


def _obstacle(seat: Seat, each: Waiting, load: float, asked: Mapping[UUID, Obstacle]) -> Obstacle | None:
    """The first reason why somebody cannot be offered a conversation."""
    if each.team_id is not None and each.team_id not in seat.team_ids:
        return "other_team"
    found = _status(seat)
    if found is not None:
        return found
    if any(skill not in seat.skills for skill in each.skills):
        return "skill"
    if load + each.load > seat.max_load:
        return "full"
    return asked.get(seat.agent_id)


def _key(
    rule: Rule, each: Waiting, loads: Mapping[UUID, float], offered_at: Mapping[UUID, int]
) -> Callable[[Seat], Key]:
    """How a strategy orders those who could: the smallest is asked.

    Whoever speaks the visitor's language comes first, then whoever the company would rather ask (`routing_priority`).
    """

    def key(seat: Seat) -> Key:
        turn = offered_at[seat.agent_id]
        share = (loads[seat.agent_id] + each.load) / seat.max_load
        own: Key = (turn,) if rule.strategy == "round_robin" else (share, turn)
        if rule.strategy == "last_agent":
            own = (seat.agent_id != each.last_agent_id, *own)
        return (not _speaks(seat, each), -seat.priority, *own, -_skill(seat, each), seat.agent_id.hex)

    return key


def _speaks(seat: Seat, each: Waiting) -> bool:
    return each.language != "" and each.language in seat.languages


def _skill(seat: Seat, each: Waiting) -> int:
    return sum(seat.skills.get(skill, 0) for skill in each.skills)


def _why(
    moment: int, each: Waiting, rule: Rule, fit: Sequence[Seat], seats: Sequence[Seat], loads: Mapping[UUID, float],
    offered_at: Mapping[UUID, int], asked: Mapping[UUID, Obstacle],
) -> Why:  # fmt: skip
    chosen = {seat.agent_id for seat in fit}
    # The other teams' people are no news, unless they are all there is.
    own = [seat for seat in seats if each.team_id is None or each.team_id in seat.team_ids]
    left = [seat for seat in own if seat.agent_id not in chosen]
    return Why(
        strategy=rule.strategy, waited_seconds=max(0, moment - each.queued_at) // 1000,
        ranked=[
            Ranked(
                seat.agent_id, seat.name, loads[seat.agent_id], seat.max_load, seat.priority,
                offered_at[seat.agent_id], _speaks(seat, each), _skill(seat, each),
                is_last_agent=seat.agent_id == each.last_agent_id,
            )
            for seat in fit[:MOST_RANKED]
        ],
        left_out=[_left_out(seat, each, loads[seat.agent_id], asked) for seat in left[:MOST_LEFT_OUT]],
        eligible=len(fit), excluded=len(left), is_overflow=each.has_overflowed,
    )  # fmt: skip


def _left_out(seat: Seat, each: Waiting, load: float, asked: Mapping[UUID, Obstacle]) -> LeftOut:
    obstacle = _obstacle(seat, each, load, asked) or "full"
    return LeftOut(seat.agent_id, seat.name, obstacle, *((load, seat.max_load) if obstacle == "full" else ()))
