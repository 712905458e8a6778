"""The frames that wait for Postgres or Valkey: reading the past, and decisions."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec import Raw

from server.core.auth import KNOWN, Visitor, sign_visitor
from server.core.clock import now_ms
from server.core.errors import Invalid, Refused
from server.domain.chat import actions, attributes, classifying, handoffs, offers, supervising
from server.domain.chat.consulting import consult
from server.domain.chat.contributing import contribute
from server.domain.chat.decision import Body
from server.domain.chat.history import Viewer
from server.domain.chat.log import Placed
from server.domain.chat.starting import start_conversation
from server.domain.chat.suggesting import suggest
from server.domain.identity.bot_tools import see_tools
from server.gateway.talk import answered, coordinates, expect
from server.protocol import client_frames as say
from server.protocol.codes import RefusalCode
from server.protocol.server_frames import (
    CollaborationChanged,
    History,
    Resumed,
    ResumedFrame,
    SuggestionChanged,
    TokenRenewed,
)  # fmt: skip
from server.protocol.values import Position

if TYPE_CHECKING:
    from server.gateway.session import Session


DECISIONS: dict[type, Callable[..., Coroutine[Any, Any, Placed]]] = {
    say.TakeConversation: actions.take_conversation,
    say.AcceptOffer: offers.accept_offer,
    say.DeclineOffer: offers.decline_offer,
    say.ReleaseConversation: actions.release_conversation,
    say.AssignConversation: actions.assign_conversation,
    say.JoinConversation: supervising.join_conversation,
    say.LeaveConversation: supervising.leave_conversation,
    say.HandOffConversation: handoffs.hand_off_conversation,
    say.TagConversation: actions.tag_conversation,
    say.SetAttributes: attributes.set_attributes,
    say.PrioritizeConversation: actions.prioritize_conversation,
    say.ClassifyConversation: classifying.classify_conversation,
    say.CloseConversation: actions.close_conversation,
    say.ReopenConversation: actions.reopen_conversation,
}
# The text of all answers together; each of them is capped in history.py.
ALL_ANSWERS = 131_072


def viewer_of(session: "Session") -> Viewer:
    """Whose eyes a session reads with."""
    assert session.actor is not None
    return Viewer(
        session.actor.org_id, None if session.is_team else session.actor.id, sees_only=session.actor.sees_only
    )  # fmt: skip


async def look_back(session: "Session", asked: Sequence[say.Resume]) -> list[Resumed]:
    """Follow what is asked for, and give what was missed of it; the caller holds the session meanwhile."""
    answers: list[Resumed] = []
    told = 0
    for resume in asked:
        refused = _follow(session, resume)
        if refused is None and resume.position is not None and told >= ALL_ANSWERS:
            # Together they would be more than a slow reader may have waiting: it asks again for the rest.
            answers.append(Resumed(resume.conversation_id, recovered=True, position=resume.position, has_more=True))
            continue
        if refused is None:
            found = await look_back_at(session, resume)
        else:
            found = Resumed(resume.conversation_id, recovered=False, position=Position(0, 0), refused=refused)
        if found.refused is not None and session.is_team:
            session.leave(_topic(session, resume))
        elif session.sight is not None:
            session.sight.looked(_topic(session, resume))
        told += sum(len(bytes(each)) for each in cast("list[Raw]", found.entries))
        answers.append(found)
    return answers


async def look_back_at(session: "Session", resume: say.Resume) -> Resumed:
    """What one log has after a position; the session follows it already, and is held meanwhile."""
    topic, awaiting = _topic(session, resume), session.door.hub.awaiting
    # Before we look: what is stored while we do is then not missed.
    awaiting.begin(session, topic)
    upto = None
    try:
        found = await session.door.history.resume(viewer_of(session), resume.conversation_id, resume.position)
        if found.summary is not None and found.summary.stored < found.position.seq:
            # Something of it waits to be stored, maybe this person's own words from before a reconnect.
            upto = found.position.epoch, found.position.seq
    finally:
        if upto is None:
            awaiting.refused(session, topic)
        else:
            awaiting.accepted(session, topic, upto)
    return found


def _topic(session: "Session", resume: say.Resume) -> bytes:
    assert session.actor is not None
    return (resume.conversation_id or session.actor.org_id).bytes


def _follow(session: "Session", resume: say.Resume) -> RefusalCode | None:
    assert session.actor is not None
    if not session.is_team:
        # Its contact is followed already, and the inbox is not for visitors.
        return RefusalCode.FORBIDDEN if resume.conversation_id is None else None
    if resume.conversation_id == session.actor.org_id:
        # Under this topic the inbox goes by, which not everybody may see who reads conversations.
        return RefusalCode.NOT_FOUND
    needed = "inbox.read" if resume.conversation_id is None else "conversation.read"
    if not session.actor.may(needed):
        return RefusalCode.FORBIDDEN
    if len(session.watching) >= session.door.settings.watched:
        return RefusalCode.TOO_MANY
    session.follow(_topic(session, resume))
    return None


async def read(session: "Session", frame: say.Watch | say.FetchHistory) -> None:
    """Answer a question about the past."""
    session.in_flight += 1
    try:
        if isinstance(frame, say.FetchHistory):
            found = await session.door.history.before(
                viewer_of(session), frame.conversation_id, frame.before, frame.limit + 1
            )
            more = len(found) > frame.limit
            entries: Any = [each.json for each in found[-frame.limit :]]
            session.say(History(frame.conversation_id, entries, more))
            return
        session.hold()
        try:
            resumed = await look_back(session, frame.resume)
            session.say(ResumedFrame(resumed))
        finally:
            session.release()
        if not session.is_team:
            await session.door.places.tell(session, resumed)
    except Refused as refused:
        conversation_id = frame.conversation_id if isinstance(frame, say.FetchHistory) else None
        session.refuse(refused, None, conversation_id)
    finally:
        session.in_flight -= 1


def unwatch(session: "Session", frame: say.Unwatch) -> None:
    """Follow a conversation no longer."""
    session.leave(frame.conversation_id.bytes)


def say_back(session: "Session", frame: say.RenewToken | say.AnswerQuestion) -> None:
    """What concerns no conversation: a fresh token for a visitor, and what a bot answers to a question."""
    if isinstance(frame, say.AnswerQuestion):
        session.door.questions.answer(session, frame)
    else:
        _renew(session)


def _renew(session: "Session") -> None:
    """Give a visitor a fresh token before the old one ends."""
    actor = session.actor
    assert actor is not None
    assert actor.channel_id is not None
    visitor = Visitor(actor.org_id, actor.channel_id, actor.id, actor.name, is_known=actor.role == KNOWN)
    token, ends_at = sign_visitor(session.door.settings.secret, visitor, now_ms())
    if visitor.is_known:
        session.ends_at = ends_at
    session.say(TokenRenewed(token, ends_at))


async def suggest_answer(session: "Session", frame: say.SuggestAnswer) -> None:
    """A co-pilot says what it would answer."""
    assert session.actor is not None
    session.in_flight += 1
    try:
        found = await suggest(session.door.house.db, session.door.log, session.actor, frame)
        if frame.conversation_id.bytes not in session.watching:
            # Else it hears of it like everybody who watches.
            session.say(SuggestionChanged(found))
    except Refused as refused:
        session.refuse(refused, frame.id, frame.conversation_id)
    finally:
        session.in_flight -= 1


async def consult_agents(session: "Session", frame: say.ConsultAgents) -> None:
    """A bot asks others before it answers."""
    assert session.actor is not None
    session.in_flight += 1
    try:
        coordinates(session, await consult(session.door.house.db, session.door.log, session.actor, frame))
    except Refused as refused:
        session.refuse(refused, frame.id, frame.conversation_id)
    finally:
        session.in_flight -= 1


async def contribute_to(session: "Session", frame: say.Contribute) -> None:
    """A bot says what it was asked, or a member whether a bot's draft is to be said."""
    assert session.actor is not None
    session.in_flight += 1
    try:
        found = await contribute(session.door.house.db, session.door.log, session.actor, frame)
        session.say(CollaborationChanged(found))
    except Refused as refused:
        session.refuse(refused, frame.id, frame.conversation_id)
    finally:
        session.in_flight -= 1


