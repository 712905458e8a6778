"""People and conversations for stories about the engine, by small numbers."""

from typing import Any
from uuid import UUID

from server.domain.routing.types import Rule, Seat, Waiting

TEAMS = {"": None, "sales": UUID(int=901), "care": UUID(int=902)}


def seat(number: int, **fields: Any) -> Seat:
    """Somebody who is there and has four places."""
    known: dict[str, Any] = {"availability": "online", "is_connected": True, "load": 0.0, "max_load": 4.0} | fields
    return Seat(agent_id=UUID(int=number), name=f"agent {number}", **known)


def wait(number: int, queued_at: int = 0, **fields: Any) -> Waiting:
    """A conversation that waits since then."""
    return Waiting(conversation_id=UUID(int=1_000 + number), version=1, queued_at=queued_at, **fields)


def rules(strategy: Any = "least_busy", team: str = "", **fields: Any) -> dict[UUID | None, Rule]:
    """One queue's rule."""
    return {TEAMS[team]: Rule(team_id=TEAMS[team], strategy=strategy, **fields)}
