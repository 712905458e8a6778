"""The values that frames are made of.

Times are integers: milliseconds since the epoch, by the server's clock.
"""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

# Several screens full; the largest frame is 16 KiB, so that text of 4-byte characters ends at half as much.
Body = Annotated[str, Meta(min_length=1, max_length=8000)]
Partial = Annotated[str, Meta(max_length=8000)]
# Enough to choose a bot by.
FirstWords = Annotated[str, Meta(max_length=500)]
ShortText = Annotated[str, Meta(max_length=200)]
Url = Annotated[str, Meta(max_length=2000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
# 1 lowest, 2 low, 3 medium, 4 high, 5 urgent.
Priority = Annotated[int, Meta(ge=1, le=5)]
# Trimmed and in lower case when it is kept, so that two spellings are one tag.
Tag = Annotated[str, Meta(min_length=1, max_length=40)]
MOST_TAGS = 20
AttributeName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
AttributeText = Annotated[str, Meta(max_length=200)]
AttributeNumber = Annotated[int, Meta(ge=-(2**53), le=2**53)]
AttributeValue = bool | AttributeNumber | float | AttributeText | None
# A null takes the attribute away.
Attributes = Annotated[dict[AttributeName, AttributeValue], Meta(max_length=20)]
MOST_ATTRIBUTES = 50

PROTOCOL = 1

# What an agent chose; shown is `offline` while none of its sockets lives.
Availability = Literal["online", "away", "busy"]
ShownAvailability = Literal["online", "away", "busy", "offline"]
AgentKind = Literal["human", "supervisor", "bot", "hybrid"]
BotType = Literal["triage", "support", "sales", "technical", "billing", "product", "custom"]
ConversationStatus = Literal["open", "waiting", "assigned", "resolved", "closed"]
SenderKind = Literal["contact", "member", "bot", "system"]
ChannelKind = Literal[
    "web_widget", "web_app", "mobile_app", "chatbot", "interactive_menu", "email", "sms", "voice", "video", "whatsapp",
    "facebook", "instagram", "twitter", "telegram", "slack", "social_media", "api", "web_form", "in_person",
]  # fmt: skip
# Why somebody else is to have a conversation.
HandoffReason = Literal[
    "low_confidence", "user_request", "keyword", "sentiment", "tool_failure", "no_answer", "transfer", "timeout",
    "policy",
]  # fmt: skip
# Sent as it was, sent with changes, put away, or late: somebody has said something meanwhile.
SuggestionState = Literal["offered", "accepted", "edited", "dismissed", "outdated"]
# In whose conversations a bot suggests answers.
Copilot = Literal["nobody", "member", "team", "everybody"]
# How several agents work on one conversation, what one of them says to a draft, and what came of it.
Verifiers = Literal["anybody", "members", "team"]
CollaborationType = Literal["sequential", "parallel", "debate", "verification", "expert_panel"]
Verdict = Literal["approve", "reject"]
CollaborationOutcome = Literal["approved", "edited", "rejected", "consensus", "completed", "expired", "outdated"]
HealthStatus = Literal["healthy", "unhealthy", "trying"]
HealthReason = Literal["not_connected", "slow", "failing"]
MessageType = Literal["text", "image", "file", "audio", "video", "system", "ai_response"]


class Value(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=False):
    """A part of a frame; fields that a newer peer adds are ignored."""


class Position(Value, frozen=True):
    """How far somebody has read a log: the epoch and number of the last entry it has."""

    epoch: Seq
    seq: Seq


class Sender(Value, frozen=True):
    """Who says or does something, as others see it."""

    kind: SenderKind
    id: UUID | None = None
    name: str = ""


class Page(Value, frozen=True):
    """The page that a visitor is on."""

    url: Url = ""
    title: ShortText = ""
    referrer: Url = ""


class Identity(Value, frozen=True):
    """Who the server takes this socket for."""

    kind: Literal["contact", "member", "bot"]
    id: UUID
    name: str
    organization_id: UUID
    organization_name: str = ""
    role: str = ""


class Limits(Value, frozen=True):
    """What a client has to keep to."""

    message_bytes: int
    in_flight: int
    rate: float
    burst: int
    watched: int
    ping_every: float


class Summary(Value, frozen=True):
    """The state of a conversation as its log has it now; `stored` belongs to the epoch of the answer's position."""

    status: ConversationStatus
    turn: int
    version: int
    stored: Seq


class Marks(Value, frozen=True):
    """How far one participant got a conversation delivered and has read it."""

    by: UUID
    kind: SenderKind
    delivered: Seq = 0
    read: Seq = 0


# Where browsers may go: an address of the web, or a place on this server; never a script.
Link = Annotated[str, Meta(max_length=2000, pattern=r"^(https?://\S+|/(?!/)\S*|)\Z")]


class Citation(Value, frozen=True):
    """Where an answer comes from; visitors see it as a link where it has an address."""

    title: ShortText
    article_id: UUID | None = None
    heading: ShortText = ""
    url: Link = ""


class ToolCall(Value, frozen=True):
    """One call of a bot's tool: how long it took, and whether it came to nothing."""

    tool_name: ShortText
    ms: Count = 0
    is_failed: bool = False


# Five rounds of ten tools.
ToolCalls = Annotated[list[ToolCall], Meta(max_length=50)]


class Answer(Value, frozen=True):
    """How a bot came to what it says, for the team: how sure it is, what it took it for, and what it cost.

    `tools_used` are names; `tool_calls` are those since the bot spoke last, each once. `is_estimated` says that the
    model server did not tell the tokens.
    """

    confidence: Share | None = None
    intent: ShortText = ""
    model: ShortText = ""
    tokens_in: Count = 0
    tokens_out: Count = 0
    processing_ms: Count = 0
    tools_used: Annotated[list[ShortText], Meta(max_length=20)] = []
    tool_calls: ToolCalls = []
    is_estimated: bool = False


class Suggestion(Value, frozen=True):
    """What a bot would answer the visitor's message `message_id`, for whoever holds the conversation.

    It is out of date as soon as the visitor or the team has said something behind that message.
    """

    id: UUID
    conversation_id: UUID
    message_id: UUID
    bot_id: UUID
    bot_name: str
    body: str
    state: SuggestionState
    at: int
    citations: list[Citation] = []
    answer: Answer | None = None


class HandoffLine(Value, frozen=True):
    """A request to hand a conversation over that stands; there is more of it under /api/conversations/{id}/handoffs."""

    id: UUID
    reason_code: HandoffReason
    from_agent_id: UUID | None = None
    from_agent_name: str = ""
    reason: str = ""


class Card(Value, frozen=True):
    """One conversation as a line of the inbox; a card with a lower version or last_seq than the known one is old.

    `last_seq` is the number of the last message, which the reader's own mark is compared with, and `last_sender_id`
    whose it is: nobody has to read what they said themselves.
    """

    conversation_id: UUID
    status: ConversationStatus
    version: int
    priority: int
    contact_id: UUID | None
    contact_name: str
    channel_id: UUID
    channel_name: str
    channel_kind: ChannelKind
    started_at: int
    last_seq: Seq
    message_count: int
    last_message_at: int | None = None
    last_preview: str = ""
    queued_at: int | None = None
    assigned_agent_id: UUID | None = None
    assigned_agent_name: str = ""
    assigned_team_id: UUID | None = None
    assigned_team_name: str = ""
    subject: str = ""
    contact_email: str = ""
    tags: list[str] = []
    last_sender_id: UUID | None = None
    # Whom the router asks to take it just now, and until when.
    offered_agent_id: UUID | None = None
    offer_deadline_at: int | None = None
    # Its place among all who wait: the smallest is served first. None while it waits for nobody.
    serve_at: int | None = None
    # What whoever takes it has to be able to do.
    skills: list[str] = []
    # Who has joined the holder.
    supervisor_ids: list[UUID] = []
    # Whoever held it last asks for somebody else.
    handoff: HandoffLine | None = None
    # What its bot would say waits for approval until then, when people are asked instead.
    approval_deadline_at: int | None = None
    # What the visitor's messages say: what is wanted, the feeling, the mean mood from -1 to 1, and the language.
    primary_intent: str = ""
    emotion: str = ""
    sentiment_avg: float | None = None
    locale: str = ""
    # Who closed it, of the team.
    closed_by_id: UUID | None = None
    # What it is about.
    interaction_type_id: UUID | None = None


class AgentCount(Value, frozen=True):
    """How many live conversations somebody holds."""

    agent_id: UUID
    count: int


class TeamCount(Value, frozen=True):
    """How many live conversations are a team's."""

    team_id: UUID
    count: int


class Counts(Value, frozen=True):
    """How many live conversations (open, waiting, assigned) the organization has; `unassigned` ones have no holder.

    A snapshot names every agent and team that has some. A line of the feed names those that it concerns, also with 0:
    take over the numbers that are named and keep the others.
    """

    open: int = 0
    waiting: int = 0
    assigned: int = 0
    unassigned: int = 0
    agents: list[AgentCount] = []
    teams: list[TeamCount] = []
