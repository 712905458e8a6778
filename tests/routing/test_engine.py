"""What the engine promises, whatever comes in whatever order."""

from collections import Counter
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from server.domain.routing.engine import TIERS, decide, explain, served_at
from server.domain.routing.simulate.floor import Floor
from server.domain.routing.types import Offer, Overflow, Rule, Seat, Waiting
from tests.routing.days import TEAMS, seat, wait

SKILLS = ("refunds", "roses")
STRATEGIES = ("least_busy", "round_robin", "last_agent")
SECOND = 1000

seats = st.builds(
    seat,
    number=st.integers(1, 6),
    max_load=st.sampled_from([0.0, 1.0, 2.0, 4.0]),
    is_connected=st.booleans(),
    availability=st.sampled_from(["online", "online", "away", "busy"]),
    priority=st.sampled_from([0, 0, 1]),
    team_ids=st.sets(st.sampled_from([TEAMS["sales"], TEAMS["care"]])).map(list),
    skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
    languages=st.sets(st.sampled_from(["de", "fr"])).map(list),
)
crews = st.lists(seats, min_size=1, max_size=6, unique_by=lambda each: each.agent_id)
queues = st.fixed_dictionaries({
    team: st.builds(Rule, team_id=st.just(TEAMS[team]), strategy=st.sampled_from(("manual", *STRATEGIES)),
                    offer_seconds=st.sampled_from([5, 30]), overflow_team_id=st.sampled_from(goes),
                    overflow_seconds=st.just(60))
    for team, goes in (("", [None, TEAMS["sales"]]), ("sales", [None, TEAMS["care"]]), ("care", [None]))
})  # fmt: skip
asks = st.fixed_dictionaries(
    {
        "team_id": st.sampled_from(list(TEAMS.values())),
        "priority": st.integers(1, 5),
        "tier": st.sampled_from(["standard", *TIERS]),
        "load": st.sampled_from([0.5, 1.0, 1.0, 1.0, 2.0]),
        "language": st.sampled_from(["", "de", "en"]),
        "skills": st.sets(st.sampled_from(SKILLS)).map(list),
        "last_agent_id": st.sampled_from([None, UUID(int=1), UUID(int=2)]),
    }
)


def may(someone: Seat, each: Waiting) -> bool:
    """Whether somebody is there and able, were there room enough."""
    return (
        someone.is_connected
        and someone.availability == "online"
        and (each.team_id is None or each.team_id in someone.team_ids)
        and all(skill in someone.skills for skill in each.skills)
    )


