"""Coming back: whatever was missed is there, once, in order, on any node."""

import asyncio

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.server_frames import History, Welcome
from server.protocol.values import Position
from tests.conftest import Cast
from tests.people import Visitor, eventually
from tests.servers import House


def _seqs(entries: list[told.AnyEntry]) -> list[int]:
    return [each.seq for each in entries]


async def test_a_visitor_comes_back_on_another_node_and_gets_what_it_missed(people: Cast) -> None:
    """The position is the client's: any node resumes any client."""
    visitor, agent = await people.visitor(node=0), await people.agent(node=1)
    conversation = await visitor.start()
    first = await visitor.say(conversation, "Hello?")
    await visitor.vanish()
    await agent.watch(conversation)
    for number in range(5):
        await agent.say(conversation, f"line {number}")
    position = Position(first.epoch, first.seq)
    welcome = await visitor.connect(say.Resume(conversation, position), node=1)
    (resumed,) = welcome.resumed
    assert resumed.recovered
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == [
        f"line {number}" for number in range(5)
    ]
    assert _seqs(resumed.entries) == [3, 4, 5, 6, 7]
    assert resumed.position == Position(first.epoch, 7)


async def test_notes_take_numbers_that_the_visitor_never_misses(people: Cast) -> None:
    """`after` tells each audience its own previous number; a note is a hole for nobody."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    asked = await visitor.say(conversation, "A question")
    note = await agent.say(conversation, "He is a regular.", is_internal=True)
    answered = await agent.say(conversation, "An answer")
    line = await visitor.hears_line("An answer")
    assert (line.seq, line.after) == (answered.seq, asked.seq)
    assert answered.after == note.seq
    assert visitor.lines(conversation) == ["An answer"]
    # Nor does the past show it, neither out of the ring nor out of Postgres.
    resumed = await visitor.watch(conversation, Position(asked.epoch, 1))
    assert [each.after for each in resumed.entries] == [1, asked.seq]
    await agent.stored(answered)
    tail = await visitor.watch(conversation)
    assert [type(each).__name__ for each in tail.entries] == ["ConversationStarted", "MessagePosted", "MessagePosted"]


async def test_a_long_absence_is_told_in_portions_out_of_postgres_and_the_ring(people: Cast, house: House) -> None:
    """450 entries come in answers of at most 200, contiguous, none twice."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    for number in range(0, 450, 25):
        drafts = [agent.draft(conversation, f"line {each}") for each in range(number, number + 25)]
        for draft in drafts:
            await agent.send(draft)
        for draft in drafts:
            await agent.answer(draft.id)
    reader = await people.agent("ben", node=1)
    position, seen = Position(1, 0), []
    while True:
        resumed = await reader.watch(conversation, position)
        assert resumed.recovered
        assert len(resumed.entries) <= 200
        seen += resumed.entries
        position = resumed.position
        if not resumed.has_more:
            break
    assert _seqs(seen) == list(range(1, 452))
    assert [each.after for each in seen] == list(range(451))
    assert (await house.rows("select count(*) from message where conversation_id = $1", conversation))[0][
        "count"
    ] <= 450


async def test_a_client_without_a_position_gets_the_tail(people: Cast) -> None:
    """The newest entries and the conversation's state; what is older is fetched by page."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    for number in range(70):
        await agent.say(conversation, f"line {number}")
    resumed = await visitor.watch(conversation)
    assert not resumed.recovered
    assert _seqs(resumed.entries) == list(range(22, 72))
    assert resumed.summary is not None
    assert resumed.summary.status == "waiting"
    await visitor.send(say.FetchHistory(conversation, Position(1, 22), 15))
    history = await visitor.hears(History)
    assert (_seqs(list(history.entries)), history.has_more) == (list(range(7, 22)), True)


async def test_a_position_from_the_future_loads_anew(people: Cast) -> None:
    """Whoever claims more than there is gets the tail, and is told that it is one."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.say(conversation, "one")
    resumed = await visitor.watch(conversation, Position(1, 900))
    assert not resumed.recovered
    assert _seqs(resumed.entries) == [1, 2]


async def test_all_tabs_of_a_visitor_hear_of_a_conversation_started_in_one(people: Cast) -> None:
    """A visitor hears of its own conversations without asking for each; the tab that spoke gets `accepted` alone."""
    first = await people.visitor()
    second = Visitor(people.org, node=1)
    second.token, second.contact_id = first.token, first.contact_id
    await second.connect()
    conversation = await first.start("From the first tab")
    started = await second.hears(told.ConversationStarted)
    assert (started.conversation_id, started.subject) == (conversation, "From the first tab")
    await first.say(conversation, "Hello")
    await second.hears_line("Hello")
    await second.say(conversation, "Me again")
    await first.hears_line("Me again")
    assert first.lines(conversation) == ["Me again"]
    await second.leave()


