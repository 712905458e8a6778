"""The frames that go straight to the log: no task, no wait, no Postgres on the way."""

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from server.core.errors import Forbidden, Refused
from server.core.ids import DAY_MS
from server.domain.chat.answering import completed
from server.domain.chat.drafting import post_verified
from server.domain.chat.log import Answer, Draft, Placed, age_of
from server.domain.chat.marks import Mark
from server.domain.chat.talk import compose, require_voice, sender_of
from server.protocol import client_frames as say
from server.protocol.collaboration_values import Collaboration
from server.protocol.line import Audience, Kind, build
from server.protocol.server_frames import Accepted, CollaborationChanged, PartialShown, Stored, TypingChanged

if TYPE_CHECKING:
    from server.gateway.holding import Held
    from server.gateway.session import Session

_encode = msgspec.json.Encoder().encode
# What a bot says that holds nothing is of a turn before the first, whatever turn it says: the log tells whether the
# conversation is there at all.
WITHOUT = -1


def post(session: "Session", frame: say.PostMessage | say.EditMessage | say.DeleteMessage) -> None:
    """Say something, edit it or take it back; screens and ingest heed an edit only for one's own."""
    actor = session.actor
    assert actor is not None
    draft = compose(actor, frame)
    if isinstance(frame, say.PostMessage) and frame.content is not None and actor.kind == "contact":
        expect(session, frame.id, frame.conversation_id)
        reply = _place_reply(session, frame)
        session.door.spawn(reply, partial(answered, session, frame.id, frame.conversation_id))
        return
    if is_verified(session) and not frame.is_internal and _is_kept(session, frame):
        return
    if session.held is not None and not frame.is_internal and frame.conversation_id.bytes not in session.held.turns:
        draft = msgspec.structs.replace(draft, turn=WITHOUT)
    is_old = age_of(frame.id) > DAY_MS
    expect(session, frame.id, frame.conversation_id)
    answer = partial(answered, session, frame.id, frame.conversation_id)
    if session.sight is not None and not session.sight.is_sure(draft.topic):
        session.door.spawn(_place_unwatched(session, draft, answer), answer)
    elif _is_ahead(session.held, frame):
        session.door.spawn(_place_ahead(session, draft, answer), answer)
    elif is_old:
        # Valkey knows the ids of a day; this one may have been stored long ago.
        session.door.spawn(_place_old(session, draft, answer), answer)
    else:
        session.door.log.append(draft, answer)


def _is_ahead(held: "Held | None", frame: say.PostMessage | say.EditMessage | say.DeleteMessage) -> bool:
    """Whether a bot speaks for a later turn than this socket was told of."""
    if held is None or not isinstance(frame, say.PostMessage) or frame.is_internal or frame.turn is None:
        return False
    return frame.turn > held.turns.get(frame.conversation_id.bytes, frame.turn)


async def _place_ahead(session: "Session", draft: Draft, answer: Answer) -> None:
    """Another socket was told of that turn before, or it was guessed: see who has the conversation."""
    assert session.held is not None
    await session.door.holdings.look(session, UUID(bytes=draft.topic))
    if draft.topic not in session.held.turns:
        draft = msgspec.structs.replace(draft, turn=WITHOUT)
    session.door.log.append(draft, answer)


def is_verified(session: "Session") -> bool:
    """Whether what a bot says to visitors has to be approved."""
    return session.held is not None and session.held.setup is not None and session.held.setup.type == "verification"


def _is_kept(session: "Session", frame: say.PostMessage | say.EditMessage | say.DeleteMessage) -> bool:
    assert session.held is not None
    if isinstance(frame, say.EditMessage):
        raise Forbidden("what this bot says is approved first; say it anew")
    if not isinstance(frame, say.PostMessage) or frame.conversation_id.bytes not in session.held.turns:
        return False
    expect(session, frame.id, frame.conversation_id)
    session.door.spawn(_keep(session, frame), partial(_kept, session, frame))
    return True


async def _keep(session: "Session", frame: say.PostMessage) -> None:
    assert session.actor is not None
    house, log = session.door.house, session.door.log
    result: Placed | Collaboration | Refused
    try:
        result = await post_verified(house.db, log, session.actor, frame)
    except Refused as refused:
        result = refused
    _kept(session, frame, result)


def _kept(session: "Session", frame: say.PostMessage, result: Placed | Collaboration | Refused) -> None:
    if not isinstance(result, Collaboration):
        answered(session, frame.id, frame.conversation_id, result)
        return
    session.in_flight -= 1
    session.own.discard(frame.id.bytes)
    session.door.hub.awaiting.refused(session, frame.conversation_id.bytes)
    coordinates(session, result)


def coordinates(session: "Session", collaboration: Collaboration) -> None:
    """Tell a bot how it stands with what it asked others; it hears of the end, also where a hint is lost."""
    if session.held is not None and collaboration.outcome is None:
        session.held.waits[collaboration.id] = collaboration.conversation_id
    session.say(CollaborationChanged(collaboration))


