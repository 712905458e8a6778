"""Ticks, typing and who is there."""

from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.people import Visitor, eventually
from tests.servers import House


async def test_marks_move_forward_and_reach_the_other_side_and_postgres(people: Cast, house: House) -> None:
    """`delivered` and `read` come from the other participants; an old mark moves nothing back."""
    visitor, agent = await people.visitor(node=0), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    said = await visitor.say(conversation, "Hello")
    await agent.send(say.MarkDelivered(conversation, said.seq))
    await visitor.hears(hear.MarksChanged, lambda each: each.marks.delivered == said.seq)
    await agent.send(say.MarkRead(conversation, said.seq))
    # Who opens a chat is seen to have read it within a second.
    await visitor.hears(hear.MarksChanged, lambda each: each.marks.read == said.seq, patience=5.0)
    await agent.send(say.MarkRead(conversation, 1))
    await agent.send(say.MarkRead(conversation, 2**40))
    resumed = await visitor.watch(conversation)
    (marks,) = resumed.marks
    assert (marks.by, marks.delivered, marks.read) == (agent.id, said.seq, said.seq)

    async def is_stored() -> bool:
        rows = await house.rows(
            "select last_read_seq, last_delivered_seq from participant where conversation_id = $1 and agent_id = $2",
            conversation,
            agent.id,
        )
        return [tuple(row.values()) for row in rows] == [(said.seq, said.seq)]

    await eventually(is_stored)


async def test_typing_reaches_the_others_and_nobody_else(people: Cast) -> None:
    """Not the one who types, and not a visitor when a note is being written."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    colleague = await people.agent("ben")
    conversation = await visitor.start()
    for each in (agent, colleague):
        await each.watch(conversation)
    await visitor.send(say.SetTyping(conversation))
    heard = await agent.hears(hear.TypingChanged)
    assert (heard.sender.id, heard.is_typing) == (visitor.contact_id, True)
    await agent.send(say.SetTyping(conversation, is_internal=True))
    await colleague.hears(hear.TypingChanged, lambda each: each.sender.name == "Ada Agent")
    await agent.send(say.SetTyping(conversation, is_typing=False))
    told = await visitor.hears(hear.TypingChanged)
    assert (told.sender.name, told.is_typing) == ("Ada Agent", False)
    assert not [each for each in agent.heard if isinstance(each, hear.TypingChanged) and each.sender.id == agent.id]


async def test_a_visitor_hears_when_somebody_comes_to_answer(people: Cast) -> None:
    """Availability is the organization's: nobody, and then one."""
    early = Visitor(people.org, node=1)
    await early.connect()
    assert not (await early.hears(hear.AvailabilityChanged)).is_online
    await people.agent(node=0)
    await early.hears(hear.AvailabilityChanged, lambda each: each.is_online)
    late = await people.visitor()
    assert (await late.hears(hear.AvailabilityChanged)).is_online
    await early.leave()


async def test_marks_and_typing_do_nothing_in_somebody_elses_conversation(people: Cast) -> None:
    """A visitor who guesses an id moves nothing there."""
    visitor, stranger = await people.visitor(), await people.visitor()
    agent = await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    await stranger.send(say.MarkRead(conversation, 1))
    await stranger.send(say.SetTyping(conversation))
    own = await stranger.start()
    await stranger.say(own, "I am done")
    assert (await agent.watch(conversation)).marks == []
    assert not [each for each in agent.heard if isinstance(each, hear.TypingChanged)]
