"""What a member has read in one browser is read in every other one, and unread for everybody else."""

from collections.abc import Callable
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.gateway.cases import answers
from tests.inbox import changes, follow, snapshot
from tests.people import Agent, eventually


def reads(upto: int, reader: UUID) -> Callable[[hear.MarksChanged], bool]:
    """Whether somebody is told to have read so far."""
    return lambda told: (told.marks.by, told.marks.read) == (reader, upto)


async def read_by(agent: Agent, *conversations: UUID) -> dict[UUID, int]:
    """What the server knows, to the moment."""
    found = await agent.get(f"/api/inbox/reads?ids={','.join(map(str, conversations))}")
    return {UUID(each["conversation_id"]): each["upto"] for each in found["reads"]}


async def test_what_one_reads_on_the_laptop_is_read_on_the_phone(people: Cast) -> None:
    """Within a second, on whichever node, without having the conversation open; a colleague's unread is his own."""
    visitor, laptop = await people.visitor(), await people.agent(node=0)
    phone, colleague = await people.agent(node=1), await people.agent("ben", node=1)
    conversation = await visitor.start()
    said = await visitor.say(conversation, "Hello")
    screens = {each: await follow(each) for each in (phone, colleague)}
    await laptop.watch(conversation)
    await laptop.send(say.MarkRead(conversation, said.seq))
    await phone.hears(hear.MarksChanged, reads(said.seq, laptop.id), patience=5.0)
    for each, screen in screens.items():
        await answers(each, say.Pong())
        for told in each.heard:
            screen.hear(each.id, told)
    assert not [each for each in colleague.heard if isinstance(each, hear.MarksChanged)]
    # What was heard and what is loaded anew are the same, at once.
    assert screens[phone].reads == (await snapshot(phone)).reads == {conversation: said.seq}
    assert screens[colleague].reads == (await snapshot(colleague)).reads == {}


async def test_every_list_says_how_far_one_has_read(people: Cast) -> None:
    """Lists, a contact's past, and one conversation: for the one who asks."""
    visitor, agent, colleague = await people.visitor(), await people.agent(), await people.agent("ben", node=1)
    conversation, other = await visitor.start(), await visitor.start()
    said = await visitor.say(conversation, "Hello")
    await agent.watch(conversation)
    await agent.send(say.MarkRead(conversation, said.seq))
    await agent.hears(hear.MarksChanged, reads(said.seq, agent.id))
    read = [{"conversation_id": str(conversation), "upto": said.seq}]
    for path in ("/api/conversations", f"/api/contacts/{visitor.contact_id}/conversations"):
        assert (await agent.get(path))["reads"] == read
        assert (await colleague.get(path))["reads"] == []
    assert (await agent.get(f"/api/conversations/{conversation}"))["read_upto"] == said.seq
    assert (await colleague.get(f"/api/conversations/{conversation}"))["read_upto"] == 0
    assert await read_by(agent, conversation, other, uuid7()) == {conversation: said.seq}


async def test_whoever_was_away_asks_what_it_has_read_meanwhile(people: Cast) -> None:
    """The feed says nothing of it, and what was heard on a lost connection is lost."""
    visitor, laptop, phone = await people.visitor(), await people.agent(), await people.agent(node=1)
    conversation = await visitor.start()
    said = await visitor.say(conversation, "Hello")
    screen = await follow(phone)
    await phone.vanish()
    await laptop.watch(conversation)
    await laptop.send(say.MarkRead(conversation, said.seq))
    await laptop.hears(hear.MarksChanged, reads(said.seq, laptop.id))
    await phone.connect(say.Resume(None, screen.position))
    (resumed,) = phone.welcome.resumed
    assert resumed.recovered
    assert await read_by(phone, conversation) == {conversation: said.seq}
    # And from here on it hears.
    more = await visitor.say(conversation, "Still there?")
    await laptop.send(say.MarkRead(conversation, more.seq))
    await phone.hears(hear.MarksChanged, reads(more.seq, laptop.id), patience=5.0)


async def test_a_card_tells_who_spoke_last(people: Cast) -> None:
    """Nobody has to read on the phone what they wrote on the laptop."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    screen = await follow(agent)
    for speaker, who in ((visitor, visitor.contact_id), (agent, agent.id)):
        said = await speaker.say(conversation, "Hello")

        async def is_told(seq: int = said.seq) -> bool:
            for change in changes(agent.heard):
                screen.take(change)
            return screen.cards[conversation].last_seq == seq

        await eventually(is_told)
        assert screen.cards[conversation].last_sender_id == who
        assert (await snapshot(agent)).cards[conversation].last_sender_id == who
