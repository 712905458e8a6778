"""The floor: who is there, who waits, what is offered and held; what the server keeps in Postgres, kept in memory."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from server.domain.routing.engine import decide
from server.domain.routing.types import Decided, Offer, Overflow, Refusal, Rule, Seat, Waiting


class Held(Struct, frozen=True):
    """A conversation that somebody answers."""

    agent_id: UUID
    waiting: Waiting


class Floor:
    """Changes as the server's rows do; times are milliseconds, and nothing happens by itself."""

    def __init__(self, seats: Iterable[Seat], rules: Mapping[UUID | None, Rule]) -> None:
        self.seats = {seat.agent_id: seat for seat in sorted(seats, key=lambda each: each.agent_id)}
        self.rules = dict(rules)
        self.waiting: dict[UUID, Waiting] = {}
        self.offers: dict[UUID, Offer] = {}
        self.held: dict[UUID, Held] = {}
        self._contacts: dict[UUID, UUID] = {}
        self._last_agents: dict[UUID, UUID] = {}
        self._free = sum(1 for seat in self.seats.values() if _is_free(seat))

    def somebody_is_free(self) -> bool:
        """Whether an offer is possible at all; without, only what is due can change anything."""
        return self._free > 0

    def route(self, moment: int) -> Decided:
        """Let the engine decide, and carry it out as the server does; everything that came of it, in order."""
        overflows: list[Overflow] = []
        while True:
            found = decide(moment, list(self.seats.values()), list(self.waiting.values()), self.rules)
            for overflow in found.overflows:
                self.overflow(overflow)
            for offer in found.offers:
                self.offer(offer)
            overflows += found.overflows
            if not found.overflows:
                return Decided(found.offers, overflows)

    def arrive(self, waiting: Waiting, contact_id: UUID | None = None) -> None:
        """Somebody new waits; of a contact that was here before, the last to answer is known."""
        if contact_id is not None:
            self._contacts[waiting.conversation_id] = contact_id
            waiting = replace(waiting, last_agent_id=self._last_agents.get(contact_id, waiting.last_agent_id))
        self.waiting[waiting.conversation_id] = waiting

    def offer(self, offer: Offer) -> None:
        """Somebody is asked; the place is theirs until they answer."""
        del self.waiting[offer.waiting.conversation_id]
        self.offers[offer.waiting.conversation_id] = offer
        self._weigh(offer.seat.agent_id, offer.waiting.load)
        self.change(offer.seat.agent_id, last_offered_at=offer.turn_at)

    def overflow(self, overflow: Overflow) -> None:
        """It waits in another queue, from when it began."""
        each = overflow.waiting
        self.waiting[each.conversation_id] = replace(each, team_id=overflow.team_id, has_overflowed=True)

    def accept(self, conversation_id: UUID) -> None:
        """Whoever is asked becomes the holder."""
        offer = self.offers.pop(conversation_id)
        self._hold(offer.seat.agent_id, offer.waiting)

    def refuse(self, conversation_id: UUID, state: Literal["declined", "expired"], at: int) -> None:
        """Whoever is asked says no, or nothing."""
        offer = self.offers.pop(conversation_id)
        self._weigh(offer.seat.agent_id, -offer.waiting.load)
        refusals = [*offer.waiting.refusals, Refusal(offer.seat.agent_id, state, at)]
        self.waiting[conversation_id] = replace(offer.waiting, refusals=refusals)

    def take(self, conversation_id: UUID, agent_id: UUID) -> None:
        """Somebody takes by hand, or is given, what waits, is offered or held by somebody else."""
        waiting = self.end(conversation_id)
        self._weigh(agent_id, waiting.load)
        self._hold(agent_id, waiting)

    def wait_again(self, conversation_id: UUID, at: int, team_id: UUID | None) -> None:
        """Back to a queue, where it begins to wait now."""
        waiting = self.end(conversation_id)
        self.arrive(
            replace(waiting, queued_at=at, team_id=team_id, refusals=[], has_overflowed=False),
            self._contacts.get(conversation_id),
        )

    def end(self, conversation_id: UUID) -> Waiting:
        """It is over, for whoever waits, is asked or holds it; what it was."""
        if conversation_id in self.waiting:
            return self.waiting.pop(conversation_id)
        if conversation_id in self.offers:
            offer = self.offers.pop(conversation_id)
            self._weigh(offer.seat.agent_id, -offer.waiting.load)
            return offer.waiting
        held = self.held.pop(conversation_id)
        self._weigh(held.agent_id, -held.waiting.load)
        return held.waiting

    def change(self, agent_id: UUID, **fields: Any) -> None:
        """Somebody comes, goes, chooses, or can do something else."""
        seat = self.seats[agent_id]
        self.seats[agent_id] = after = replace(seat, **fields)
        self._free += _is_free(after) - _is_free(seat)

    def _hold(self, agent_id: UUID, waiting: Waiting) -> None:
        self.held[waiting.conversation_id] = Held(agent_id, waiting)
        contact_id = self._contacts.get(waiting.conversation_id)
        if contact_id is None:
            return
        self._last_agents[contact_id] = agent_id
        for conversation_id, each in self.waiting.items():
            if self._contacts.get(conversation_id) == contact_id:
                self.waiting[conversation_id] = replace(each, last_agent_id=agent_id)

    def _weigh(self, agent_id: UUID, load: float) -> None:
        self.change(agent_id, load=round(self.seats[agent_id].load + load, 2))


def _is_free(seat: Seat) -> bool:
    return seat.is_connected and seat.availability == "online" and seat.load < seat.max_load
