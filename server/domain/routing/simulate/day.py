"""A day in virtual time: after whatever happens in a moment the engine decides, as on the server."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from server.domain.routing.simulate.draw import Arrival, Worker, answer, patience, talks
from server.domain.routing.simulate.floor import Floor
from server.domain.routing.simulate.scenario import DAY, People
from server.domain.routing.types import Offer, Rule, Seat


class Story(Struct, kw_only=True):
    """What became of a conversation. Times are milliseconds."""

    arrival: Arrival
    answered_at: int | None = None
    abandoned_at: int | None = None
    agent_id: UUID | None = None
    offers: int = 0
    declined: int = 0
    expired: int = 0
    overflowed: int = 0


class Desk(Struct, kw_only=True):
    """What somebody did: how long they were there, and how much of it they carried what (load times milliseconds)."""

    seat: Seat
    present_ms: int
    conversations: int = 0
    busy_ms: float = 0.0


class Outcome(Struct):
    """A whole day: each conversation, each desk, and how many waited whenever that changed."""

    stories: list[Story]
    desks: list[Desk]
    queue: list[tuple[int, int]]


def run(
    workers: Sequence[Worker], rules: Mapping[UUID | None, Rule], arrivals: Iterable[Arrival], people: People,
    tell: Callable[[int], None] = lambda _: None,
) -> Outcome:  # fmt: skip
    """Play a day to its end: until nobody waits any more who could be answered. `tell` hears how many have come."""
    return _Day(workers, rules, arrivals, people).play(tell)


class _Day:
    def __init__(
        self, workers: Sequence[Worker], rules: Mapping[UUID | None, Rule], arrivals: Iterable[Arrival], people: People
    ) -> None:
        self._floor = Floor([each.seat for each in workers], rules)
        self._people = people
        self._stories = {each.waiting.conversation_id: Story(arrival=each) for each in arrivals}
        self._desks = {
            each.seat.agent_id: Desk(seat=each.seat, present_ms=sum(end - start for start, end in each.spans))
            for each in workers
        }
        self._queue: list[tuple[int, int]] = []
        self._events: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._came = self._order = 0
        self._is_due = False
        for worker in workers:
            for start, end in worker.spans:
                self._at(DAY + start, self._come, worker.seat.agent_id)
                if not any(next_start == end for next_start, _ in worker.spans):
                    self._at(DAY + end, self._go, worker.seat.agent_id)
        for story in self._stories.values():
            self._at(story.arrival.waiting.queued_at, self._arrive, story)

    def play(self, tell: Callable[[int], None]) -> Outcome:
        while self._events:
            moment = self._events[0][0]
            while self._events and self._events[0][0] == moment:
                _, _, happen, subject = heapq.heappop(self._events)
                happen(moment, *subject)
            # With nobody free only what is due can change anything; the engine would say so itself, but slowly.
            if self._is_due or self._floor.somebody_is_free():
                self._is_due = False
                self._route(moment)
            if not self._queue or self._queue[-1][1] != len(self._floor.waiting):
                self._queue.append((moment, len(self._floor.waiting)))
            tell(self._came)
        return Outcome(list(self._stories.values()), list(self._desks.values()), self._queue)

    def _at(self, moment: int, happen: Callable[..., None], *subject: Any) -> None:
        self._order += 1
        heapq.heappush(self._events, (moment, self._order, happen, subject))

    def _route(self, moment: int) -> None:
        found = self._floor.route(moment)
        for overflow in found.overflows:
            self._stories[overflow.waiting.conversation_id].overflowed += 1
        for offer in found.offers:
            story = self._stories[offer.waiting.conversation_id]
            said = answer(story.arrival, self._people, story.offers)
            story.offers += 1
            if said.said != "nothing" and moment + said.after_ms < offer.deadline_at:
                self._at(moment + said.after_ms, self._answer, offer, said.said)
            self._at(offer.deadline_at, self._expire, offer)

    def _come(self, _: int, agent_id: UUID) -> None:
        self._floor.change(agent_id, is_connected=True)

    def _go(self, _: int, agent_id: UUID) -> None:
        self._floor.change(agent_id, is_connected=False)

    def _arrive(self, moment: int, story: Story) -> None:
        self._came += 1
        waiting = story.arrival.waiting
        self._floor.arrive(waiting, story.arrival.contact_id)
        rule = self._floor.rules.get(waiting.team_id)
        if rule is not None and rule.overflow_seconds is not None:
            self._at(moment + rule.overflow_seconds * 1000, self._fall_due)
        leaves = patience(story.arrival, self._people)
        if leaves is not None:
            self._at(moment + leaves, self._abandon, story)

    def _fall_due(self, _: int) -> None:
        self._is_due = True

    def _abandon(self, moment: int, story: Story) -> None:
        if story.answered_at is None:
            story.abandoned_at = moment
            self._floor.end(story.arrival.waiting.conversation_id)

    def _answer(self, moment: int, offer: Offer, said: str) -> None:
        conversation_id, agent_id = offer.waiting.conversation_id, offer.seat.agent_id
        # Whoever went home before they answered does not; nor is there anything to answer when the visitor is gone.
        if self._floor.offers.get(conversation_id) is not offer or not self._floor.seats[agent_id].is_connected:
            return
        story, desk = self._stories[conversation_id], self._desks[agent_id]
        if said == "declined":
            story.declined += 1
            self._refuse(moment, offer, "declined")
            return
        self._floor.accept(conversation_id)
        story.answered_at, story.agent_id = moment, agent_id
        takes = talks(story.arrival, self._people)
        desk.conversations += 1
        desk.busy_ms += takes * offer.waiting.load
        self._at(moment + takes, self._close, conversation_id)

    def _expire(self, moment: int, offer: Offer) -> None:
        if self._floor.offers.get(offer.waiting.conversation_id) is offer:
            self._stories[offer.waiting.conversation_id].expired += 1
            self._refuse(moment, offer, "expired")

    def _refuse(self, moment: int, offer: Offer, state: Any) -> None:
        self._floor.refuse(offer.waiting.conversation_id, state, moment)
        # When all have, it goes round again after the offer's time.
        rule = self._floor.rules[offer.waiting.team_id]
        self._at(moment + rule.offer_seconds * 1000, self._fall_due)

    def _close(self, _: int, conversation_id: UUID) -> None:
        self._floor.end(conversation_id)
