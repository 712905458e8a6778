"""Routing: what the engine looks at, what it decides, and why."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from server.protocol.values import HealthReason, HealthStatus

Strategy = Literal["manual", "least_busy", "round_robin", "last_agent"]
# Why somebody is not offered a conversation; what is left of a kept place is for a heavier one that waits longer.
Obstacle = Literal["offline", "away", "busy", "full", "skill", "kept", "declined", "unanswered"]
Level = Annotated[int, Meta(ge=1, le=5)]
OfferSeconds = Annotated[int, Meta(ge=5, le=600)]
OverflowSeconds = Annotated[int, Meta(ge=10, le=86_400)]


class Seat(Struct, frozen=True, kw_only=True):
    """An agent as the router sees one. Times are milliseconds."""

    agent_id: UUID
    name: str
    availability: Literal["online", "away", "busy", "offline"]
    is_connected: bool
    load: float
    max_load: float
    priority: int = 0
    last_offered_at: int = 0
    team_ids: list[UUID] = []
    languages: list[str] = []
    # Skill -> level, from 1 (trainee) to 5 (specialist).
    skills: dict[str, Level] = {}


class Refusal(Struct, frozen=True):
    """An offer of this conversation that came to nothing while it waits."""

    agent_id: UUID
    state: Literal["declined", "expired"]
    at: int


class Waiting(Struct, frozen=True, kw_only=True):
    """A conversation that waits for somebody."""

    conversation_id: UUID
    version: int
    queued_at: int
    team_id: UUID | None = None
    priority: Level = 3
    tier: str = "standard"
    load: float = 1.0
    language: str = ""
    skills: list[str] = []
    last_agent_id: UUID | None = None
    refusals: list[Refusal] = []
    has_overflowed: bool = False


class Rule(Struct, frozen=True, kw_only=True):
    """How one queue is worked: a team's, or without a team that of all conversations without one."""

    team_id: UUID | None
    strategy: Strategy
    offer_seconds: OfferSeconds = 30
    overflow_team_id: UUID | None = None
    overflow_seconds: OverflowSeconds | None = None


class Ranked(Struct, frozen=True, omit_defaults=True):
    """Somebody who could have been offered the conversation, and what they were judged by."""

    agent_id: UUID
    name: str
    load: float
    max_load: float
    priority: int = 0
    last_offered_at: int = 0
    speaks: bool = False
    skill: int = 0
    is_last_agent: bool = False


class LeftOut(Struct, frozen=True, omit_defaults=True):
    """Somebody who could not, and why not; whoever is full, with how much."""

    agent_id: UUID
    name: str
    obstacle: Obstacle
    load: float = 0
    max_load: float = 0


class Why(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Why a conversation was offered to whom: the best first, and who was left out.

    Long lists are cut; `eligible` and `excluded` count everybody.
    """

    strategy: Strategy
    # When the engine looked (ms): with what came when, a decision can be taken again.
    moment: int = 0
    waited_seconds: int
    ranked: list[Ranked] = []
    left_out: list[LeftOut] = []
    eligible: int = 0
    excluded: int = 0
    is_overflow: bool = False


class Offer(Struct, frozen=True, kw_only=True):
    """A conversation is offered to somebody until a moment (ms)."""

    waiting: Waiting
    seat: Seat
    deadline_at: int
    # The seat's `last_offered_at` from now on.
    turn_at: int
    why: Why


class Overflow(Struct, frozen=True, kw_only=True):
    """A conversation goes over to another team's queue."""

    waiting: Waiting
    team_id: UUID


class Decided(Struct, frozen=True):
    """What the engine found, in the order in which it is to be done: offers, or what overflows before there are any."""

    offers: list[Offer]
    overflows: list[Overflow]


class Queued(Struct, frozen=True):
    """Somebody in line, also while an offer stands; `queued_at` in milliseconds."""

    conversation_id: UUID
    contact_id: UUID | None
    team_id: UUID | None
    queued_at: int
    priority: Level
    tier: str


class Pace(Struct, frozen=True):
    """How long a conversation of a queue is held, in seconds on average, and of how many that is known."""

    team_id: UUID | None
    seconds: float
    samples: int


class Place(Struct, frozen=True):
    """Where a conversation stands in its queue, from 1, and how many seconds it will still wait, if known."""

    conversation_id: UUID
    contact_id: UUID | None
    place: int
    seconds: int | None


class AssignmentStep(Struct, frozen=True):
    """One step of a conversation's way to its answerer. Times are milliseconds."""

    id: UUID
    state: Literal["offered", "accepted", "declined", "expired", "withdrawn", "taken", "released"]
    agent_id: UUID | None
    agent_name: str
    team_id: UUID | None
    team_name: str
    turn: int
    at: int
    deadline_at: int | None
    answered_at: int | None
    why: dict[str, Any]


PassedOverBecause = Literal["away", "full", "unhealthy", "held"]


class Candidate(Struct, frozen=True, kw_only=True):
    """A bot that a channel's conversations may be given to, as the choice sees it."""

    agent_id: UUID
    name: str
    type: str
    priority: int = 0
    keywords: list[str] = []
    is_default: bool = False
    is_connected: bool = True
    is_well: bool = True
    has_room: bool = True


class PassedOver(Struct, frozen=True, kw_only=True):
    """A bot that could not have it."""

    agent_id: UUID
    name: str
    because: PassedOverBecause


class Choice(Struct, frozen=True, kw_only=True):
    """The bot that has a conversation, and why; without one people do, or it is chosen `later`, by the first words."""

    agent_id: UUID | None = None
    by: Literal["keyword", "default", "triage", "called", "later", ""] = ""
    keyword: str = ""
    passed_over: list[PassedOver] = []


Failure = HealthReason


class Condition(Struct, frozen=True):
    """How a bot fares. Times are milliseconds; `outcomes` says of each of its last answers whether it failed."""

    status: HealthStatus = "healthy"
    reason: HealthReason | None = None
    since: int = 0
    retry_at: int | None = None
    outcomes: list[bool] = []
    relapses: int = 0
