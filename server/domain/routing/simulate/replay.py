"""A recorded day again: at every moment at which the router decided, does the engine say the same?"""

from collections.abc import Callable
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from server.domain.routing.engine import decide
from server.domain.routing.simulate.floor import Floor
from server.domain.routing.simulate.recording import Asked, Recording, Step
from server.domain.routing.types import Offer, Overflow, Seat, Why


class Difference(Struct, frozen=True):
    """Where the record and the engine part; the day goes on as it was recorded."""

    at: int
    recorded: list[Asked]
    decided: list[Asked]


class Replayed(Struct, frozen=True):
    """How a replay went: all offers of the engine, how many of the record's decisions, and where they differ."""

    offers: list[Asked]
    decisions: int
    differences: list[Difference]


def replay(recording: Recording) -> Replayed:
    """Play a recorded day; only what the router says is asked of the engine."""
    floor = Floor(recording.seats, {each.team_id: each for each in recording.rules})
    for came in recording.conversations:
        if came.is_there:
            floor.arrive(came.waiting, came.contact_id)
        if came.held_by in floor.seats:
            floor.take(came.waiting.conversation_id, came.held_by)
    day = _Replay(floor, recording)
    for step in recording.steps:
        day.play(step)
    return Replayed(day.offers, day.decisions, day.differences)


class _Replay:
    def __init__(self, floor: Floor, recording: Recording) -> None:
        self._floor = floor
        self._came = {each.waiting.conversation_id: each for each in recording.conversations}
        self.offers: list[Asked] = []
        self.decisions = 0
        self.differences: list[Difference] = []
        self._happens: dict[str, Callable[[Step, UUID], None]] = {
            "arrived": self._arrived, "overflowed": self._overflowed, "accepted": self._accepted,
            "declined": self._refused, "expired": self._refused, "taken": self._taken,
            "waits_again": self._waits_again, "moved": self._moved, "prioritized": self._prioritized,
            "ended": self._ended,
        }  # fmt: skip

    def play(self, step: Step) -> None:
        if step.conversation_id is not None:
            if step.conversation_id in self._came:
                self._happens[step.kind](step, step.conversation_id)
        elif step.kind == "routed":
            self._routed(step)
        elif step.agent_id in self._floor.seats:
            if step.kind == "chose":
                self._floor.change(step.agent_id, availability=step.availability)
            else:
                self._floor.change(step.agent_id, is_connected=step.kind == "connected")

    def _routed(self, step: Step) -> None:
        self.decisions += 1
        found = decide(step.at, list(self._floor.seats.values()), list(self._floor.waiting.values()), self._floor.rules)
        made = {(each.waiting.conversation_id, each.seat.agent_id): each for each in found.offers}
        said = [_asked(each) for each in found.offers]
        self.offers += said
        if said != step.offers:
            self.differences.append(Difference(step.at, step.offers, said))
        for each in step.offers:
            seat = self._floor.seats.get(each.agent_id)
            if seat is not None and each.conversation_id in self._floor.waiting:
                self._floor.offer(made.get((each.conversation_id, each.agent_id)) or self._as_it_was(step, each, seat))

    def _as_it_was(self, step: Step, each: Asked, seat: Seat) -> Offer:
        waiting = self._floor.waiting[each.conversation_id]
        why = Why(strategy=self._floor.rules[waiting.team_id].strategy, moment=step.at, waited_seconds=0)
        return Offer(waiting=waiting, seat=seat, deadline_at=step.at, turn_at=step.at, why=why)

    def _arrived(self, step: Step, conversation_id: UUID) -> None:
        came = self._came[conversation_id]
        self._floor.arrive(came.waiting, came.contact_id)

    def _overflowed(self, step: Step, conversation_id: UUID) -> None:
        floor = self._floor
        self.decisions += 1
        found = decide(step.at, list(floor.seats.values()), list(floor.waiting.values()), floor.rules)
        if not any((each.waiting.conversation_id, each.team_id) == (conversation_id, step.team_id)
                   for each in found.overflows):  # fmt: skip
            self.differences.append(Difference(step.at, [], [_asked(each) for each in found.offers]))
        if step.team_id is not None and conversation_id in floor.waiting:
            floor.overflow(Overflow(waiting=floor.waiting[conversation_id], team_id=step.team_id))

    def _accepted(self, step: Step, conversation_id: UUID) -> None:
        if conversation_id in self._floor.offers:
            self._floor.accept(conversation_id)

    def _refused(self, step: Step, conversation_id: UUID) -> None:
        if conversation_id in self._floor.offers:
            self._floor.refuse(conversation_id, "declined" if step.kind == "declined" else "expired", step.at)

    def _taken(self, step: Step, conversation_id: UUID) -> None:
        if not self._is_live(conversation_id):
            self._arrived(step, conversation_id)
        if step.agent_id in self._floor.seats:
            self._floor.take(conversation_id, step.agent_id)

    def _waits_again(self, step: Step, conversation_id: UUID) -> None:
        if self._is_live(conversation_id):
            held = self._floor.held.get(conversation_id)
            team_id = held.waiting.team_id if held else self._came[conversation_id].waiting.team_id
            self._floor.wait_again(conversation_id, step.at, team_id)
        else:
            came = self._came[conversation_id]
            self._floor.arrive(replace(came.waiting, queued_at=step.at), came.contact_id)

    def _moved(self, step: Step, conversation_id: UUID) -> None:
        if conversation_id in self._floor.held:
            self._floor.wait_again(conversation_id, step.at, step.team_id)
        elif self._is_live(conversation_id):
            self._floor.waiting[conversation_id] = replace(self._floor.end(conversation_id), team_id=step.team_id)

    def _prioritized(self, step: Step, conversation_id: UUID) -> None:
        waiting = self._floor.waiting.get(conversation_id)
        if waiting is not None:
            self._floor.waiting[conversation_id] = replace(waiting, priority=step.priority)

    def _ended(self, step: Step, conversation_id: UUID) -> None:
        if self._is_live(conversation_id):
            self._floor.end(conversation_id)

    def _is_live(self, conversation_id: UUID) -> bool:
        floor = self._floor
        return conversation_id in floor.waiting or conversation_id in floor.offers or conversation_id in floor.held


def _asked(offer: Offer) -> Asked:
    return Asked(offer.waiting.conversation_id, offer.seat.agent_id, [each.agent_id for each in offer.why.ranked])
