"""The client makes the id once, and it decides: said twice it is one line, and nobody else's id is taken."""

import time
from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.gateway.cases import refusal
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import Raw
from tests.servers import House, Organization

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def made(ago: int) -> UUID:
    """An id that was made so many milliseconds ago."""
    return uuid7(int(time.time() * 1000) - ago)


BAD: dict[str, Callable[[], UUID]] = {
    "random": uuid4,
    "nil": lambda: UUID(int=0),
    "31 days old": lambda: made(31 * DAY),
    "of 1970": lambda: uuid7(0),
    "10 minutes ahead": lambda: made(-10 * MINUTE),
    "of the year 10889": lambda: uuid7(2**48 - 1),
}


@pytest.mark.parametrize("what", BAD)
async def test_an_id_that_is_none_is_refused(cast: Cast, bystanders: Bystanders, what: str) -> None:
    """For talk, for edits and for decisions; the conversation goes on with the next number."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    said = await visitor.say(conversation, "Good")
    for person, frame in (
        (visitor, say.PostMessage(BAD[what](), conversation, "Bad")),
        (visitor, say.EditMessage(BAD[what](), conversation, said.id, "Bad")),
        (visitor, say.DeleteMessage(BAD[what](), conversation, said.id)),
        (visitor, say.StartConversation(BAD[what]())),
        (agent, say.TakeConversation(BAD[what](), conversation, 1)),
    ):
        refused = await refusal(person, frame)
        assert (refused.code, refused.id) == ("bad_id", frame.id)
    assert (await visitor.say(conversation, "Better")).seq == said.seq + 1
    await bystanders.go_on()


@pytest.mark.parametrize("ago", [29 * DAY, DAY + MINUTE, DAY - MINUTE, -4 * MINUTE])
async def test_an_outbox_may_be_old_and_a_clock_a_little_ahead(cast: Cast, ago: int) -> None:
    """What was written before a holiday is said after it, once however often it is sent."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    draft = say.PostMessage(made(ago), conversation, "Old")
    await visitor.send(draft)
    first = await visitor.answer(draft.id)
    await visitor.leave()
    await visitor.connect()
    visitor.heard.clear()
    await visitor.send(draft)
    assert (await visitor.answer(draft.id)).seq == first.seq
    await visitor.stored(first)
    visitor.heard.clear()
    await visitor.send(draft)
    assert (await visitor.answer(draft.id)).seq == first.seq
    assert (await visitor.say(conversation, "New")).seq == first.seq + 1


async def test_a_message_whose_answer_was_lost_is_one_line(house: House, cast: Cast) -> None:
    """The connection dies right behind the message; sent again it has the number it had, and everybody saw one."""
    visitor, agent = await cast.visitor(), await cast.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    draft = visitor.draft(conversation, "Where is my order?")
    async with Raw(house) as raw:
        await raw.greet(visitor)
        await raw.say(draft)
        # It arrives, and its answer is read by nobody; a connection that dies earlier takes its last words along.
        line = await agent.hears_line("Where is my order?")
    await visitor.send(draft)
    again = await visitor.answer(draft.id)
    assert (again.epoch, again.seq, again.at) == (line.epoch, line.seq, line.at)
    await visitor.stored(again)
    await visitor.say(conversation, "Hello?")
    await agent.hears_line("Hello?")
    assert agent.lines(conversation) == ["Where is my order?", "Hello?"]
    query = "select body from message where conversation_id = $1 and id = $2"
    assert await house.rows(query, conversation, draft.id) == [{"body": "Where is my order?"}]


