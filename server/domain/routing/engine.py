"""Who is offered what: pure decisions, the same for the server and for the simulator.

Nothing is asked and no clock is read: the same moment, seats, conversations and rules give the same offers, on every
node and in every replay. The order of two that wait never changes while they wait (`served_at`), so that nobody starves
behind whoever comes later and is more urgent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
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

# Loads are hundredths, and sums of floats are not.
SAME = 0.001

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
    room = _Room(seats)
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
    room = _Room(seats)
    asked = _asked(moment, each, rule, room)
    fit = [seat for seat in room.own(each.team_id) if room.obstacle(seat, each, asked) is None]
    fit.sort(key=_key(rule, each, room))
    return _why(moment, each, rule, fit, room, asked)


class _Room:
    """The seats of one run of the engine, and what is left of their places after each offer."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        # Of those who were offered something in this run: dictionaries of all would cost more than all the rest.
        self._loads: dict[UUID, float] = {}
        self._turns: dict[UUID, int] = {}
        self._last_turn = max((seat.last_offered_at for seat in seats), default=0)
        self._own: dict[UUID | None, list[Seat]] = {None: list(seats)}
        # Whoever can be offered something at all.
        self._free: dict[UUID | None, list[Seat]] = {
            None: [seat for seat in seats if _status(seat) is None and seat.load < seat.max_load]
        }
        self._kept: set[UUID] = set()

    def load(self, seat: Seat) -> float:
        """What somebody carries by now."""
        return self._loads.get(seat.agent_id, seat.load) if self._loads else seat.load

    def turn(self, seat: Seat) -> int:
        """When somebody was offered something last."""
        return self._turns.get(seat.agent_id, seat.last_offered_at) if self._turns else seat.last_offered_at

    def own(self, team_id: UUID | None) -> list[Seat]:
        """A queue's people; everybody, for conversations without a team."""
        if team_id not in self._own:
            self._own[team_id] = [seat for seat in self._own[None] if team_id in seat.team_ids]
        return self._own[team_id]

    def free(self, team_id: UUID | None) -> list[Seat]:
        """Those of them who are there and have a place left."""
        if team_id not in self._free:
            self._free[team_id] = [seat for seat in self._free[None] if team_id in seat.team_ids]
        return self._free[team_id]

    def give(self, seat: Seat, each: Waiting, moment: int) -> int:
        """An offer takes its place; whose turn it was, a moment later than every other's."""
        # Of many at one moment, all would have been the last but for this.
        self._last_turn = turn = max(moment, self._last_turn + 1)
        self._turns[seat.agent_id] = turn
        self._loads[seat.agent_id] = self.load(seat) + each.load
        if self.load(seat) >= seat.max_load - SAME:
            for free in self._free.values():
                if seat in free:
                    free.remove(seat)
        return turn

    def keep_for(self, each: Waiting, near: Sequence[Seat], asked: Mapping[UUID, Obstacle]) -> None:
        """What weighs more than anybody has room for gets whoever lacks least: later ones are not to fill that place.

        Otherwise the light ones would take every place that becomes free, for ever.
        """
        could = [seat for seat in near if self._lacks_room_only(seat, each) and seat.agent_id not in asked]
        if could:
            nearest = max(could, key=lambda seat: (seat.max_load - self.load(seat), seat.agent_id.int))
            self._kept.add(nearest.agent_id)

    def obstacle(self, seat: Seat, each: Waiting, asked: Mapping[UUID, Obstacle]) -> Obstacle | None:
        """The first reason why one of a queue's people cannot be offered a conversation."""
        found = _status(seat)
        if found is not None:
            return found
        if each.skills and any(skill not in seat.skills for skill in each.skills):
            return "skill"
        load = self.load(seat)
        # Whoever is full is so for something that weighs next to nothing, too.
        if load + each.load > seat.max_load + SAME or load >= seat.max_load:
            return "full"
        if self._kept and seat.agent_id in self._kept:
            return "kept"
        return asked.get(seat.agent_id) if asked else None

    def _lacks_room_only(self, seat: Seat, each: Waiting) -> bool:
        return (
            each.load <= seat.max_load < self.load(seat) + each.load - SAME
            and seat.agent_id not in self._kept
            and all(skill in seat.skills for skill in each.skills)
        )


def _overflows(moment: int, each: Waiting, rule: Rule) -> bool:
    if rule.overflow_seconds is None or each.has_overflowed:
        return False
    return moment - each.queued_at >= rule.overflow_seconds * 1000


def _asked(moment: int, each: Waiting, rule: Rule, room: _Room) -> dict[UUID, Obstacle]:
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


def _status(seat: Seat) -> Obstacle | None:
    if not seat.is_connected or seat.availability == "offline":
        return "offline"
    return None if seat.availability == "online" else seat.availability


def _key(rule: Rule, each: Waiting, room: _Room) -> Callable[[Seat], Key]:
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
    moment: int, each: Waiting, rule: Rule, fit: Sequence[Seat], room: _Room, asked: Mapping[UUID, Obstacle]
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


def _left_out(seat: Seat, each: Waiting, room: _Room, asked: Mapping[UUID, Obstacle]) -> LeftOut:
    obstacle, load = room.obstacle(seat, each, asked) or "full", room.load(seat)
    return LeftOut(seat.agent_id, seat.name, obstacle, *((load, seat.max_load) if obstacle == "full" else ()))
