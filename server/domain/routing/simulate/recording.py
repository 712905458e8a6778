"""A day as it was: who was there, what happened in which order, and what the router said to it."""

from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from server.domain.routing.simulate.draw import Arrival, Span, Worker
from server.domain.routing.simulate.scenario import DAY, BadScenario
from server.domain.routing.types import Rule, Seat, Waiting

Happened = Literal[
    "arrived", "routed", "overflowed", "accepted", "declined", "expired", "taken", "waits_again", "moved",
    "prioritized", "ended", "connected", "disconnected", "chose",
]  # fmt: skip


class Asked(Struct, frozen=True):
    """An offer of the router, and the order in which it had ranked those who could (the first of them)."""

    conversation_id: UUID
    agent_id: UUID
    ranked: list[UUID]


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened at a moment; what else is told depends on the kind."""

    at: int
    kind: Happened
    conversation_id: UUID | None = None
    agent_id: UUID | None = None
    team_id: UUID | None = None
    priority: int = 3
    availability: Literal["online", "away", "busy"] = "online"
    # Of the router: what it offered at this moment.
    offers: list[Asked] = []


class Came(Struct, frozen=True, kw_only=True):
    """A conversation of the day, as it was when it came; `is_there` and `held_by` tell how the day found it."""

    waiting: Waiting
    contact_id: UUID | None = None
    is_there: bool = False
    held_by: UUID | None = None


class Recording(Struct, frozen=True, kw_only=True):
    """A day of an organization. Skills, languages, limits and rules are those of when it was read."""

    organization: str
    since: int
    until: int
    teams: dict[str, UUID]
    rules: list[Rule]
    seats: list[Seat]
    conversations: list[Came]
    steps: list[Step]


def read_recording(source: bytes, *, name: str) -> Recording:
    """A recording from a file's bytes; raises BadScenario with the place and the reason."""
    try:
        return msgspec.json.decode(source, type=Recording)
    except msgspec.DecodeError as error:
        raise BadScenario(f"{name}: {error}") from None


def arrivals(recording: Recording) -> list[Arrival]:
    """Who came, and how long each conversation took, for a day on which everything else may be different."""
    began = {step.conversation_id: step.at for step in recording.steps if step.kind == "arrived"}
    taken: dict[UUID | None, int] = {}
    took: dict[UUID | None, int] = {}
    for step in recording.steps:
        if step.kind in {"accepted", "taken"}:
            taken.setdefault(step.conversation_id, step.at)
        elif step.kind == "ended" and step.conversation_id in taken:
            took[step.conversation_id] = max(1, step.at - taken[step.conversation_id])
    shift = DAY - recording.since
    return [
        Arrival(
            waiting=msgspec.structs.replace(each.waiting, queued_at=each.waiting.queued_at + shift),
            luck=each.waiting.conversation_id.int & 0xFFFF_FFFF_FFFF, contact_id=each.contact_id,
            talks_ms=took.get(each.waiting.conversation_id),
        )
        for each in recording.conversations if each.waiting.conversation_id in began
    ]  # fmt: skip


def workers(recording: Recording) -> list[Worker]:
    """Who was there when: connected and online by choice."""
    found = []
    for seat in recording.seats:
        spans: list[Span] = []
        is_connected, choice, began = seat.is_connected, seat.availability, recording.since
        ends = Step(at=recording.until, kind="disconnected", agent_id=seat.agent_id)
        for step in (*(each for each in recording.steps if each.agent_id == seat.agent_id), ends):
            was_there = is_connected and choice == "online"
            if step.kind in {"connected", "disconnected"}:
                is_connected = step.kind == "connected"
            elif step.kind == "chose":
                choice = step.availability
            if was_there and not (is_connected and choice == "online"):
                spans.append((began - recording.since, step.at - recording.since))
            elif not was_there:
                began = step.at
        fresh = msgspec.structs.replace(seat, is_connected=False, availability="online", load=0.0)
        found.append(Worker(seat=fresh, spans=[span for span in spans if span[0] < span[1]]))
    return found