def type_(session: "Session", frame: say.SetTyping) -> None:
    """Tell the others of a conversation that one types; published, never logged."""
    assert session.actor is not None
    require_voice(session.actor, is_internal=frame.is_internal)
    topic = frame.conversation_id.bytes
    contact = session.contact_of(topic)
    if contact is None or (_is_copilot(session, topic) and not frame.is_internal):
        return
    audience = Audience.TEAM if frame.is_internal else Audience.PUBLIC
    told = _encode(TypingChanged(frame.conversation_id, sender_of(session.actor), frame.is_typing))
    hint = build(Kind.HINT, audience, session.actor.org_id.bytes, topic, contact, told, by=session.person)
    session.door.publish(topic, hint)


def show(session: "Session", frame: say.ShowPartial) -> None:
    """Show the others how far a bot's answer has come; published, never logged, and only where the bot has the word."""
    assert session.actor is not None
    assert session.held is not None
    topic = frame.conversation_id.bytes
    contact = session.contact_of(topic)
    if contact is None or session.held.turns.get(topic) != frame.turn or is_verified(session):
        return
    told = PartialShown(frame.message_id, frame.conversation_id, sender_of(session.actor), frame.turn, frame.body)
    org = session.actor.org_id.bytes
    hint = build(Kind.HINT, Audience.PUBLIC, org, topic, contact, _encode(told), by=session.person)
    session.door.publish(topic, hint)


def mark(session: "Session", frame: say.MarkDelivered | say.MarkRead) -> None:
    """Tell how far one has got or read."""
    assert session.actor is not None
    topic = frame.conversation_id.bytes
    contact = session.contact_of(topic)
    if contact is None or _is_copilot(session, topic):
        return
    which: Mark = "read" if isinstance(frame, say.MarkRead) else "delivered"
    session.door.marks.move(
        org=session.actor.org_id.bytes, topic=topic, contact=contact, by=session.actor.id,
        kind=sender_of(session.actor).kind, mark=which, upto=frame.upto, epoch=session.door.log.epoch_of(topic),
    )  # fmt: skip


async def _place_reply(session: "Session", frame: say.PostMessage) -> None:
    # What was tapped or filled in is compared with what there was.
    assert session.actor is not None
    result: Placed | Refused
    try:
        is_old = age_of(frame.id) > DAY_MS
        whole = await completed(session.door.house.db, session.door.history, session.actor, frame)
        draft = compose(session.actor, whole)
        log = session.door.log
        # A form is answered under an id that may be older than what Valkey knows.
        result = await (log.place_old(draft, session.actor.org_id) if is_old else log.place(draft))
    except Refused as refused:
        result = refused
    answered(session, frame.id, frame.conversation_id, result)


def _is_copilot(session: "Session", topic: bytes) -> bool:
    """Visitors see nothing of a bot that only helps whoever talks to them: not that it types, nor what it has read."""
    return session.held is not None and topic in session.held.helps


async def _place_unwatched(session: "Session", draft: Draft, answer: Answer) -> None:
    # Whoever sees its own conversations only, and does not follow this one: is it one of them?
    assert session.sight is not None
    result: Placed | Refused
    try:
        await session.sight.require(draft.topic)
        place_old = session.door.log.place_old(draft, UUID(bytes=draft.org))
        result = await (place_old if age_of(UUID(bytes=draft.id)) > DAY_MS else session.door.log.place(draft))
    except Refused as refused:
        result = refused
    answer(result)


async def _place_old(session: "Session", draft: Draft, answer: Answer) -> None:
    assert session.actor is not None
    result: Placed | Refused
    try:
        result = await session.door.log.place_old(draft, session.actor.org_id)
    except Refused as refused:
        result = refused
    answer(result)


def expect(session: "Session", entry_id: UUID, conversation_id: UUID) -> None:
    """An entry of this session is on its way: its own socket gets `accepted` and `stored` for it."""
    session.in_flight += 1
    session.own.add(entry_id.bytes)
    session.door.hub.awaiting.begin(session, conversation_id.bytes)


def answered(session: "Session", entry_id: UUID, conversation_id: UUID, result: Placed | Refused) -> None:
    """Tell the sender where its entry stands, or why it was not taken."""
    assert session.actor is not None
    session.in_flight -= 1
    topic, awaiting = conversation_id.bytes, session.door.hub.awaiting
    if isinstance(result, Refused):
        session.own.discard(entry_id.bytes)
        awaiting.refused(session, topic)
        session.refuse(result, entry_id, conversation_id)
        return
    if not session.is_team:
        session.door.history.remember(session.actor.org_id.bytes, topic, session.person)
    after = result.seq - 1 if session.is_team else result.after
    session.say(Accepted(entry_id, conversation_id, result.epoch, result.seq, after, result.at))
    if result.is_repeated or (session.is_team and topic not in session.watching):
        # It was announced long ago, or is announced to others alone.
        session.own.discard(entry_id.bytes)
    if result.stored >= result.seq:
        session.say(Stored(conversation_id, result.epoch, result.stored))
    awaiting.accepted(session, topic, (result.epoch, result.seq))