async def test_an_edit_and_a_deletion_are_entries_and_change_the_past(people: Cast, house: House) -> None:
    """Who was there hears of them; who comes later reads the newest text."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    draft = visitor.draft(conversation, "I need hlep")
    gone = visitor.draft(conversation, "wrong window")
    for each in (draft, gone):
        await visitor.send(each)
        await visitor.answer(each.id)
    edit = say.EditMessage(uuid7(), conversation, draft.id, "I need help")
    deletion = say.DeleteMessage(uuid7(), conversation, gone.id)
    for frame in (edit, deletion):
        await visitor.send(frame)
        await visitor.answer(frame.id)
    assert (await agent.hears(told.MessageEdited)).body == "I need help"
    assert (await agent.hears(told.MessageDeleted)).message_id == gone.id

    async def bodies() -> bool:
        rows = await house.rows("select body from message where conversation_id = $1 order by seq", conversation)
        return [row["body"] for row in rows] == ["I need help", ""]

    await eventually(bodies)
    await agent.stored(await agent.say(conversation, "Sure"))
    past = (await agent.get(f"/api/conversations/{conversation}/entries"))["entries"]
    posted = [each for each in past if each["type"] == "message_posted"]
    assert [(each["body"], each.get("is_edited"), each.get("is_deleted")) for each in posted] == [
        ("I need help", True, None),
        ("", None, True),
        ("Sure", None, None),
    ]


async def test_what_becomes_of_a_note_stays_with_the_team(people: Cast, house: House) -> None:
    """Its edit and its deletion are as internal as the note is; whoever says otherwise is not heeded."""
    visitor, agent, colleague = await people.visitor(), await people.agent(), await people.agent("ben", node=1)
    conversation = await visitor.start()
    await colleague.watch(conversation)
    note = await agent.say(conversation, "He is a frend", is_internal=True)
    gone = await agent.say(conversation, "He pays late", is_internal=True)
    loud = await agent.say(conversation, "Hello")
    await agent.decide(say.EditMessage(uuid7(), conversation, note.id, "He is a friend", is_internal=True))
    await agent.decide(say.DeleteMessage(uuid7(), conversation, gone.id, is_internal=True))
    assert (await colleague.hears(told.MessageEdited)).body == "He is a friend"
    assert (await colleague.hears(told.MessageDeleted)).message_id == gone.id
    # Of a message that all see the team alone would hear, and of a note everybody.
    await agent.decide(say.EditMessage(uuid7(), conversation, loud.id, "Hidden", is_internal=True))
    await agent.decide(say.DeleteMessage(uuid7(), conversation, note.id))
    await agent.stored(await agent.say(conversation, "Bye"))
    await visitor.hears_line("Bye")
    about_notes = {note.id, gone.id}
    changes = [each for each in visitor.heard if isinstance(each, told.MessageEdited | told.MessageDeleted)]
    assert [(type(each), each.message_id) for each in changes] == [(told.MessageDeleted, note.id)]
    rows = await house.rows("select body from message where conversation_id = $1 order by seq", conversation)
    assert [each["body"] for each in rows] == ["He is a friend", "", "Hello", "Bye"]
    await visitor.leave_socket()
    past = (await visitor.connect(say.Resume(conversation))).resumed[0].entries
    assert not [each for each in past if isinstance(each, told.MessageEdited) and each.message_id in about_notes]


async def test_what_is_said_while_the_past_is_read_comes_behind_it(people: Cast) -> None:
    """Hear first and hold it, then read: nothing live stands before the answer, and nothing lies in between."""
    visitor, agent = await people.visitor(), await people.agent()
    reader = await people.agent("ben", node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    is_over = asyncio.Event()

    async def talk() -> None:
        while not is_over.is_set():
            await agent.say(conversation, "on and on")

    talking = asyncio.create_task(talk())
    for _ in range(15):
        await reader.leave_socket()
        reader.heard.clear()
        welcome = await reader.connect(say.Resume(conversation))
        line = await reader.hears(told.MessagePosted)
        assert isinstance(reader.heard[0], Welcome)
        # What came in between may come twice, and is dropped by its number; it never fails to come.
        assert line.after <= welcome.resumed[0].position.seq
    is_over.set()
    await talking