async def test_a_message_sent_twice_at_once_is_one_line(cast: Cast) -> None:
    """Two tabs with one outbox send the same at the same moment, with other words the second time."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    draft = visitor.draft(conversation, "First")
    await visitor.send(draft)
    await visitor.send(msgspec.structs.replace(draft, body="Second"))
    last = await visitor.say(conversation, "Third")
    resumed = await visitor.watch(conversation)
    assert [getattr(entry, "body", "") for entry in resumed.entries] == ["", "First", "Third"]
    assert last.seq == 3


@pytest.mark.parametrize("ago", [0, 2 * DAY])
async def test_somebody_else_s_id_is_taken(cast: Cast, bystanders: Bystanders, ago: int) -> None:
    """Neither the other side of a conversation nor anybody else can speak under an id that was used."""
    visitor, agent, stranger = await cast.visitor(), await cast.agent(), await cast.visitor()
    conversation, elsewhere = await visitor.start(), await stranger.start()
    mine = say.PostMessage(made(ago), conversation, "Mine")
    await visitor.send(mine)
    first = await visitor.answer(mine.id)
    await visitor.stored(first)
    refused = await refusal(agent, msgspec.structs.replace(mine, body="Stolen"))
    assert (refused.code, refused.id) == ("id_taken", mine.id)
    refused = await refusal(agent, say.TakeConversation(conversation, conversation, 1))
    assert (refused.code, refused.id) == ("id_taken", conversation)
    refused = await refusal(stranger, say.StartConversation(conversation))
    assert (refused.code, refused.id) == ("id_taken", conversation)
    await bystanders.go_on()
    await stranger.say(elsewhere, "My own")
    await stranger.send(msgspec.structs.replace(mine, conversation_id=elsewhere, body="Stolen"))
    if ago:
        assert (await stranger.hears(hear.Refused, lambda each: each.id == mine.id)).code == "id_taken"
    else:
        # The ids of a day are known by conversation: this one is found out when it is stored, and void from then on.
        assert (await stranger.hears(told.EntryVoided)).voided_id == mine.id
    rows = await cast.org.house.rows("select conversation_id, body, seq from message where id = $1", mine.id)
    assert rows == [{"conversation_id": conversation, "body": "Mine", "seq": first.seq}]


async def test_the_same_id_in_another_organization_is_another_line(
    cast: Cast, other: Organization, house: House
) -> None:
    """Nobody learns from an answer which ids others use."""
    neighbour = await cast.visitor(org=other)
    visitor = await cast.visitor()
    here, there = await visitor.start(), await neighbour.start()
    mine = visitor.draft(here, "Mine")
    theirs = msgspec.structs.replace(mine, conversation_id=there, body="Theirs")
    for person, frame in ((visitor, mine), (neighbour, theirs)):
        await person.send(frame)
        await person.stored(await person.answer(frame.id))
    rows = await house.rows("select body from message where id = $1 order by body", mine.id)
    assert [row["body"] for row in rows] == ["Mine", "Theirs"]


async def test_a_bot_that_lost_the_conversation_is_refused(cast: Cast, bystanders: Bystanders) -> None:
    """It answers for the turn it knew; by then a person has taken over."""
    visitor, bot, agent = await cast.visitor(), await cast.bot(), await cast.agent()
    conversation = await visitor.start()
    card = (await bot.given(conversation, agent)).card
    await bot.say(conversation, "May I help?", message_type="ai_response")
    await agent.take(conversation, card.version)
    for turn in (0, 1, 2):
        late = bot.draft(conversation, "I think that", turn=turn, message_type="ai_response")
        refused = await refusal(bot, late)
        assert (refused.code, refused.id) == ("stale_turn", late.id)
    await bot.given(conversation, agent, card.version + 1)
    await bot.say(conversation, "As you know,", turn=3)
    await visitor.hears_line("As you know,")
    assert visitor.lines(conversation) == ["May I help?", "As you know,"]
    await bystanders.go_on()


async def test_a_sender_that_follows_nothing_hears_what_is_stored(people: Cast) -> None:
    """Whoever only speaks needs no watch for an outbox to empty; and hears no entries that they did not ask for."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.stored(await agent.say(conversation, "I only speak"))
    await visitor.stored(await visitor.say(conversation, "And I answer"))
    await agent.stored(await agent.say(conversation, "I know"))
    assert agent.lines(conversation) == []


async def test_an_id_used_in_two_conversations_at_the_same_number_is_stored_once(people: Cast, house: House) -> None:
    """The second use is void, so that its conversation has no hole."""
    visitor = await people.visitor()
    one, two = await visitor.start(), await visitor.start()
    draft = visitor.draft(one, "twice")
    await visitor.send(draft)
    first = await visitor.answer(draft.id)
    await visitor.stored(first)
    visitor.heard.clear()
    await visitor.send(say.PostMessage(draft.id, two, "twice"))
    second = await visitor.answer(draft.id)
    assert second.seq == first.seq
    await visitor.stored(second)
    rows = await house.rows("select conversation_id from message where id = $1", draft.id)
    assert [row["conversation_id"] for row in rows] == [one]
    voids = await house.rows("select seq, kind from event where conversation_id = $1 and seq > 1", two)
    assert [(row["seq"], row["kind"]) for row in voids] == [(second.seq, "entry_voided")]
