"""Who may say what, and about what: every frame, in every role's and in strangers' hands."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, get_args
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.senders import SENDERS, Audience
from tests.conftest import Cast
from tests.gateway.cases import HINTS, answers, one_of_each, refusal
from tests.gateway.conftest import Bystanders
from tests.people import Person
from tests.servers import House, Organization

FRAMES = sorted(get_args(say.AnyClientFrame), key=lambda each: str(each.__name__))
# What is about no conversation at all, or makes one.
OF_NOBODY = {say.Hello, say.StartConversation, say.RenewToken, say.Pong, say.AnswerQuestion, say.DeclareTools}
ROLES: list[Audience] = ["visitor", "member", "bot"]


@pytest.fixture
async def neighbours(other: Organization) -> AsyncIterator[Cast]:
    """The people of another company."""
    async with AsyncExitStack() as stack:
        yield Cast(other, stack)


async def _person(cast: Cast, role: Audience) -> Person:
    if role == "visitor":
        return await cast.visitor()
    # A manager may say everything that a member can.
    return await (cast.agent("mats") if role == "member" else cast.bot())


SEVERAL = 4


def test_every_frame_has_a_case() -> None:
    """A new frame is in the walk below before it is in the protocol."""
    assert set(one_of_each(uuid7(), uuid7())) == set(SENDERS) == set(FRAMES)


@pytest.mark.parametrize("role", ROLES)
async def test_a_frame_of_another_kind_of_client_is_unknown(cast: Cast, bystanders: Bystanders, role: Audience) -> None:
    """Even about a conversation that is there, and that this client may see."""
    cases = one_of_each(bystanders.conversation_id, uuid7())
    strange = [frame for kind, frame in cases.items() if role not in SENDERS[kind]]
    # Several of them: one alone would spend its allowance.
    for start in range(SEVERAL):
        person = await _person(cast, role)
        for frame in strange[start::SEVERAL]:
            assert (await refusal(person, frame)).code == "unknown_frame", frame
    await bystanders.go_on()


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("who", ["another visitor", "another company's visitor", "member", "bot"])
async def test_a_conversation_in_a_stranger_s_hands_is_not_there(
    house: House, cast: Cast, neighbours: Cast, who: str, *, is_there: bool
) -> None:
    """Every frame about it gets the answer that it would get about no conversation at all, and changes nothing."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    said = await visitor.say(conversation, "Mine")
    await visitor.stored(said)
    role: Any = who if who in ROLES else "visitor"
    stranger = await _person(cast if who == "another visitor" else neighbours, role)
    about = conversation if is_there else uuid7()
    for kind, frame in one_of_each(about, said.id).items():
        if kind not in OF_NOBODY and role in SENDERS[kind]:
            _assert_not_there(frame, about, await answers(stranger, frame))
    assert stranger.lines(conversation) == []
    await visitor.stored(await visitor.say(conversation, "Still mine"))
    await agent.hears_line("Still mine")
    strange = (hear.TypingChanged, hear.PartialShown, hear.MarksChanged)
    assert not [each for each in (*visitor.heard, *agent.heard) if isinstance(each, strange)]
    rows = await house.rows("select body from message where conversation_id = $1 order by seq", conversation)
    assert [row["body"] for row in rows] == ["Mine", "Still mine"]
    state = "select status, version, turn from conversation where id = $1"
    assert await house.rows(state, conversation) == [{"status": "waiting", "version": 1, "turn": 0}]


def _assert_not_there(frame: say.ClientFrame, about: UUID, got: list[Any]) -> None:
    if isinstance(frame, (*HINTS, say.Unwatch)):
        assert got == [], frame
        return
    (answer,) = got
    if isinstance(answer, hear.ResumedFrame):
        (resumed,) = answer.resumed
        assert (resumed.conversation_id, resumed.refused, resumed.entries) == (about, "not_found", [])
        assert (resumed.summary, resumed.marks, resumed.position.seq) == (None, [], 0)
    else:
        assert (answer.code, answer.message) == ("not_found", "there is no such conversation"), frame
        assert (answer.id, answer.conversation_id) == (getattr(frame, "id", None), about)


