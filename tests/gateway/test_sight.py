"""Who does not see the queue: nothing of a conversation that is not its own reaches its socket, or its browser."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.codes import CloseCode, RefusalCode
from server.protocol.values import Position
from tests.conftest import Cast
from tests.gateway.cases import answers, refusal
from tests.inbox import counted, follow, snapshot
from tests.people import Agent, Person, Refused, Visitor, eventually

SECRET = "the spare key lies under the fern"


async def limit(people: Cast, agent: Agent, *withheld: str) -> None:
    """Have the owner withhold something from a member, whose socket is sent away for it; it comes back."""
    olga = await people.agent("olga")
    assert olga.http is not None
    url = people.org.house.url(olga.node)
    async with olga.http.patch(
        f"{url}/api/members/{agent.id}", json={"withheld": withheld}, headers={"Origin": url}
    ) as answer:
        assert answer.status == 200, await answer.text()
    assert await agent.hears_close() == CloseCode.RELOAD
    agent.heard.clear()
    await agent.connect()


@pytest.fixture
async def ben(people: Cast) -> Agent:
    """An agent who sees what is his own."""
    agent = await people.agent("ben", node=1)
    await limit(people, agent, "queue.read")
    return agent


def spoken_of(person: Person, *words: str) -> list[Any]:
    """Whatever somebody heard that holds one of these words."""
    return [each for each in person.heard if any(word.encode() in msgspec.json.encode(each) for word in words)]


async def says_and_types(visitor: Visitor, conversation: UUID, agent: Agent) -> None:
    """Words, typing and marks of a conversation, and a decision about it."""
    visitor.heard.clear()
    await visitor.send(say.SetTyping(conversation))
    said = await visitor.say(conversation, SECRET)
    await visitor.stored(said)
    await agent.send(say.MarkRead(conversation, said.seq))
    await visitor.hears(hear.MarksChanged, lambda each: each.marks.read >= said.seq)
    await agent.decide(say.TagConversation(uuid7(), conversation, add=[f"secret {said.seq}"]))


async def test_nothing_of_an_unseen_conversation_reaches_the_socket(people: Cast, ben: Agent) -> None:
    """Neither name, words, tags, typing nor marks; its lines of the feed keep their numbers and say nothing."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    screen = await follow(ben)
    conversation = await visitor.start("Secretly")
    await ada.watch(conversation)
    await says_and_types(visitor, conversation, ada)
    assert (await ben.watch(conversation)).refused == RefusalCode.NOT_FOUND
    await says_and_types(visitor, conversation, ada)
    # His own is behind all of that in the feed, so that it has come when this has.
    other = await people.visitor()
    own = await other.start()
    await ada.decide(say.AssignConversation(uuid7(), own, 1, agent_id=ben.id))
    shown = await ben.hears(told.InboxChanged, lambda each: each.card.assigned_agent_id == ben.id)
    assert shown.counts is None
    for each in ben.heard:
        if isinstance(each, told.AnyFeedEntry):
            screen.take(each)
    assert screen.cards.keys() == {own}
    assert [each for each in ben.heard if isinstance(each, told.InboxHidden) and each.conversation_id == conversation]
    assert spoken_of(ben, "ecret", str(visitor.contact_id), SECRET) == []
    assert not [each for each in ben.heard if isinstance(each, hear.TypingChanged | hear.MarksChanged)]
    # Nor when he comes back and takes what he missed.
    resumed = await ben.watch(None, Position(screen.position.epoch, 1))
    assert resumed.recovered
    assert spoken_of(ben, "ecret", str(visitor.contact_id)) == []


