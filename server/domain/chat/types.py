"""Rows of the chat domain."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from server.protocol.values import ChannelKind, ConversationStatus, HandoffLine, SenderKind


class Shard(Struct, frozen=True):
    """What Postgres knows of one partition of the log."""

    p: int
    epoch: int
    run_id: str | None
    cursor: int


class Seed(Struct, frozen=True):
    """What the accept script must know of a conversation, from Postgres."""

    contact_id: UUID | None
    status: ConversationStatus
    turn: int
    version: int
    last_seq: int
    public_seq: int
    last_at: int


class ConversationRow(Struct, frozen=True):
    """A conversation as somebody sees it who is about to decide."""

    id: UUID
    status: ConversationStatus
    version: int
    channel_id: UUID
    assigned_agent_id: UUID | None
    assigned_agent_name: str
    assigned_team_name: str
    offered_agent_id: UUID | None
    resolved_by_agent_id: UUID | None
    supervisor_ids: list[UUID]


class Changed(Struct, frozen=True):
    """A conversation after a decision, and what the decision took away."""

    id: UUID
    status: ConversationStatus
    version: int
    turn: int
    assigned_agent_id: UUID | None
    assigned_team_id: UUID | None
    previous_agent_id: UUID | None
    previous_team_id: UUID | None
    previous_priority: int


class HistoryRow(Struct, frozen=True):
    """A stored entry: talk fills the columns, everything else lies in `data` as its entry."""

    id: UUID
    conversation_id: UUID
    epoch: int
    seq: int
    at: int
    data: dict[str, Any] | None
    sender_kind: SenderKind | None
    sender_id: UUID | None
    sender_name: str | None
    type: str | None
    body: str | None
    is_internal: bool
    reply_to_id: UUID | None
    attachment_ids: list[UUID] | None
    is_edited: bool
    is_deleted: bool
    citations: list[dict[str, Any]] | None
    content: dict[str, Any] | None
    suggestion_id: UUID | None
    answer: dict[str, Any] | None


class Known(Struct, frozen=True):
    """Where an id stands that came in before."""

    conversation_id: UUID
    sender_id: UUID | None
    epoch: int
    seq: int
    at: int


class DecisionRow(Struct, frozen=True):
    """A decision that is true already: its event, whether or not it has a number yet."""

    id: UUID
    org_id: UUID
    conversation_id: UUID
    kind: str
    actor_id: UUID | None
    seq: int | None
    data: dict[str, Any]


class CardRow(Struct, frozen=True):
    """A conversation as a line of the inbox."""

    conversation_id: UUID
    status: ConversationStatus
    version: int
    priority: int
    contact_id: UUID | None
    contact_name: str
    channel_id: UUID
    channel_name: str
    channel_kind: ChannelKind
    started_at: datetime
    queued_at: datetime | None
    assigned_agent_id: UUID | None
    assigned_agent_name: str
    last_seq: int
    last_sender_id: UUID | None
    message_count: int
    last_message_at: datetime | None
    last_preview: str
    assigned_team_id: UUID | None
    assigned_team_name: str
    subject: str
    contact_email: str
    tags: list[str]
    offered_agent_id: UUID | None
    offer_deadline_at: datetime | None
    tier: str
    skills: list[str]
    supervisor_ids: list[UUID]
    handoff: HandoffLine | None
    approval_deadline_at: int | None
    closed_by_id: UUID | None
    interaction_type_id: UUID | None
    primary_intent: str
    emotion: str
    sentiment_avg: float | None
    locale: str


class Read(Struct, frozen=True):
    """How far somebody has read a conversation: everything up to this number."""

    conversation_id: UUID
    upto: int


class VisitorConversation(Struct, frozen=True):
    """A conversation as its visitor's list shows it."""

    conversation_id: UUID
    status: ConversationStatus
    started_at: int
    last_seq: int
    last_preview: str
    last_message_at: int | None


class Place(Struct, frozen=True):
    """Where a conversation stands in a list."""

    conversation_id: UUID
    at: int


class ConversationDetails(Struct, frozen=True):
    """What a card does not tell of a conversation."""

    subject: str
    page_url: str
    referrer: str
    user_agent: str
    address: str
    locale: str
    close_reason: str
    first_response_at: int | None
    closed_at: int | None
    past_count: int
    attributes: dict[str, Any]


class FoundMessage(Struct, frozen=True):
    """A message that a search found."""

    message_id: UUID
    conversation_id: UUID
    seq: int
    at: int
    is_internal: bool
    body: str
    contact_id: UUID | None
    contact_name: str


class Reach(Struct, frozen=True):
    """Where a contact is spoken to in a channel: as whom its last browser came; without a name there is no channel."""

    contact_id: UUID
    channel_name: str | None
    is_blocked: bool
