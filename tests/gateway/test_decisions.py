"""Decisions: true in one transaction, once, and then in every log in order."""

import asyncio

import msgspec
import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from server.protocol.values import Sender
from tests.conftest import Cast
from tests.people import Refused, eventually
from tests.servers import House


async def test_take_close_and_a_new_word_reopens(people: Cast, house: House) -> None:
    """The whole life of a conversation, as both sides and Postgres see it."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    await visitor.say(conversation, "Hello")
    await agent.take(conversation, 1)
    taken = await visitor.hears(told.ConversationTaken)
    assert (taken.agent_name, taken.status, taken.version, taken.turn) == ("Ada Agent", "assigned", 2, 1)
    await agent.close(conversation, 2)
    closed = await visitor.hears(told.ConversationClosed)
    assert (closed.status, closed.reason) == ("closed", "solved")
    await visitor.say(conversation, "One more thing")
    reopened = await agent.hears(told.ConversationReopened)
    assert (reopened.status, reopened.version) == ("waiting", 4)
    assert (await agent.hears_line("One more thing")).seq < reopened.seq

    async def stints() -> bool:
        rows = await house.rows(
            "select role, left_at is null as present from participant where conversation_id = $1 order by joined_at",
            conversation,
        )
        return [(row["role"], row["present"]) for row in rows] == [("contact", True), ("primary", False)]

    await eventually(stints)
    rows = await house.rows(
        "select kind, seq from event where conversation_id = $1 and kind like 'conversation_%' order by xid",
        conversation,
    )
    assert [row["kind"] for row in rows] == [
        "conversation_started",
        "conversation_taken",
        "conversation_closed",
        "conversation_reopened",
    ]


async def test_two_agents_take_at_once_and_one_of_them_holds_it(people: Cast, house: House) -> None:
    """Whoever saw an old state is refused; there is one holder and one turn."""
    visitor = await people.visitor()
    ada, ben = await people.agent("ada", node=0), await people.agent("ben", node=1)
    conversation = await visitor.start()
    outcomes = await asyncio.gather(ada.take(conversation), ben.take(conversation), return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert [each.frame.code for each in refused] == [RefusalCode.CONFLICT]
    (row,) = await house.rows("select version, turn from conversation where id = $1", conversation)
    assert (row["version"], row["turn"]) == (2, 1)


async def test_a_decision_said_twice_is_taken_once(people: Cast, house: House) -> None:
    """The answer got lost and the client says it again: it gets the same number."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    frame = say.TakeConversation(uuid7(), conversation, 1)
    first = await agent.decide(frame)
    agent.heard.clear()
    assert (await agent.decide(frame)).seq == first.seq
    rows = await house.rows("select turn from assignment where conversation_id = $1", conversation)
    assert len(rows) == 1


async def test_a_started_conversation_is_started_once(people: Cast, house: House) -> None:
    """The visitor's browser retries over REST what it said on a socket that died."""
    visitor = await people.visitor()
    conversation = await visitor.start("Once")
    url = f"{house.url(1)}/api/widget/conversations"
    body = {"type": "start_conversation", "id": str(conversation), "subject": "Once"}
    headers = {"Authorization": f"Bearer {visitor.token}"}
    async with house.http.post(url, json=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        assert (await answer.json())["seq"] == 1
    async with house.http.get(url, headers=headers) as answer:
        listed = (await answer.json())["conversations"]
    assert [each["conversation_id"] for each in listed] == [str(conversation)]


async def test_nobody_but_the_team_speaks_in_a_closed_conversation(people: Cast) -> None:
    """An agent must reopen it first; a note may always be left."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.take(conversation, 1)
    await agent.close(conversation, 2)
    with pytest.raises(Refused) as refused:
        await agent.say(conversation, "By the way")
    assert refused.value.frame.code == RefusalCode.CONVERSATION_CLOSED
    await agent.say(conversation, "For the record", is_internal=True)
    await agent.decide(say.ReopenConversation(uuid7(), conversation, 3))
    await agent.say(conversation, "By the way")


async def test_a_decision_without_a_number_gets_one(people: Cast, house: House) -> None:
    """The process died between the commit and the log: a reader announces it a second later."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    event_id, org_id = uuid7(), people.org.id
    entry = told.ConversationClosed(
        id=event_id, conversation_id=conversation, sender=Sender("system"), status="closed", version=2, turn=1
    )
    # What the transaction of a close leaves behind, without the step that follows it.
    await house.rows(
        "update conversation set status = 'closed', version = 2, turn = 1, closed_at = now()"
        " where id = $1 returning id",
        conversation,
    )
    await house.rows(
        "insert into event (org_id, id, kind, actor_kind, subject_type, subject_id, conversation_id, data)"
        " values ($1, $2, 'conversation_closed', 'system', 'conversation', $3, $3, $4) returning id",
        org_id,
        event_id,
        conversation,
        msgspec.to_builtins(entry),
    )
    closed = await agent.hears(told.ConversationClosed)
    assert closed.id == event_id
    assert closed.seq == 2
