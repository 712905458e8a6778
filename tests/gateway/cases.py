"""One frame of every type that a client can send, what it is answered, and somebody whom the server fails at."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from server.core.auth import Visitor as Named
from server.core.auth import sign_visitor
from server.core.clock import now_ms
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import PROTOCOL, Position
from tests.people import Person, Visitor
from tests.servers import Organization

# Published and never stored; whoever may not send one is not told so, and nobody hears it.
HINTS = (say.SetTyping, say.ShowPartial, say.MarkDelivered, say.MarkRead)


def one_of_each(conversation_id: UUID, message_id: UUID) -> dict[type[say.ClientFrame], say.ClientFrame]:
    """Every frame of the protocol, about one conversation and one message in it."""
    frames = [
        say.Hello(PROTOCOL, say.AsBot("fdb_wrong")),
        say.StartConversation(conversation_id),
        say.PostMessage(uuid7(), conversation_id, "Not mine to say", turn=0),
        say.SuggestAnswer(uuid7(), conversation_id, message_id, "Not mine to suggest"),
        say.ConsultAgents(uuid7(), conversation_id, 0, "Not mine to ask"),
        say.Contribute(uuid7(), conversation_id, body="Not mine to say", verdict="approve"),
        say.EditMessage(uuid7(), conversation_id, message_id, "Not mine to edit"),
        say.DeleteMessage(uuid7(), conversation_id, message_id),
        say.SetTyping(conversation_id),
        say.ShowPartial(uuid7(), conversation_id, 0, "Not mine to"),
        say.MarkDelivered(conversation_id, 1),
        say.MarkRead(conversation_id, 1),
        say.Watch([say.Resume(conversation_id)]),
        say.Unwatch(conversation_id),
        say.FetchHistory(conversation_id, Position(2**31, 2**53 - 1)),
        say.TakeConversation(uuid7(), conversation_id, 1),
        say.AcceptOffer(uuid7(), conversation_id),
        say.DeclineOffer(uuid7(), conversation_id, "Not mine to decline"),
        say.ReleaseConversation(uuid7(), conversation_id, 1),
        say.AssignConversation(uuid7(), conversation_id, 1, agent_id=uuid7()),
        say.JoinConversation(uuid7(), conversation_id),
        say.LeaveConversation(uuid7(), conversation_id),
        say.HandOffConversation(uuid7(), conversation_id, 1, agent_id=uuid7()),
        say.TagConversation(uuid7(), conversation_id, add=["not mine to tag"]),
        say.SetAttributes(uuid7(), conversation_id, {"mine": "not"}, {"mine": "not"}),
        say.PrioritizeConversation(uuid7(), conversation_id, 1, 5),
        say.ClassifyConversation(uuid7(), conversation_id, 1),
        say.CloseConversation(uuid7(), conversation_id, 1, "Not mine to close"),
        say.ReopenConversation(uuid7(), conversation_id, 1),
        say.DeclareTools([]),
        say.RenewToken(),
        say.AnswerQuestion(uuid7(), "Nobody asked"),
        say.Pong(),
    ]
    return {type(frame): frame for frame in frames}


async def answers(person: Person, frame: say.ClientFrame | str) -> list[Any]:
    """What a frame, or any text, is answered with: nothing or more, up to the answer of a frame behind it."""
    before = len(person.heard)
    if isinstance(frame, str):
        await person.send_text(frame)
    else:
        await person.send(frame)
    named = getattr(frame, "id", None)
    # Answered in its turn, after whatever needs no waiting; what is asked of Valkey or Postgres needs some.
    if isinstance(frame, say.SuggestAnswer):
        await _hears_more(person, before, (hear.Refused, hear.SuggestionChanged))
    elif isinstance(frame, say.ConsultAgents | say.Contribute):
        await _hears_more(person, before, (hear.Refused, hear.CollaborationChanged))
    elif named is not None:
        await _hears_more(person, before, (hear.Accepted, hear.Refused), lambda each: each.id == named)
    if isinstance(frame, say.Watch | say.FetchHistory):
        await _hears_more(person, before, (hear.Refused, hear.ResumedFrame, hear.History))
    behind = uuid7()
    await person.send_text(f'{{"id":"{behind}"}}')
    await person.hears(hear.Refused, lambda each: each.id == behind)
    heard = (hear.Accepted, hear.Refused, hear.ResumedFrame, hear.History, hear.TokenRenewed)
    return [each for each in person.heard[before:] if isinstance(each, heard) and getattr(each, "id", None) != behind]


async def _hears_more(
    person: Person, before: int, kinds: tuple[type[Any], ...], where: Callable[[Any], bool] = lambda _: True
) -> None:
    # What was heard before is no answer, even where it names the same id.
    known = {id(each) for each in person.heard[:before]}
    await person.hears(kinds, lambda each: id(each) not in known and where(each))  # type: ignore[arg-type]


async def refusal(person: Person, frame: say.ClientFrame | str) -> hear.Refused:
    """How a frame, or any text, is refused."""
    (only,) = await answers(person, frame)
    assert isinstance(only, hear.Refused), f"it was not refused, but: {only}"
    return only


async def unlucky(org: Organization, name: str = "Nobody") -> Visitor:
    """A visitor whom the server fails at: we signed its token, and Postgres cannot take the name that stands in it."""
    visitor = Visitor(org)
    named = Named(org.id, org.channel_id, uuid7(), f"{name}\0")
    visitor.token, _ = sign_visitor(org.house.databases.environment["FRONTDESK_SECRET"], named, now_ms())
    await visitor.connect()
    return visitor
