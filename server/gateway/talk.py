"""The frames that go straight to the log: no task, no wait, no Postgres on the way."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from server.core.errors import Forbidden, Refused
from server.core.ids import DAY_MS
from server.domain.chat.log import Draft, Placed, age_of
from server.protocol import client_frames as say
from server.protocol.entries import MessageDeleted, MessageEdited, MessagePosted
from server.protocol.line import Audience, Kind, build
from server.protocol.server_frames import Accepted, Stored, TypingChanged
from server.protocol.values import Sender, SenderKind

if TYPE_CHECKING:
    from server.gateway.session import Session

_encode = msgspec.json.Encoder().encode
_KINDS: dict[say.Audience, tuple[SenderKind, bytes]] = {
    "visitor": ("contact", b"c"),
    "member": ("member", b"m"),
    "bot": ("bot", b"b"),
}


def post(session: "Session", frame: say.PostMessage) -> None:
    """Say something, or leave a note for the team."""
    _require(session, is_internal=frame.is_internal)
    if frame.message_type == "ai_response" and session.kind != "bot":
        raise Forbidden("only a bot answers as one")
    entry = MessagePosted(
        id=frame.id, conversation_id=frame.conversation_id, sender=sender_of(session), body=frame.body,
        message_type=frame.message_type, is_internal=frame.is_internal, reply_to_id=frame.reply_to_id,
        attachment_ids=frame.attachment_ids,
    )  # fmt: skip
    _append(session, frame.id, frame.conversation_id, entry, is_internal=frame.is_internal, turn=frame.turn)


def change(session: "Session", frame: say.EditMessage | say.DeleteMessage) -> None:
    """Edit or take back a message; ingest and every screen heed it only for one's own."""
    _require(session, is_internal=False)
    common: dict[str, Any] = {
        "id": frame.id, "conversation_id": frame.conversation_id, "sender": sender_of(session),
        "message_id": frame.message_id,
    }  # fmt: skip
    entry: MessageEdited | MessageDeleted
    if isinstance(frame, say.EditMessage):
        entry = MessageEdited(body=frame.body, **common)
    else:
        entry = MessageDeleted(**common)
    _append(session, frame.id, frame.conversation_id, entry, is_internal=False, turn=None)


def type_(session: "Session", frame: say.SetTyping) -> None:
    """Tell the others of a conversation that one types; published, never logged."""
    _require(session, is_internal=frame.is_internal)
    assert session.actor is not None
    topic = frame.conversation_id.bytes
    contact = session.contact_of(topic)
    if contact is None:
        return
    audience = Audience.TEAM if frame.is_internal else Audience.PUBLIC
    told = _encode(TypingChanged(frame.conversation_id, sender_of(session), frame.is_typing))
    hint = build(Kind.HINT, audience, session.actor.org_id.bytes, topic, contact, told, by=session.person)
    session.door.publish(topic, hint)


def mark(session: "Session", frame: say.MarkDelivered | say.MarkRead) -> None:
    """Tell how far one has got or read."""
    assert session.actor is not None
    topic = frame.conversation_id.bytes
    contact = session.contact_of(topic)
    if contact is None:
        return
    session.door.marks.move(
        org=session.actor.org_id.bytes, topic=topic, contact=contact, by=session.actor.id,
        kind=_KINDS[session.kind][0], mark="read" if isinstance(frame, say.MarkRead) else "delivered", upto=frame.upto,
        epoch=session.door.log.epoch_of(topic),
    )  # fmt: skip


def sender_of(session: "Session") -> Sender:
    """The session's person as others see it."""
    assert session.actor is not None
    return Sender(_KINDS[session.kind][0], session.actor.id, session.actor.name)


def _require(session: "Session", *, is_internal: bool) -> None:
    assert session.actor is not None
    if session.is_team:
        session.actor.require("conversation.note" if is_internal else "conversation.reply")
    elif is_internal:
        raise Forbidden("notes are for the team")


def _append(
    session: "Session", entry_id: UUID, conversation_id: UUID, entry: Any, *, is_internal: bool, turn: int | None
) -> None:
    actor = session.actor
    assert actor is not None
    age = age_of(entry_id)
    draft = Draft(
        org=actor.org_id.bytes, topic=conversation_id.bytes, id=entry_id.bytes, sender=session.person,
        sender_kind=_KINDS[session.kind][1], audience=Audience.TEAM if is_internal else Audience.PUBLIC,
        payload=_encode(entry), turn=turn,
    )  # fmt: skip
    expect(session, entry_id, conversation_id)
    if age > DAY_MS:
        # Valkey knows the ids of a day; this one may have been stored long ago.
        session.door.spawn(_append_old(session, draft, entry_id, conversation_id))
    else:
        session.door.log.append(draft, lambda result: answered(session, entry_id, conversation_id, result))


async def _append_old(session: "Session", draft: Draft, entry_id: UUID, conversation_id: UUID) -> None:
    assert session.actor is not None
    result: Placed | Refused
    try:
        result = await session.door.log.place_old(draft, session.actor.org_id)
    except Refused as refused:
        result = refused
    answered(session, entry_id, conversation_id, result)


def expect(session: "Session", entry_id: UUID, conversation_id: UUID) -> None:
    """An entry of this session is on its way: its own socket gets `accepted` and `stored` for it."""
    session.in_flight += 1
    session.own.add(entry_id.bytes)
    session.awaiting.add(conversation_id.bytes)


def answered(session: "Session", entry_id: UUID, conversation_id: UUID, result: Placed | Refused) -> None:
    """Tell the sender where its entry stands, or why it was not taken."""
    assert session.actor is not None
    session.in_flight -= 1
    if isinstance(result, Refused):
        session.own.discard(entry_id.bytes)
        session.refuse(result, entry_id, conversation_id)
        return
    if not session.is_team:
        session.door.history.remember(session.actor.org_id.bytes, conversation_id.bytes, session.person)
    after = result.seq - 1 if session.is_team else result.after
    session.say(Accepted(entry_id, conversation_id, result.epoch, result.seq, after, result.at))
    if result.is_repeated:
        # It was announced long ago, and will not be again.
        session.own.discard(entry_id.bytes)
        if result.stored >= result.seq:
            session.say(Stored(conversation_id, result.epoch, result.stored))
