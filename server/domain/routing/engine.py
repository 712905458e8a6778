"""Who is offered what: pure decisions, the same for the server and for the simulator.

Nothing is asked and no clock is read: the same moment, seats, conversations and rules give the same offers, on every
node and in every replay. The order of two that wait never changes while they wait (`served_at`), so that nobody starves
behind whoever comes later and is more urgent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from uuid import UUID

from server.domain.routing.room import Room
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

Key = tuple[float, ...]


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

    Each offer counts as load for the next one, and as its agent's last. What overflows is first of all put into its new
    queue, where it may be before others: then there are no offers yet, and one decides again.
    """
    in_order = [(each, rules[each.team_id]) for each in sorted(waiting, key=served_at) if each.team_id in rules]
    overflows = [
        Overflow(waiting=each, team_id=rule.overflow_team_id)
        for each, rule in in_order
        if rule.overflow_team_id is not None and _overflows(moment, each, rule)
    ]
    if overflows or not in_order:
        return Decided([], overflows)
    return Decided(_offers(moment, seats, in_order), [])


def _offers(moment: int, seats: Sequence[Seat], in_order: Iterable[tuple[Waiting, Rule]]) -> list[Offer]:
    room = Room(seats)
    offers: list[Offer] = []
    for each, rule in in_order:
        # With everybody busy there is nothing to look through.
        if rule.strategy == "manual" or not (near := room.free(each.team_id)):
            continue
        asked = _asked(moment, each, rule, room)
        fit = [seat for seat in near if room.obstacle(seat, each, asked) is None]
        if not fit:
            room.keep_for(each, near, asked)
            continue
        fit.sort(key=_key(rule, each, room))
        deadline = moment + rule.offer_seconds * 1000
        why = _why(moment, each, rule, fit, room, asked)
        turn = room.give(fit[0], each, moment)
        offers.append(Offer(waiting=each, seat=fit[0], deadline_at=deadline, turn_at=turn, why=why))
    return offers


def explain(moment: int, seats: Sequence[Seat], each: Waiting, rule: Rule) -> Why:
    """Who could be offered a conversation just now, and why others could not: nothing is decided."""
    room = Room(seats)
    asked = _asked(moment, each, rule, room)
    fit = [seat for seat in room.own(each.team_id) if room.obstacle(seat, each, asked) is None]
    fit.sort(key=_key(rule, each, room))
    return _why(moment, each, rule, fit, room, asked)


def _overflows(moment: int, each: Waiting, rule: Rule) -> bool:
    if rule.overflow_seconds is None or each.has_overflowed:
        return False
    return moment - each.queued_at >= rule.overflow_seconds * 1000


def _asked(moment: int, each: Waiting, rule: Rule, room: Room) -> dict[UUID, Obstacle]:
    """Who has refused it and is not to be asked.

    When all have who could take it, and an offer's time has passed, it is the turn of whoever refused first.
    """
    if not each.refusals:
        return {}
    last = {one.agent_id: one for one in sorted(each.refusals, key=lambda one: one.at)}
    able = [seat.agent_id for seat in room.own(each.team_id) if room.obstacle(seat, each, {}) is None]
    first = min((last[agent_id].at if agent_id in last else 0 for agent_id in able), default=0)
    newest = max(one.at for one in last.values())
    again = first if moment - newest >= rule.offer_seconds * 1000 else 0
    return {
        agent_id: "declined" if one.state == "declined" else "unanswered"
        for agent_id, one in last.items()
        if one.at > again
    }


def _key(rule: Rule, each: Waiting, room: Room) -> Callable[[Seat], Key]:
    """How a strategy orders those who could: the smallest is asked.

    Whoever speaks the visitor's language comes first, then whoever the company would rather ask (`routing_priority`).
    """
    is_round = rule.strategy == "round_robin"
    last_agent_id = each.last_agent_id if rule.strategy == "last_agent" else None

    def key(seat: Seat) -> Key:
        return (
            not _speaks(seat, each),
            -seat.priority,
            last_agent_id is None or seat.agent_id != last_agent_id,
            0.0 if is_round else (room.load(seat) + each.load) / seat.max_load,
            room.turn(seat),
            -_skill(seat, each),
            seat.agent_id.int,
        )

    return key


def _speaks(seat: Seat, each: Waiting) -> bool:
    return each.language != "" and each.language in seat.languages


def _skill(seat: Seat, each: Waiting) -> int:
    return sum(seat.skills.get(skill, 0) for skill in each.skills) if each.skills else 0


def _why(
    moment: int, each: Waiting, rule: Rule, fit: Sequence[Seat], room: Room, asked: Mapping[UUID, Obstacle]
) -> Why:
    # The other teams' people are no news.
    own, chosen = room.own(each.team_id), {seat.agent_id for seat in fit}
    left = islice((seat for seat in own if seat.agent_id not in chosen), MOST_LEFT_OUT)
    return Why(
        strategy=rule.strategy, moment=moment, waited_seconds=max(0, moment - each.queued_at) // 1000,
        ranked=[
            Ranked(
                seat.agent_id, seat.name, room.load(seat), seat.max_load, seat.priority,
                room.turn(seat), _speaks(seat, each), _skill(seat, each),
                is_last_agent=seat.agent_id == each.last_agent_id,
            )
            for seat in fit[:MOST_RANKED]
        ],
        left_out=[_left_out(seat, each, room, asked) for seat in left],
        eligible=len(fit), excluded=len(own) - len(fit), is_overflow=each.has_overflowed,
    )  # fmt: skip


def _left_out(seat: Seat, each: Waiting, room: Room, asked: Mapping[UUID, Obstacle]) -> LeftOut:
    obstacle, load = room.obstacle(seat, each, asked) or "full", room.load(seat)
    return LeftOut(seat.agent_id, seat.name, obstacle, *((load, seat.max_load) if obstacle == "full" else ()))