class Day(RuleBasedStateMachine):
    """Arrivals, answers, silences, closings, people who come, go and choose: after each, the engine decides."""

    waits = Bundle("waits")

    @initialize(crew=crews, rules=queues)
    def opens(self, crew: list[Seat], rules: dict[str, Rule]) -> None:
        self.moment, self.number = 1_000_000, 0
        self.floor = Floor(crew, {each.team_id: each for each in rules.values()})
        self.overflowed: Counter[UUID] = Counter()

    @rule(fields=asks, target=waits)
    def somebody_comes(self, fields: dict[str, Any]) -> UUID:
        self.number += 1
        self.floor.arrive(wait(self.number, self.moment, **fields))
        self.look()
        return UUID(int=1_000 + self.number)

    @rule(seconds=st.sampled_from([1, 5, 30, 60]))
    def time_goes_by(self, seconds: int) -> None:
        self.moment += seconds * SECOND
        for each in [each for each in self.floor.offers.values() if each.deadline_at <= self.moment]:
            self.floor.refuse(each.waiting.conversation_id, "expired", self.moment)
        self.look()

    @rule(conversation_id=waits, answer=st.sampled_from(["accept", "accept", "decline"]))
    def somebody_answers(self, conversation_id: UUID, answer: str) -> None:
        self.moment += SECOND
        if conversation_id in self.floor.offers:
            if answer == "accept":
                self.floor.accept(conversation_id)
            else:
                self.floor.refuse(conversation_id, "declined", self.moment)
            self.look()

    @rule(conversation_id=consumes(waits))
    def it_is_over(self, conversation_id: UUID) -> None:
        self.floor.end(conversation_id)
        self.look()

    @rule(conversation_id=waits, who=st.integers(1, 6), is_given_back=st.booleans())
    def somebody_takes_by_hand_or_gives_back(self, conversation_id: UUID, who: int, is_given_back: bool) -> None:
        self.moment += 1
        if is_given_back and conversation_id in self.floor.held:
            self.overflowed.pop(conversation_id, None)
            self.floor.wait_again(conversation_id, self.moment, None)
        elif not is_given_back and UUID(int=who) in self.floor.seats:
            self.floor.take(conversation_id, UUID(int=who))
        self.look()

    @rule(who=st.integers(1, 6), is_connected=st.booleans(), availability=st.sampled_from(["online", "away"]))
    def somebody_comes_goes_or_chooses(self, who: int, is_connected: bool, availability: str) -> None:
        if UUID(int=who) in self.floor.seats:
            self.floor.change(UUID(int=who), is_connected=is_connected, availability=availability)
            self.look()

    def look(self) -> None:
        """Let the engine decide, and hold each of its decisions against what it promises."""
        while True:
            crew, waiting = list(self.floor.seats.values()), list(self.floor.waiting.values())
            found = decide(self.moment, crew, waiting, self.floor.rules)
            assert found == decide(self.moment, crew, waiting[::-1], self.floor.rules)
            self.overflows_are_due(found.overflows)
            assert not (found.offers and found.overflows)
            for each in found.overflows:
                self.floor.overflow(each)
            for offer in found.offers:
                self.offer_is_right(offer)
                self.floor.offer(offer)
            if not found.overflows:
                self.nobody_is_forgotten(found.offers)
                return

    def overflows_are_due(self, overflows: list[Overflow]) -> None:
        for each in overflows:
            self.overflowed[each.waiting.conversation_id] += 1
            rule = self.floor.rules[each.waiting.team_id]
            assert self.overflowed[each.waiting.conversation_id] == 1
            assert each.team_id == rule.overflow_team_id
            assert self.moment - each.waiting.queued_at >= 60 * SECOND

    def offer_is_right(self, offer: Offer) -> None:
        each, rule = offer.waiting, self.floor.rules[offer.waiting.team_id]
        someone = self.floor.seats[offer.seat.agent_id]
        crew = list(self.floor.seats.values())
        assert rule.strategy != "manual"
        assert may(someone, each)
        assert someone.load + each.load <= someone.max_load
        assert offer.deadline_at == self.moment + rule.offer_seconds * SECOND
        assert offer.why.ranked[0].agent_id == someone.agent_id
        # Whoever was kept for a heavier one that waits longer is known to the whole, not to one conversation's why.
        kept = {left.agent_id for left in offer.why.left_out if left.obstacle == "kept"}
        if not kept:
            assert explain(self.moment, crew, each, rule) == offer.why
        could = [
            other for other in crew
            if may(other, each) and other.load + each.load <= other.max_load and other.agent_id not in kept
        ]  # fmt: skip
        # Nobody is asked a second time while somebody is left who was asked before that, or never.
        last = {one.agent_id: one.at for one in each.refusals}
        assert last.get(someone.agent_id, 0) == min(last.get(other.agent_id, 0) for other in could)
        assert offer.why.eligible <= len(could)
        # Documented: the language first, then whom the company would rather ask.
        fresh = [other for other in could if last.get(other.agent_id, 0) == last.get(someone.agent_id, 0)]
        assert all(_rank(someone, each) >= _rank(other, each) for other in fresh)
        alike = [other for other in fresh if _rank(someone, each) == _rank(other, each)]
        if rule.strategy == "round_robin":
            assert all(someone.last_offered_at <= other.last_offered_at for other in alike)
        elif rule.strategy == "last_agent" and any(other.agent_id == each.last_agent_id for other in alike):
            assert someone.agent_id == each.last_agent_id
        else:
            share = (someone.load + each.load) / someone.max_load
            assert all(share <= (other.load + each.load) / other.max_load for other in alike)
        assert each.conversation_id in self.floor.waiting

    def nobody_is_forgotten(self, offers: list[Offer]) -> None:
        """Who still waits has nobody; and nobody later got what they could have had."""
        for each in self.floor.waiting.values():
            rule = self.floor.rules[each.team_id]
            if rule.strategy == "manual":
                continue
            refused = {one.agent_id for one in each.refusals}
            for someone in self.floor.seats.values():
                if not may(someone, each) or someone.agent_id in refused:
                    continue
                before = someone.load - sum(o.waiting.load for o in offers if o.seat.agent_id == someone.agent_id)
                later = [o for o in offers if o.seat.agent_id == someone.agent_id
                         and served_at(o.waiting) > served_at(each)]  # fmt: skip
                assert not (later and before + each.load <= someone.max_load)
                if someone.load + each.load <= someone.max_load:
                    assert self.somebody_heavier_waits_before(each)

    def somebody_heavier_waits_before(self, each: Waiting) -> bool:
        return any(
            other.load > each.load and served_at(other) < served_at(each) for other in self.floor.waiting.values()
        )

    @invariant()
    def loads_are_what_is_offered_and_held(self) -> None:
        carried: Counter[UUID] = Counter()
        for offer in self.floor.offers.values():
            carried[offer.seat.agent_id] += offer.waiting.load  # type: ignore[assignment]
        for held in self.floor.held.values():
            carried[held.agent_id] += held.waiting.load  # type: ignore[assignment]
        assert {each.agent_id: each.load for each in self.floor.seats.values() if each.load} == dict(carried)


Day.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None, derandomize=True)
TestAnyDay = Day.TestCase


def _rank(someone: Seat, each: Waiting) -> tuple[bool, int]:
    return each.language in someone.languages, someone.priority
