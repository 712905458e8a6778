"""What a client says in a conversation; the other commands are in client_frames.py."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from .content import Content
from .values import Answer, Body, Citation, HandoffReason, MessageType, Partial, Share, ShortText, Verdict

# Counted in Postgres with 32 bits.
Version = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class ClientFrame(Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Never sent itself: one command."""


class PostMessage(ClientFrame, frozen=True, tag="post_message"):
    """Say something. `is_internal` makes it a note for the team.

    `turn` is the turn that the sender speaks for, and refused `stale_turn` when it is over; a bot that speaks to a
    visitor has to say it. `citations` and `answer` are for bots; of the two, visitors see the citations. A member who
    sends what a bot suggested, changed or not, names it in `suggestion_id`. `content` is what there is to tap or to
    fill in beside the text, and how a visitor answers it.
    """

    id: UUID
    conversation_id: UUID
    body: Body
    message_type: MessageType = "text"
    is_internal: bool = False
    reply_to_id: UUID | None = None
    attachment_ids: Annotated[list[UUID], Meta(max_length=10)] = []
    turn: Version | None = None
    citations: Annotated[list[Citation], Meta(max_length=5)] = []
    answer: Answer | None = None
    suggestion_id: UUID | None = None
    content: Content | None = None


class SuggestAnswer(ClientFrame, frozen=True, tag="suggest_answer"):
    """What a bot would answer a visitor's message, in a conversation that it was told of by `conversation_assisted`.

    Only the team sees it; whoever holds the conversation sends it, changes it or puts it away.
    """

    id: UUID
    conversation_id: UUID
    message_id: UUID
    body: Body
    citations: Annotated[list[Citation], Meta(max_length=5)] = []
    answer: Answer | None = None


class EditMessage(ClientFrame, frozen=True, tag="edit_message"):
    """Put a new text in place of one's own message; the edit is an entry of its own.

    `is_internal` as the message has it, so that nobody hears of the edit who does not see the message.
    """

    id: UUID
    conversation_id: UUID
    message_id: UUID
    body: Body
    is_internal: bool = False


class DeleteMessage(ClientFrame, frozen=True, tag="delete_message"):
    """Take one's own message back; the deletion is an entry of its own. `is_internal` as the message has it."""

    id: UUID
    conversation_id: UUID
    message_id: UUID
    is_internal: bool = False


class SetTyping(ClientFrame, frozen=True, tag="set_typing"):
    """Tell the others that one is typing, or has stopped. Never stored, first to be dropped."""

    conversation_id: UUID
    is_typing: bool = True
    is_internal: bool = False


class ShowPartial(ClientFrame, frozen=True, tag="show_partial"):
    """Show how far an answer has come while it is being made: all of it so far, every three seconds at least.

    `message_id` is the id that the answer will have, `turn` the one that the bot speaks for. Never stored, first to be
    dropped. An empty `body` says that nothing comes of it.
    """

    message_id: UUID
    conversation_id: UUID
    turn: Version
    body: Partial


class AnswerQuestion(ClientFrame, frozen=True, tag="answer_question"):
    """What a bot would have said to a `question`, by its `id`; without a `body` it would have said nothing.

    With a `hand_off` it would have asked somebody else to hold the conversation, for this reason.
    """

    id: UUID
    body: Partial = ""
    citations: Annotated[list[Citation], Meta(max_length=5)] = []
    answer: Answer | None = None
    hand_off: HandoffReason | None = None
    reason: ShortText = ""


class ConsultAgents(ClientFrame, frozen=True, tag="consult_agents"):
    """A bot asks the bots that it is set up to work with about what it holds, before it answers.

    Answered by `collaboration_changed`, at once and when they are through; the same `id` again asks nobody twice.
    """

    id: UUID
    conversation_id: UUID
    turn: Version
    body: Body


class Contribute(ClientFrame, frozen=True, tag="contribute"):
    """What an agent says to a collaboration, by its `id`: a bot where it was asked, and a member to a bot's draft.

    To a draft it is a `verdict`: with `approve` a `body` is the text to send in its place, with `reject` it says why.
    In a debate `agrees` says that the bot has nothing against what the others said.
    """

    id: UUID
    conversation_id: UUID
    round: Annotated[int, Meta(ge=1, le=5)] = 1
    body: Partial = ""
    confidence: Share | None = None
    agrees: bool | None = None
    verdict: Verdict | None = None
