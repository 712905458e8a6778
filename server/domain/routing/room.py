"""The seats of one run of the engine: who is there, who has places left, and for whom they are kept."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from server.domain.routing.types import Obstacle, Seat, Waiting

# Loads are hundredths, and sums of floats are not.
SAME = 0.001


class Room:
    """The seats of one run of the engine, and what is left of their places after each offer."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        # Of those who were offered something in this run: dictionaries of all would cost more than all the rest.
        self._loads: dict[UUID, float] = {}
        self._turns: dict[UUID, int] = {}
        self._last_turn = max((seat.last_offered_at for seat in seats), default=0)
        self._own: dict[UUID | None, list[Seat]] = {None: list(seats)}
        # Whoever can be offered something at all.
        self._free: dict[UUID | None, list[Seat]] = {
            None: [seat for seat in seats if absence(seat) is None and seat.load < seat.max_load]
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
        found = absence(seat)
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


def absence(seat: Seat) -> Obstacle | None:
    """Why somebody is not there to be asked; None for whoever is."""
    if not seat.is_connected or seat.availability == "offline":
        return "offline"
    return None if seat.availability == "online" else seat.availability