async def test_a_stranger_who_asks_to_watch_hears_nothing_later(
    cast: Cast, neighbours: Cast, bystanders: Bystanders
) -> None:
    """A refused watch follows nothing."""
    stranger, neighbour = await cast.visitor(), await neighbours.agent()
    for person in (stranger, neighbour):
        assert (await person.watch(bystanders.conversation_id)).refused == "not_found"
    await bystanders.go_on()
    for person in (stranger, neighbour):
        await answers(person, say.Pong())
        assert not [each for each in person.heard if isinstance(each, told.ConversationEntry)]


async def test_a_stranger_hears_nothing_while_it_is_being_refused(cast: Cast, neighbours: Cast) -> None:
    """Whoever guesses an id and asks for it again and again, while others type and speak there."""
    agent, stranger = await cast.agent(), await neighbours.agent()
    conversation = await (await cast.visitor()).start()
    for number in range(60):
        await stranger.send(say.Watch([say.Resume(conversation), say.Resume(uuid7())]))
        await agent.send(say.SetTyping(conversation, is_typing=number % 2 == 0))
        await agent.say(conversation, f"line {number}")
    assert (await stranger.watch(conversation)).refused == "not_found"
    secret = [each for each in stranger.heard if isinstance(each, told.ConversationEntry | hear.TypingChanged)]
    assert secret == []


async def test_a_viewer_only_looks(cast: Cast, bystanders: Bystanders) -> None:
    """It may watch and read; whatever speaks or decides is forbidden."""
    viewer = await cast.agent("vera")
    about = bystanders.conversation_id
    assert (await viewer.watch(about)).refused is None
    spoken = (
        say.PostMessage(uuid7(), about, "May I?"),
        say.PostMessage(uuid7(), about, "Between us", is_internal=True),
        say.EditMessage(uuid7(), about, uuid7(), "No"),
        say.DeleteMessage(uuid7(), about, uuid7()),
        say.SetTyping(about),
        say.TakeConversation(uuid7(), about, 1),
        say.AcceptOffer(uuid7(), about),
        say.DeclineOffer(uuid7(), about),
        say.ReleaseConversation(uuid7(), about, 1),
        say.AssignConversation(uuid7(), about, 1, agent_id=viewer.id),
        say.JoinConversation(uuid7(), about),
        say.LeaveConversation(uuid7(), about),
        say.TagConversation(uuid7(), about, add=["mine"]),
        say.SetAttributes(uuid7(), about, {"mine": True}),
        say.PrioritizeConversation(uuid7(), about, 1, 5),
        say.ClassifyConversation(uuid7(), about, 1),
        say.CloseConversation(uuid7(), about, 1),
        say.ReopenConversation(uuid7(), about, 1),
    )
    for frame in spoken:
        assert (await refusal(viewer, frame)).code == "forbidden", frame
    assert [type(each) for each in await answers(viewer, one_of_each(about, uuid7())[say.FetchHistory])] == [
        hear.History
    ]
    await bystanders.go_on()


async def test_a_visitor_writes_and_types_no_notes(cast: Cast) -> None:
    """Notes are for the team, in one's own conversation too."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    for frame in (
        visitor.draft(conversation, "Between us", is_internal=True),
        say.SetTyping(conversation, is_internal=True),
    ):
        assert (await refusal(visitor, frame)).code == "forbidden"
    assert (await visitor.watch(None)).refused == "forbidden"


async def test_a_bot_has_no_inbox(cast: Cast) -> None:
    """It gets what it holds."""
    assert (await (await cast.bot()).watch(None)).refused == "forbidden"


async def test_only_a_bot_answers_as_one(cast: Cast) -> None:
    """People see who is answering, and can believe it."""
    visitor, agent, bot = await cast.visitor(), await cast.agent(), await cast.bot()
    conversation = await visitor.start()
    for person in (visitor, agent):
        refused = await refusal(person, person.draft(conversation, "Beep", message_type="ai_response"))
        assert refused.code == "forbidden"
    await bot.given(conversation, agent)
    await bot.say(conversation, "Beep", message_type="ai_response")
    assert (await visitor.hears_line("Beep")).message_type == "ai_response"
