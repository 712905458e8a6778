"""Rows about who holds a conversation, is asked to, or held it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from server.protocol.values import ConversationStatus, HandoffReason


class Seat(Struct, frozen=True):
    """An agent that a conversation is to be given to."""

    id: UUID
    name: str
    role: str
    is_active: bool
    is_connected: bool

    @property
    def is_bot(self) -> bool:
        """Whether it is a machine's."""
        return self.role == "bot"


class Holding(Struct, frozen=True):
    """Who holds a conversation, or is asked to, just now."""

    id: UUID
    status: ConversationStatus
    version: int
    turn: int
    assigned_agent_id: UUID | None
    offered_agent_id: UUID | None
    channel_id: UUID
    load: float


class SaidToBot(Struct, frozen=True):
    """What a visitor said in a conversation that a bot holds."""

    message_id: UUID
    conversation_id: UUID
    turn: int
    agent_id: UUID
    body: str
    keywords: list[str]


class Unsure(Struct, frozen=True):
    """An answer that a bot was not sure enough of."""

    message_id: UUID
    conversation_id: UUID
    turn: int
    confidence: float


class Talkative(Struct, frozen=True):
    """Where bots talk on and on, and the visitor says nothing."""

    message_id: UUID
    conversation_id: UUID
    turn: int


class Forbidden(Struct, frozen=True):
    """What a bot holds and may not, by what it is about: people have to, or the visitor has to be known."""

    conversation_id: UUID
    turn: int
    name: str
    requires_human: bool


class Farewell(Struct, frozen=True):
    """What a visitor is told when a bot cannot help."""

    name: str
    fallback_message: str


class Angry(Struct, frozen=True):
    """What somebody said in a bad mood to a bot."""

    message_id: UUID
    conversation_id: UUID
    turn: int
    sentiment: float


class Critical(Struct, frozen=True):
    """What somebody said that cannot wait."""

    message_id: UUID
    conversation_id: UUID


class Wanted(Struct, frozen=True):
    """What the company says of what a visitor wants."""

    message_id: UUID
    conversation_id: UUID
    priority: int | None
    interaction_type_id: UUID | None
    interaction_type_name: str


class Silence(Struct, frozen=True):
    """A visitor whom a bot does not answer."""

    org_id: UUID
    conversation_id: UUID
    turn: int


class HandoffRow(Struct, frozen=True):
    """A request to hand a conversation over, and what became of it. Times are milliseconds."""

    id: UUID
    from_agent_id: UUID | None
    from_agent_name: str
    to_agent_id: UUID | None
    to_agent_name: str
    to_team_id: UUID | None
    to_team_name: str
    reason_code: HandoffReason
    reason: str
    state: dict[str, Any]
    confidence: float | None
    status: Literal["requested", "offered", "accepted", "passed", "canceled"]
    turn: int
    requested_at: int
    offered_at: int | None
    accepted_at: int | None
    ended_at: int | None
    latency_ms: int | None


class HolderDecision(Struct, frozen=True):
    """A decision after which somebody else may hold a conversation; `is_bot` is about whoever holds it then."""

    id: UUID
    conversation_id: UUID
    kind: str
    at: datetime
    epoch: int | None
    seq: int | None
    actor_kind: str
    actor_id: UUID | None
    status: ConversationStatus
    agent_id: UUID | None
    interaction_type_id: UUID | None
    reason_code: str | None
    is_bot: bool


class Stint(Struct, frozen=True):
    """Somebody's time with a conversation, or the queue's; it began with a decision, and may go on."""

    decision_id: UUID
    conversation_id: UUID
    role: Literal["queue", "bot", "primary", "supervisor"]
    agent_id: UUID | None
    joined_at: datetime
    left_at: datetime | None = None


class Held(Struct, frozen=True):
    """A conversation that somebody holds."""

    id: UUID
    version: int
    turn: int
    bot_active: bool


class Expired(Struct, frozen=True):
    """An offer that ran out."""

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    agent_name: str
