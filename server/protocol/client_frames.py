"""What a client may say. Commands, verb first; `type` is the tag.

Every command that writes carries an `id` that the client made, a UUIDv7: saying it twice does it once.
"""

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from .bot_values import DeclaredTool
from .credentials import AsBot as AsBot  # noqa: PLC0414 - client frames have them, too
from .credentials import AsMember as AsMember  # noqa: PLC0414 - as above
from .credentials import AsVisitor as AsVisitor  # noqa: PLC0414 - as above
from .talk_frames import AnswerQuestion as AnswerQuestion  # noqa: PLC0414 - as above
from .talk_frames import ClientFrame as ClientFrame  # noqa: PLC0414 - as above
from .talk_frames import ConsultAgents as ConsultAgents  # noqa: PLC0414 - as above
from .talk_frames import Contribute as Contribute  # noqa: PLC0414 - as above
from .talk_frames import DeleteMessage as DeleteMessage  # noqa: PLC0414 - as above
from .talk_frames import EditMessage as EditMessage  # noqa: PLC0414 - as above
from .talk_frames import PostMessage as PostMessage  # noqa: PLC0414 - as above
from .talk_frames import SetTyping as SetTyping  # noqa: PLC0414 - as above
from .talk_frames import ShowPartial as ShowPartial  # noqa: PLC0414 - as above
from .talk_frames import SuggestAnswer as SuggestAnswer  # noqa: PLC0414 - as above
from .talk_frames import Version as Version  # noqa: PLC0414 - as above
from .values import (
    MOST_TAGS,
    Attributes,
    BotType,
    FirstWords,
    HandoffReason,
    Page,
    Position,
    Priority,
    Seq,
    Share,
    ShortText,
    Tag,
    ToolCalls,
)  # fmt: skip

Tags = Annotated[list[Tag], Meta(max_length=MOST_TAGS)]


class Resume(Struct, frozen=True, omit_defaults=True):
    """Where the client stands in one conversation, or in the inbox when `conversation_id` is null."""

    conversation_id: UUID | None
    position: Position | None = None


class Hello(ClientFrame, frozen=True, tag="hello"):
    """The first frame of every socket: who comes, from which page, and what it has already."""

    protocol: int
    credentials: AsVisitor | AsMember | AsBot
    page: Page | None = None
    resume: Annotated[list[Resume], Meta(max_length=50)] = []


class StartConversation(ClientFrame, frozen=True, tag="start_conversation"):
    """A visitor opens one; `id` is the conversation's. `words`, how the first message begins, only choose a bot.

    Without them, and without a `subject`, the first message chooses where a bot has keywords: nobody has it until then.
    """

    id: UUID
    subject: ShortText = ""
    page: Page | None = None
    words: FirstWords = ""


class MarkDelivered(ClientFrame, frozen=True, tag="mark_delivered"):
    """Everything up to this number has arrived here."""

    conversation_id: UUID
    upto: Seq


class MarkRead(ClientFrame, frozen=True, tag="mark_read"):
    """Everything up to this number has been seen by the person."""

    conversation_id: UUID
    upto: Seq


class Watch(ClientFrame, frozen=True, tag="watch"):
    """Follow a conversation, or the inbox; answered by `resumed`. Asked again, it fills a hole."""

    resume: Annotated[list[Resume], Meta(min_length=1, max_length=50)]


class Unwatch(ClientFrame, frozen=True, tag="unwatch"):
    """Follow a conversation no longer."""

    conversation_id: UUID


class FetchHistory(ClientFrame, frozen=True, tag="fetch_history"):
    """Ask for up to `limit` entries before a number; answered by `history`."""

    conversation_id: UUID
    before: Position
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class TakeConversation(ClientFrame, frozen=True, tag="take_conversation"):
    """Become the holder. `version` is the state that the person saw when deciding."""

    id: UUID
    conversation_id: UUID
    version: Version


class AcceptOffer(ClientFrame, frozen=True, tag="accept_offer"):
    """Become the holder of a conversation that was offered, before the offer runs out."""

    id: UUID
    conversation_id: UUID


class DeclineOffer(ClientFrame, frozen=True, tag="decline_offer"):
    """Let a conversation that was offered go to the next; `reason` is for the team."""

    id: UUID
    conversation_id: UUID
    reason: ShortText = ""


class ReleaseConversation(ClientFrame, frozen=True, tag="release_conversation"):
    """Give a conversation back to the queue."""

    id: UUID
    conversation_id: UUID
    version: Version