async def test_what_is_taken_away_is_out_of_sight_from_there_on(people: Cast, ben: Agent) -> None:
    """The card goes, what is watched ends, and nothing that follows is heard."""
    visitor, mats = await people.visitor(), await people.agent("mats")
    conversation = await visitor.start()
    await mats.watch(conversation)
    await mats.decide(say.AssignConversation(uuid7(), conversation, 1, agent_id=ben.id))
    screen = await follow(ben)
    assert screen.cards.keys() == {conversation}
    assert (await ben.watch(conversation)).refused is None
    await visitor.say(conversation, "Where is my order?")
    await ben.hears_line("Where is my order?")
    # A decision that takes nothing away keeps nothing back.
    await mats.decide(say.TagConversation(uuid7(), conversation, add=["vip"]))
    await visitor.say(conversation, "I am in a hurry")
    await ben.hears_line("I am in a hurry")
    assert [each.added for each in ben.heard if isinstance(each, told.ConversationTagged)] == [["vip"]]
    await mats.take(conversation, 3)
    await says_and_types(visitor, conversation, mats)
    ended = await ben.hears(hear.ResumedFrame, lambda each: each.resumed[0].refused is not None)
    assert (ended.resumed[0].conversation_id, ended.resumed[0].refused) == (conversation, RefusalCode.NOT_FOUND)

    async def is_gone() -> bool:
        for each in [each for each in ben.heard if isinstance(each, told.AnyFeedEntry)]:
            screen.take(each)
        return conversation not in screen.cards

    await eventually(is_gone)
    await says_and_types(visitor, conversation, mats)
    await answers(ben, say.Pong())
    assert spoken_of(ben, SECRET, "ecret") == []
    assert not [each for each in ben.heard if isinstance(each, told.ConversationTaken)]
    # It comes back, with everything, when it is given to him again.
    await mats.decide(say.AssignConversation(uuid7(), conversation, 6, agent_id=ben.id))
    assert SECRET in [
        each.body for each in (await ben.watch(conversation)).entries if isinstance(each, told.MessagePosted)
    ]


async def test_every_frame_about_an_unseen_conversation_is_answered_as_about_none(people: Cast, ben: Agent) -> None:
    """Also one that speaks, which no look into Postgres stands before for others."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    conversation = await visitor.start()
    await ada.watch(conversation)
    for about in (conversation, uuid7()):
        for frame in (
            say.PostMessage(uuid7(), about, "May I?"), say.PostMessage(uuid7(), about, "Psst", is_internal=True),
            say.EditMessage(uuid7(), about, uuid7(), "No"), say.DeleteMessage(uuid7(), about, uuid7()),
            say.FetchHistory(about, Position(2**31, 2**53 - 1)), say.TakeConversation(uuid7(), about, 1),
            say.AcceptOffer(uuid7(), about), say.DeclineOffer(uuid7(), about),
            say.ReleaseConversation(uuid7(), about, 1), say.AssignConversation(uuid7(), about, 1, agent_id=ben.id),
            say.HandOffConversation(uuid7(), about, 1, reason_code="transfer"),
            say.TagConversation(uuid7(), about, add=["mine"]), say.PrioritizeConversation(uuid7(), about, 1, 5),
            say.CloseConversation(uuid7(), about, 1), say.ReopenConversation(uuid7(), about, 1),
        ):  # fmt: skip
            refused = await refusal(ben, frame)
            assert (refused.code, refused.message) == ("not_found", "there is no such conversation"), frame
        for hint in (say.SetTyping(about), say.MarkRead(about, 1), say.MarkDelivered(about, 1)):
            assert await answers(ben, hint) == []
    await visitor.say(conversation, "Still here")
    await ada.hears_line("Still here")
    assert [each.body for each in ada.heard if isinstance(each, told.MessagePosted)] == ["Still here"]
    assert not [each for each in ada.heard if isinstance(each, hear.TypingChanged | hear.MarksChanged)]


async def test_rest_answers_of_an_unseen_conversation_as_of_none(people: Cast, ben: Agent) -> None:
    """Lists, searches, one by its id and whatever stands beside it; one's own is there, and still after its end."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    theirs, own = await visitor.start(), await visitor.start()
    for conversation in (theirs, own):
        await visitor.stored(await visitor.say(conversation, SECRET))
    await ada.decide(say.AssignConversation(uuid7(), own, 1, agent_id=ben.id))
    assert ben.http is not None
    url = people.org.house.url(ben.node)
    for what in ("", "/entries", "/assignments", "/candidates", "/handoffs", "/interactions"):
        answered = []
        for conversation in (theirs, uuid7(), own):
            async with ben.http.get(f"{url}/api/conversations/{conversation}{what}") as answer:
                answered.append((answer.status, (await answer.json()).get("message")))
        assert answered[0] == answered[1] == (404, "there is no such conversation"), what
        assert answered[2][0] == 200, what
    body = {"id": str(uuid7()), "body": "May I?"}
    async with ben.http.post(
        f"{url}/api/conversations/{theirs}/messages", json=body, headers={"Origin": url}
    ) as answer:
        assert answer.status == 404

    async def shown() -> Any:
        listed = await ben.get("/api/conversations")
        of_contact = await ben.get(f"/api/contacts/{visitor.contact_id}/conversations")
        found = await ben.get("/api/search?q=fern")
        sought = await ben.get("/api/conversations?q=fern")
        return [
            {each["conversation_id"] for each in items}
            for items in (listed["items"], of_contact["items"], found["messages"], sought["items"])
        ]

    await eventually(lambda: _is_found(ada, theirs))
    assert await shown() == [{str(own)}] * 4
    assert (await ben.get(f"/api/conversations/{own}"))["past_count"] == 0
    await eventually(lambda: _is_measured(ada, theirs))
    assert {each["conversation_id"] for each in (await ben.get("/api/interactions"))["items"]} == {str(own)}
    screen = await snapshot(ben)
    assert screen.cards.keys() == {own}
    assert (screen.totals, screen.agents, screen.teams) == counted(screen.cards.values())
    await ben.close(own, 2)
    assert await shown() == [{str(own)}] * 4
    await ben.decide(say.ReopenConversation(uuid7(), own, 3))


