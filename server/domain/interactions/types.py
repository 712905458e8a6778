"""Interactions and their types, as they are written and as they are shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

Kind = Literal["chat", "ticket", "email", "call", "meeting", "ivr", "self_service", "video_call"]
Mode = Literal["bot", "live_chat", "self_service", "ivr", "video_call"]
Status = Literal["open", "completed", "abandoned", "failed"]
Resolution = Literal["unresolved", "resolved", "partially_resolved", "escalated"]


class Measure(Struct, frozen=True):
    """What the decisions between an opening and the next one say; `id` is the opening's."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    # What it was about in the end.
    interaction_type_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    queue_seconds: int
    bot_seconds: int
    human_seconds: int
    primary_agent_id: UUID | None
    secondary_agent_id: UUID | None
    # Who joined it last.
    supervisor_agent_id: UUID | None
    transfer_count: int
    # Whoever held it; a person where both did.
    held_by: Literal["nobody", "bot", "person"]
    # When a person came to hold what a bot had held.
    escalated_at: datetime | None
    escalation_reason: str | None
    # Where its talk stands in the log: behind the first, before the second.
    epoch: int | None
    seq: int | None
    next_epoch: int | None
    next_seq: int | None


class Answered(Struct, frozen=True):
    """Who spoke to the visitor in an interaction."""

    id: UUID
    by_member: bool
    by_bot: bool


class Came(Struct, frozen=True):
    """With what a visitor came to a conversation."""

    conversation_id: UUID
    user_agent: str


class Interaction(Struct, frozen=True):
    """One contact, from the opening of a conversation to its end: how long the visitor waited, who answered, and how.

    Seconds are of what is over. `mode` is `live_chat` as soon as a person held it, however long a bot had before.
    """

    id: UUID
    conversation_id: UUID | None
    # The one before, where the conversation was opened again.
    parent_id: UUID | None
    kind: Kind
    mode: Mode
    status: Status
    resolution_status: Resolution
    contact_id: UUID | None
    contact_name: str
    interaction_type_id: UUID | None
    interaction_type_name: str
    customer_id: UUID | None
    channel_id: UUID | None
    channel_name: str
    started_at: int
    ended_at: int | None
    duration_seconds: int | None
    queue_seconds: int
    bot_seconds: int
    human_seconds: int
    # Who held it last, people before bots, and who else did.
    primary_agent_id: UUID | None
    primary_agent_name: str
    secondary_agent_id: UUID | None
    secondary_agent_name: str
    transfer_count: int
    escalated_to_human: bool
    escalated_at: int | None
    escalation_reason: str
    device_type: str
    browser: str
    language: str
    # What the visitor wanted, and the mean mood from -1 to 1, where messages are understood.
    intent: str
    sentiment: float | None
    csat: int | None
    # Nobody came back with the same within seven days; null while it is open.
    first_contact_resolution: bool | None


class ToolFigures(Struct, frozen=True):
    """How often a bot used a tool: in so many answers, with so many calls, of which so many came to nothing.

    `ms` is the median of how long a call takes, `ms_p95` what 95 of 100 take at most; null where no call was told.
    """

    tool_name: str
    answers: int
    calls: int
    failures: int
    ms: int | None
    ms_p95: int | None


class Scorecard(Struct, frozen=True):
    """The last thirty days of a bot.

    `reasons` tells how often it handed over, or was relieved, for each reason. `answer_ms` is the median from a word of
    a visitor to the answer, and `confidence` the mean of what the bot said; null where there is nothing to tell.
    """

    bot_id: UUID
    since: int
    conversations: int
    answers: int
    handed_off: int
    reasons: dict[str, int]
    # No person held it, and it ended resolved.
    resolved_alone: int
    answer_ms: int | None
    confidence: float | None
