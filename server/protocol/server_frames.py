"""What the server says apart from the entries of a log. `type` is the tag."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from .agent_values import BotConfiguration
from .codes import RefusalCode
from .collaboration_values import Collaboration, Contribution
from .entries import AnyConversationEntry, AnyEntry
from .values import (
    Body,
    Card,
    CollaborationType,
    Identity,
    Limits,
    Marks,
    Position,
    Sender,
    Seq,
    Suggestion,
    Summary,
)


class ServerFrame(Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Never sent itself: one frame of the server."""


class Resumed(Struct, frozen=True, omit_defaults=True):
    """What one log has after the client's position.

    `recovered` false means: forget what you have of this log and take `entries`, its tail, instead. `position` is where
    the client stands afterwards; `has_more` says that the limit cut the answer: ask again from `position`.
    """

    conversation_id: UUID | None
    recovered: bool
    position: Position
    entries: list[AnyEntry] = []
    summary: Summary | None = None
    marks: list[Marks] = []
    has_more: bool = False
    refused: RefusalCode | None = None


class Welcome(ServerFrame, frozen=True, tag="welcome"):
    """The answer to `hello`: who you are here, the server's clock, the limits, and what you missed."""

    session_id: UUID
    identity: Identity
    server_time: int
    limits: Limits
    permissions: list[str] = []
    resumed: list[Resumed] = []


class ResumedFrame(ServerFrame, frozen=True, tag="resumed"):
    """The answer to `watch`."""

    resumed: list[Resumed]


class BotConfigured(ServerFrame, frozen=True, tag="bot_configured"):
    """How the bot is set up: after its `welcome`, and whenever somebody changes it."""

    configuration: BotConfiguration


class Said(Struct, frozen=True):
    """A line of what was said before a question to a bot."""

    by: Literal["contact", "bot"]
    body: Body


class Question(ServerFrame, frozen=True, tag="question"):
    """A bot is asked outside of any conversation, by somebody of the team or a program; answer with `answer_question`.

    `history` is what was said before, the oldest first. After `seconds` nobody waits for the answer any more.
    """

    id: UUID
    body: Body
    seconds: int
    history: list[Said] = []


class ConversationHeld(ServerFrame, frozen=True, tag="conversation_held"):
    """A bot holds this conversation from here on, and may speak as `turn`; its entries follow like those of `watch`.

    After `welcome` there is one for each conversation that the bot held before. `resumed` is what was said before, or
    after the position that `hello` named.
    """

    conversation_id: UUID
    turn: int
    card: Card
    resumed: Resumed


class ConversationAssisted(ServerFrame, frozen=True, tag="conversation_assisted"):
    """A bot is the co-pilot in this conversation from here on: `suggest_answer` is for the person who holds it.

    The bot hears what is said there, and speaks to nobody. `conversation_left` ends it.
    """

    conversation_id: UUID
    card: Card
    resumed: Resumed


class SuggestionChanged(ServerFrame, frozen=True, tag="suggestion_changed"):
    """A bot suggests an answer, or somebody has put one away; for whoever of the team watches the conversation.

    Never numbered and not repeated: after a reconnect /api/conversations/{id}/suggestions has them. It is the answer to
    `suggest_answer`, too.
    """

    suggestion: Suggestion


class CollaborationChanged(ServerFrame, frozen=True, tag="collaboration_changed"):
    """Agents work on a conversation together, or have done so; for whoever of the team watches it, and its coordinator.

    Never numbered and not repeated: after a reconnect /api/conversations/{id}/collaborations has them. To a bot whose
    words are verified it is the answer to `post_message`; once they are approved, the same frame again is `accepted`.
    """

    collaboration: Collaboration


class ContributionRequested(ServerFrame, frozen=True, tag="contribution_requested"):
    """A bot is asked about a conversation that another one holds; answer with `contribute`, naming the `round`.

    `body` is the question, of a `verification` the draft; `history` is what was said with the visitor, the oldest
    first, and `contributions` what others have said to it. After `seconds` nobody waits for the answer any more.
    """

    id: UUID
    conversation_id: UUID
    collaboration_type: CollaborationType
    body: Body
    round: int
    seconds: int
    coordinator_name: str = ""
    history: list[Said] = []
    contributions: list[Contribution] = []


class ConversationLeft(ServerFrame, frozen=True, tag="conversation_left"):
    """The bot holds this conversation no longer, or is no longer co-pilot there, and hears no more of it."""

    conversation_id: UUID


class Accepted(ServerFrame, frozen=True, tag="accepted"):
    """Your entry is in the log under this number; keep it until `stored`."""

    id: UUID
    conversation_id: UUID
    epoch: int
    seq: Seq
    after: Seq
    at: int


class Stored(ServerFrame, frozen=True, tag="stored"):
    """Everything of this conversation up to this number is committed in Postgres."""

    conversation_id: UUID
    epoch: int
    upto: Seq


class Refused(ServerFrame, frozen=True, tag="refused"):
    """Your frame was not taken; `id` names it where it had one. `retry_after` is in seconds."""

    code: RefusalCode
    message: str
    id: UUID | None = None
    conversation_id: UUID | None = None
    retry_after: float | None = None


class History(ServerFrame, frozen=True, tag="history"):
    """The answer to `fetch_history`: entries before a number, oldest first."""

    conversation_id: UUID
    entries: list[AnyConversationEntry]
    has_more: bool


class TypingChanged(ServerFrame, frozen=True, tag="typing_changed"):
    """Somebody types, or has stopped; forget it after six seconds without another one."""

    conversation_id: UUID
    sender: Sender
    is_typing: bool


class PartialShown(ServerFrame, frozen=True, tag="partial_shown"):
    """How far a bot's answer has come: all of it so far. Show it until there is an entry with the id `message_id`.

    Forget it when the turn is over, when `body` is empty, and after six seconds without another one.
    """

    message_id: UUID
    conversation_id: UUID
    sender: Sender
    turn: int
    body: str


class MarksChanged(ServerFrame, frozen=True, tag="marks_changed"):
    """Another participant got or read more."""

    conversation_id: UUID
    marks: Marks


class AvailabilityChanged(ServerFrame, frozen=True, tag="availability_changed"):
    """Whether somebody of the organization is there to answer."""

    is_online: bool


class HoursChanged(ServerFrame, frozen=True, tag="hours_changed"):
    """Whether the visitor's channel is within its business hours, and else when it opens, where that is known."""

    is_open: bool
    opens_at: int | None = None


class QueueMoved(ServerFrame, frozen=True, tag="queue_moved"):
    """The place in line of a conversation that waits, from 1, and an estimate of the seconds, where there is one.

    It says nothing any more once the conversation's status is another.
    """

    conversation_id: UUID
    place: int
    seconds: int | None = None


class TokenRenewed(ServerFrame, frozen=True, tag="token_renewed"):
    """The visitor's new token; the old one stays good until its end."""

    token: str
    expires_at: int


class Ping(ServerFrame, frozen=True, tag="ping"):
    """Answer with `pong`; a browser cannot see the WebSocket's own pings."""

    at: int


AnyServerFrame = (
    Welcome
    | ResumedFrame
    | BotConfigured
    | Question
    | ConversationHeld
    | ConversationAssisted
    | SuggestionChanged
    | CollaborationChanged
    | ContributionRequested
    | ConversationLeft
    | Accepted
    | Stored
    | Refused
    | History
    | TypingChanged
    | PartialShown
    | MarksChanged
    | AvailabilityChanged
    | HoursChanged
    | QueueMoved
    | TokenRenewed
    | Ping
)