async def _is_measured(agent: Agent, conversation: UUID) -> bool:
    items = (await agent.get("/api/interactions"))["items"]
    return str(conversation) in {each["conversation_id"] for each in items}


async def _is_found(agent: Agent, conversation: UUID) -> bool:
    found = await agent.get("/api/search?q=fern")
    return str(conversation) in {each["conversation_id"] for each in found["messages"]}


async def test_who_may_not_take_any_takes_what_is_offered_or_was_its_own(people: Cast) -> None:
    """Neither what waits, nor what a colleague holds, nor by giving it to itself, nor by opening it again."""
    visitor, mats, ben = await people.visitor(), await people.agent("mats"), await people.agent("ben")
    await limit(people, ben, "conversation.take_any")
    conversation = await visitor.start()

    async def is_forbidden(frame: Any) -> bool:
        refused = await refusal(ben, frame)
        return (refused.code, refused.message) == ("forbidden", "this needs the permission conversation.take_any")

    assert await is_forbidden(say.TakeConversation(uuid7(), conversation, 1))
    assert await is_forbidden(say.AssignConversation(uuid7(), conversation, 1, agent_id=ben.id))
    await mats.take(conversation, 1)
    assert await is_forbidden(say.TakeConversation(uuid7(), conversation, 2))
    await mats.close(conversation, 2)
    assert await is_forbidden(say.ReopenConversation(uuid7(), conversation, 3))
    await mats.decide(say.ReopenConversation(uuid7(), conversation, 3))
    await mats.decide(say.AssignConversation(uuid7(), conversation, 4, agent_id=ben.id))
    await ben.close(conversation, 5)
    await ben.decide(say.ReopenConversation(uuid7(), conversation, 6))


async def test_a_decision_repeated_is_the_first_one_though_it_took_the_conversation_out_of_sight(
    people: Cast, ben: Agent
) -> None:
    """The answer got lost; what was given away is not there for anything else any more."""
    visitor, mats = await people.visitor(), await people.agent("mats")
    conversation = await visitor.start()
    await mats.decide(say.AssignConversation(uuid7(), conversation, 1, agent_id=ben.id))
    release = say.ReleaseConversation(uuid7(), conversation, 2)
    first = await ben.decide(release)
    ben.heard.clear()
    assert (await ben.decide(release)).seq == first.seq
    with pytest.raises(Refused) as refused:
        await ben.decide(say.ReleaseConversation(uuid7(), conversation, 3))
    assert refused.value.frame.code == RefusalCode.NOT_FOUND
