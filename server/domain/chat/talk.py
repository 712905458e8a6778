"""From what somebody says to a draft for the log: who may say it, and as what it is shown; for sockets and REST."""

from typing import Any
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.errors import Forbidden, Invalid
from server.domain.chat.answering import check_content
from server.domain.chat.log import Draft, no_conversation
from server.protocol.client_frames import DeleteMessage, EditMessage, PostMessage
from server.protocol.entries import MessageDeleted, MessageEdited, MessagePosted
from server.protocol.line import Audience, with_team_part
from server.protocol.values import Answer, Sender, SenderKind

_encode = msgspec.json.Encoder().encode
# What the accept script is told of a sender's kind.
_LETTERS: dict[SenderKind, bytes] = {"contact": b"c", "member": b"m", "bot": b"b", "system": b"s"}


class _TeamPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """What of a message the team alone sees."""

    answer: Answer | None = None
    suggestion_id: UUID | None = None


def sender_of(actor: Actor) -> Sender:
    """An actor as others see it."""
    return Sender(actor.kind, actor.id, actor.name)


def compose(actor: Actor, frame: PostMessage | EditMessage | DeleteMessage) -> Draft:
    """The draft of what an actor says, edits or takes back; refuses what its role may not."""
    is_internal = frame.is_internal
    require_voice(actor, is_internal=is_internal)
    if frame.conversation_id == actor.org_id:
        # The topic of the inbox feed: a log as well, and nobody's to write in.
        raise no_conversation()
    common: dict[str, Any] = {
        "id": frame.id, "conversation_id": frame.conversation_id, "sender": sender_of(actor),
    }  # fmt: skip
    entry: MessagePosted | MessageEdited | MessageDeleted
    match frame:
        case PostMessage():
            if actor.kind == "bot" and frame.turn is None and not is_internal:
                raise Invalid("say for which turn you speak; conversation_held told it", field="turn")
            if (frame.message_type == "ai_response" or frame.citations or frame.answer) and actor.kind != "bot":
                raise Forbidden("only a bot answers as one")
            if frame.suggestion_id is not None and (actor.kind != "member" or is_internal):
                raise Forbidden("only a member sends what a bot suggested, to the visitor")
            if frame.content is not None:
                check_content(actor, frame.content, is_internal=is_internal)
            entry = MessagePosted(
                body=frame.body, message_type=frame.message_type, is_internal=is_internal,
                reply_to_id=frame.reply_to_id, attachment_ids=frame.attachment_ids, citations=frame.citations,
                content=frame.content, **common,
            )  # fmt: skip
        case EditMessage():
            entry = MessageEdited(message_id=frame.message_id, body=frame.body, is_internal=is_internal, **common)
        case DeleteMessage():
            entry = MessageDeleted(message_id=frame.message_id, is_internal=is_internal, **common)
    payload = _encode(entry)
    if isinstance(frame, PostMessage) and (frame.answer is not None or frame.suggestion_id is not None):
        payload = with_team_part(payload, _encode(_TeamPart(frame.answer, frame.suggestion_id)))
    return Draft(
        org=actor.org_id.bytes, topic=frame.conversation_id.bytes, id=frame.id.bytes, sender=actor.id.bytes,
        sender_kind=_LETTERS[actor.kind], audience=Audience.TEAM if is_internal else Audience.PUBLIC,
        payload=payload, turn=frame.turn if isinstance(frame, PostMessage) else None,
    )  # fmt: skip


def require_voice(actor: Actor, *, is_internal: bool) -> None:
    """Refuse who may not speak here; a visitor's own conversations are seen to by the accept step."""
    if actor.kind == "contact":
        if is_internal:
            raise Forbidden("notes are for the team")
    else:
        actor.require("conversation.note" if is_internal else "conversation.reply")