async def decide(session: "Session", frame: say.AnyClientFrame) -> None:
    """Take a decision, and tell its number or why not."""
    house, log, actor = session.door.house, session.door.log, session.actor
    assert actor is not None
    result: Placed | Refused
    if isinstance(frame, say.StartConversation):
        decision = start_conversation(house.db, log, actor, frame, session.client)
        conversation_id = frame.id
    elif isinstance(frame, Body):
        decision = DECISIONS[type(frame)](house.db, log, actor, frame)
        conversation_id = frame.conversation_id
    else:
        raise Invalid("there is no such frame for you", code=RefusalCode.UNKNOWN_FRAME)
    expect(session, frame.id, conversation_id)
    # The actor sees its own decision as an entry like everybody: the entry tells the state that it left behind.
    session.own.discard(frame.id.bytes)
    try:
        result = await decision
    except Refused as refused:
        result = refused
    answered(session, frame.id, conversation_id, result)


async def declare(session: "Session", frame: say.DeclareTools) -> None:
    """A bot tells which functions it has."""
    assert session.actor is not None
    session.in_flight += 1
    try:
        await see_tools(session.door.house, session.actor, frame.tools)
    except Refused as refused:
        session.refuse(refused)
    finally:
        session.in_flight -= 1


# What is no decision, and may take a while.
APART: dict[type, Callable[..., Coroutine[Any, Any, None]]] = {
    say.Watch: read,
    say.FetchHistory: read,
    say.SuggestAnswer: suggest_answer,
    say.ConsultAgents: consult_agents,
    say.Contribute: contribute_to,
    say.DeclareTools: declare,
}
