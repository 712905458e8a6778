"""Supervisors: they join beside whoever holds a conversation, whisper to the team, take over, and leave again."""

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from tests.conftest import Cast
from tests.gateway.cases import refusal
from tests.inbox import snapshot
from tests.people import Refused, eventually
from tests.servers import House


async def test_a_supervisor_joins_and_the_holder_stays(people: Cast, house: House) -> None:
    """The visitor is told who came and went; what is whispered in between is for the team."""
    visitor, ada, mats = await people.visitor(), await people.agent("ada"), await people.agent("mats", node=1)
    conversation = await visitor.start()
    await ada.take(conversation, 1)
    await mats.watch(conversation)
    await mats.decide(say.JoinConversation(uuid7(), conversation))
    joined = await visitor.hears(told.AgentJoined)
    assert (joined.agent_id, joined.agent_name, joined.status) == (mats.id, "Mats Manager", "assigned")
    assert (joined.version, joined.turn) == (3, 1)
    card = (await snapshot(ada)).cards[conversation]
    assert (card.assigned_agent_id, card.supervisor_ids) == (ada.id, [mats.id])
    await mats.say(conversation, "Offer her the spare part", is_internal=True)
    await mats.say(conversation, "I am here, too")
    await visitor.hears_line("I am here, too")
    await mats.decide(say.LeaveConversation(uuid7(), conversation))
    left = await visitor.hears(told.AgentLeft)
    assert (left.agent_name, left.version, left.turn) == ("Mats Manager", 4, 1)
    assert visitor.lines(conversation) == ["I am here, too"]
    (row,) = await house.rows("select assigned_agent_id, supervisor_ids from conversation where id = $1", conversation)
    assert (row["assigned_agent_id"], row["supervisor_ids"]) == (ada.id, [])

    async def stints() -> bool:
        rows = await house.rows(
            "select agent_id, role, left_at is null as present from participant"
            " where conversation_id = $1 and agent_id is not null order by joined_at",
            conversation,
        )
        return [tuple(row.values()) for row in rows] == [(ada.id, "primary", True), (mats.id, "supervisor", False)]

    await eventually(stints)


async def test_who_joined_takes_over_and_is_the_holder_alone(people: Cast, house: House) -> None:
    """The stint beside the holder becomes the holder's own; and what is closed has nobody in it any more."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    mats, olga = await people.agent("mats", node=1), await people.agent("olga")
    conversation = await visitor.start()
    await ada.take(conversation, 1)
    for each in (mats, olga):
        await each.decide(say.JoinConversation(uuid7(), conversation))
    await mats.take(conversation, 4)
    taken = await visitor.hears(told.ConversationTaken, lambda each: each.agent_id == mats.id)
    assert (taken.previous_agent_id, taken.turn) == (ada.id, 2)
    assert (await snapshot(ada)).cards[conversation].supervisor_ids == [olga.id]
    await mats.close(conversation, 5)
    assert (await snapshot(ada)).cards[conversation].supervisor_ids == []

    async def is_empty() -> bool:
        rows = await house.rows(
            "select role from participant where conversation_id = $1 and left_at is null", conversation
        )
        return [row["role"] for row in rows] == ["contact"]

    await eventually(is_empty)


async def test_nobody_takes_part_twice(people: Cast) -> None:
    """Nor does a holder, nor anybody in what is over; and an agent is no supervisor."""
    visitor, ada, mats = await people.visitor(), await people.agent("ada"), await people.agent("mats")
    conversation = await visitor.start()
    assert (await refusal(ada, say.JoinConversation(uuid7(), conversation))).code == RefusalCode.FORBIDDEN
    join = say.JoinConversation(uuid7(), conversation)
    first = await mats.decide(join)
    mats.heard.clear()
    assert (await mats.decide(join)).seq == first.seq

    async def why_not(frame: say.ClientFrame) -> str:
        refused = await refusal(mats, frame)
        assert refused.code == RefusalCode.CONFLICT
        return refused.message

    assert await why_not(say.JoinConversation(uuid7(), conversation)) == "you take part already"
    # It takes the turn from nobody, but whoever saw the state before is told what happened.
    with pytest.raises(Refused) as refused:
        await ada.take(conversation, 1)
    assert refused.value.frame.message == "Mats Manager joined the conversation meanwhile"
    await mats.take(conversation, 2)
    assert await why_not(say.JoinConversation(uuid7(), conversation)) == "you hold the conversation already"
    assert await why_not(say.LeaveConversation(uuid7(), conversation)) == "you did not join the conversation"
    await mats.close(conversation, 3)
    assert await why_not(say.JoinConversation(uuid7(), conversation)) == "the conversation is closed; reopen it first"
