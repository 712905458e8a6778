"""The lines of a conversation's log, and of the inbox's. Past tense; `type` is the tag.

An entry comes into being without numbers; the accept step gives it epoch, seq, after and at (server/protocol/line.py).
`after` is the previous number that the same audience can see: a hole is `after` greater than the last one known.
"""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from .agent_values import AgentLine
from .content import Content
from .values import (
    Answer,
    Attributes,
    Card,
    Citation,
    ConversationStatus,
    Counts,
    HandoffReason,
    MessageType,
    Sender,
)


class Entry(Struct, frozen=True, tag_field="type", omit_defaults=True, kw_only=True):
    """Never sent itself: one numbered line of a log."""

    id: UUID
    epoch: int = 0
    seq: int = 0
    after: int = 0
    at: int = 0


class ConversationEntry(Entry, frozen=True, omit_defaults=True, kw_only=True):
    """Never sent itself: one line of a conversation."""

    conversation_id: UUID
    sender: Sender


class MessagePosted(ConversationEntry, frozen=True, tag="message_posted", kw_only=True):
    """Somebody said something; a note for the team when `is_internal`."""

    body: str
    message_type: MessageType = "text"
    is_internal: bool = False
    reply_to_id: UUID | None = None
    attachment_ids: list[UUID] = []
    # What a bot's answer comes from; and for the team alone, how it came to it.
    citations: list[Citation] = []
    answer: Answer | None = None
    # What there is to tap, to look at or to fill in beside the text, or what a visitor answered to that.
    content: Content | None = None
    # The suggestion of a bot that a member sent with it, for the team alone.
    suggestion_id: UUID | None = None
    # Set when it is read from the past, where the text is the newest one; live, edits are entries of their own.
    is_edited: bool = False
    is_deleted: bool = False


class MessageEdited(ConversationEntry, frozen=True, tag="message_edited", kw_only=True):
    """A message has a new text."""

    message_id: UUID
    body: str
    is_internal: bool = False


class MessageDeleted(ConversationEntry, frozen=True, tag="message_deleted", kw_only=True):
    """A message was taken back."""

    message_id: UUID
    is_internal: bool = False


class EntryVoided(ConversationEntry, frozen=True, tag="entry_voided", kw_only=True):
    """A number turned out to be no line of its own: `reason` says why; whoever shows it takes it away.

    `restored` takes a void away: the line that could not be stored is there after all.
    """

    voided_id: UUID
    reason: Literal["repeated", "refused", "restored"] = "repeated"


class Decided(ConversationEntry, frozen=True, omit_defaults=True, kw_only=True):
    """Never sent itself: a decision, with the state that it left behind."""

    status: ConversationStatus
    version: int
    turn: int


class ConversationStarted(Decided, frozen=True, tag="conversation_started", kw_only=True):
    """A visitor opened the conversation, or a member did with a contact; `agent_id` holds it from the first moment."""

    subject: str = ""
    agent_id: UUID | None = None
    agent_name: str = ""


class ConversationTaken(Decided, frozen=True, tag="conversation_taken", kw_only=True):
    """A member became the holder."""

    agent_id: UUID
    agent_name: str
    previous_agent_id: UUID | None = None
    # It had been offered, and this is the answer.
    was_offered: bool = False


class ConversationOffered(Decided, frozen=True, tag="conversation_offered", kw_only=True):
    """The router asks a member to take the conversation before a moment; it waits all the same.

    For the team only: `is_internal` is always true.
    """

    is_internal: bool
    agent_id: UUID
    agent_name: str
    deadline_at: int


class OfferEnded(Decided, frozen=True, tag="offer_ended", kw_only=True):
    """A member declined an offer, or did not answer it. For the team only: `is_internal` is always true."""

    is_internal: bool
    agent_id: UUID
    agent_name: str
    outcome: Literal["declined", "expired"]
    reason: str = ""


class ConversationReleased(Decided, frozen=True, tag="conversation_released", kw_only=True):
    """The holder gave the conversation back to the queue, or somebody did for the holder."""

    previous_agent_id: UUID | None = None