class AssignConversation(ClientFrame, frozen=True, tag="assign_conversation"):
    """Give a conversation to a member or a bot, to a team's queue, or to a member within a team.

    Without `agent_id` it waits in the team's queue; without `team_id` it stays the team's that it was.
    """

    id: UUID
    conversation_id: UUID
    version: Version
    agent_id: UUID | None = None
    team_id: UUID | None = None


class JoinConversation(ClientFrame, frozen=True, tag="join_conversation"):
    """Take part beside the holder, who stays; the visitor is told. No `version`: it takes nothing from anybody."""

    id: UUID
    conversation_id: UUID


class LeaveConversation(ClientFrame, frozen=True, tag="leave_conversation"):
    """Take part no longer."""

    id: UUID
    conversation_id: UUID


class HandOffConversation(ClientFrame, frozen=True, tag="hand_off_conversation"):
    """Ask somebody else to hold a conversation: a member, a team's queue, a bot, or whoever is next.

    A member is asked for a minute, then the queue goes on; a bot, also one asked for by its name or type, holds it at
    once. Whoever is asked may so pass it on. A bot that says that it cannot help (`low_confidence`, `tool_failure`,
    `timeout`) and names nobody leaves it to the next bot, or to people. `reason`, `state` (4 KiB at most as JSON) and
    `confidence` are for whoever takes it, and never the visitor's; `tool_calls` are those since a bot spoke last. Say
    the `version` that you saw, or as a bot the `turn` that you hold.
    """

    id: UUID
    conversation_id: UUID
    version: Version | None = None
    turn: Version | None = None
    agent_id: UUID | None = None
    team_id: UUID | None = None
    bot_name: ShortText = ""
    bot_type: BotType | None = None
    reason_code: HandoffReason = "transfer"
    reason: ShortText = ""
    state: dict[str, Any] = {}
    confidence: Share | None = None
    tool_calls: ToolCalls = []


class TagConversation(ClientFrame, frozen=True, tag="tag_conversation"):
    """Add and remove tags; two people may do so at once, hence no `version`."""

    id: UUID
    conversation_id: UUID
    add: Tags = []
    remove: Tags = []


class SetAttributes(ClientFrame, frozen=True, tag="set_attributes"):
    """Note facts about the conversation, or in `contact_attributes` about the visitor; null takes one away.

    They are for the team. A bot notes them where it holds the conversation.
    """

    id: UUID
    conversation_id: UUID
    attributes: Attributes = {}
    contact_attributes: Attributes = {}


class PrioritizeConversation(ClientFrame, frozen=True, tag="prioritize_conversation"):
    """Say how urgent a conversation is."""

    id: UUID
    conversation_id: UUID
    version: Version
    priority: Priority


class ClassifyConversation(ClientFrame, frozen=True, tag="classify_conversation"):
    """Say what a conversation is about; without a type it is not known any more."""

    id: UUID
    conversation_id: UUID
    version: Version
    interaction_type_id: UUID | None = None


class CloseConversation(ClientFrame, frozen=True, tag="close_conversation"):
    """End a conversation; a later message of the visitor opens it again."""

    id: UUID
    conversation_id: UUID
    version: Version
    reason: ShortText = ""


class ReopenConversation(ClientFrame, frozen=True, tag="reopen_conversation"):
    """Open a closed conversation again."""

    id: UUID
    conversation_id: UUID
    version: Version


class DeclareTools(ClientFrame, frozen=True, tag="declare_tools"):
    """A bot tells which functions it has, for people to switch on and off; what is new is on."""

    tools: Annotated[list[DeclaredTool], Meta(max_length=50)]


class RenewToken(ClientFrame, frozen=True, tag="renew_token"):
    """A visitor asks for a fresh token before the old one ends; answered by `token_renewed`."""


class Pong(ClientFrame, frozen=True, tag="pong"):
    """The answer to `ping`."""


AnyClientFrame = (
    Hello | StartConversation | PostMessage | SuggestAnswer | ConsultAgents | Contribute | EditMessage | DeleteMessage |
    SetTyping | ShowPartial |
    MarkDelivered | MarkRead | Watch | Unwatch | FetchHistory | TakeConversation | AcceptOffer | DeclineOffer |
    ReleaseConversation |
    AssignConversation | JoinConversation | LeaveConversation | HandOffConversation | TagConversation |
    SetAttributes | PrioritizeConversation | ClassifyConversation | CloseConversation | ReopenConversation |
    RenewToken | DeclareTools | AnswerQuestion | Pong
)  # fmt: skip