class HandoffRequested(Decided, frozen=True, tag="handoff_requested", kw_only=True):
    """Whoever held the conversation, or a rule, asks for somebody else: a member, a team, a bot, or whoever is next.

    For the team only: `is_internal` is always true. That nobody holds it now, visitors hear from
    `conversation_released`, or of a bot from `conversation_assigned`.
    """

    is_internal: bool
    handoff_id: UUID
    reason_code: HandoffReason
    from_agent_id: UUID | None = None
    to_agent_id: UUID | None = None
    to_agent_name: str = ""
    to_team_id: UUID | None = None
    to_team_name: str = ""
    reason: str = ""
    confidence: float | None = None


class ConversationAssigned(Decided, frozen=True, tag="conversation_assigned", kw_only=True):
    """The conversation has this holder and this team now; without a holder it waits in the team's queue."""

    agent_id: UUID | None = None
    agent_name: str = ""
    team_id: UUID | None = None
    team_name: str = ""
    previous_agent_id: UUID | None = None
    previous_team_id: UUID | None = None


class AgentJoined(Decided, frozen=True, tag="agent_joined", kw_only=True):
    """A member takes part beside the holder, who stays."""

    agent_id: UUID
    agent_name: str


class AgentLeft(Decided, frozen=True, tag="agent_left", kw_only=True):
    """A member who had joined takes part no longer."""

    agent_id: UUID
    agent_name: str


class ConversationTagged(Decided, frozen=True, tag="conversation_tagged", kw_only=True):
    """Tags came and went. For the team only: `is_internal` is always true."""

    # Without a default, because what is left out on the wire would not be kept from visitors.
    is_internal: bool
    added: list[str] = []
    removed: list[str] = []


class AttributesSet(Decided, frozen=True, tag="attributes_set", kw_only=True):
    """Facts were noted about the conversation or its contact. For the team only: `is_internal` is always true."""

    is_internal: bool
    attributes: Attributes = {}
    contact_attributes: Attributes = {}


class ConversationPrioritized(Decided, frozen=True, tag="conversation_prioritized", kw_only=True):
    """The conversation is more or less urgent now. For the team only: `is_internal` is always true."""

    is_internal: bool
    priority: int
    previous: int


class ConversationClassified(Decided, frozen=True, tag="conversation_classified", kw_only=True):
    """Somebody said what the conversation is about. For the team only: `is_internal` is always true."""

    is_internal: bool
    interaction_type_id: UUID | None = None
    interaction_type_name: str = ""


class ConversationClosed(Decided, frozen=True, tag="conversation_closed", kw_only=True):
    """The conversation ended."""

    reason: str = ""
    previous_agent_id: UUID | None = None


class ConversationReopened(Decided, frozen=True, tag="conversation_reopened", kw_only=True):
    """The conversation goes on, with whoever `agent_id` names; without one it waits."""

    agent_id: UUID | None = None
    agent_name: str = ""


class InboxChanged(Entry, frozen=True, tag="inbox_changed", kw_only=True):
    """A line of the organization's inbox feed: a conversation's card as it is now.

    `counts` are those that a decision may have changed; null where there were only messages.
    """

    card: Card
    counts: Counts | None = None


class InboxHidden(Entry, frozen=True, tag="inbox_hidden", kw_only=True):
    """What a member hears in the place of `inbox_changed` who does not see that conversation (any more).

    It keeps the number and says nothing else: take the card away where there is one.
    """

    conversation_id: UUID


class AgentChanged(Entry, frozen=True, tag="agent_changed", kw_only=True):
    """A line of the same feed: an agent as it is now, what it chose, whether it is there, and what it carries."""

    agent: AgentLine


AnyDecision = (
    ConversationStarted
    | ConversationTaken
    | ConversationOffered
    | OfferEnded
    | ConversationReleased
    | HandoffRequested
    | ConversationAssigned
    | AgentJoined
    | AgentLeft
    | ConversationTagged
    | AttributesSet
    | ConversationPrioritized
    | ConversationClassified
    | ConversationClosed
    | ConversationReopened
)
AnyConversationEntry = MessagePosted | MessageEdited | MessageDeleted | EntryVoided | AnyDecision
AnyFeedEntry = InboxChanged | InboxHidden | AgentChanged
AnyEntry = AnyConversationEntry | AnyFeedEntry
