"""Finding what was said, and who said it."""

from typing import Any
from urllib.parse import quote

import pytest

from server.core.ids import uuid7
from server.domain.chat.search import _snippet
from server.protocol import client_frames as say
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.servers import House, Organization, running


async def _hits(agent: Agent, q: str) -> list[Any]:
    return list((await agent.get(f"/api/search?q={quote(q)}"))["messages"])


async def _finds(agent: Agent, q: str, *bodies: str) -> None:
    async def found() -> bool:
        return [each["snippet"] for each in await _hits(agent, q)] == list(bodies)

    await eventually(found)


async def test_words_are_found_edited_and_forgotten(people: Cast) -> None:
    """By their beginning or a piece, notes as well; an edit is found by its new words, and a deletion not at all."""
    agent, visitor = await people.agent(), await people.visitor()
    conversation = await visitor.start()
    said = await visitor.say(conversation, "Where is my Order #10417 from Zürich?")
    await agent.say(conversation, "The order is late again", is_internal=True)
    await _finds(agent, "order", "The order is late again", "Where is my Order #10417 from Zürich?")
    (hit,) = await _hits(agent, "zür")
    assert (hit["conversation_id"], hit["message_id"], hit["seq"]) == (str(conversation), str(said.id), said.seq)
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["Zür"]
    assert (hit["contact_name"], hit["is_internal"]) == (visitor.welcome.identity.name, False)
    await _finds(agent, "0417", "Where is my Order #10417 from Zürich?")
    await _finds(agent, "late order", "The order is late again")
    await visitor.send(say.EditMessage(uuid7(), conversation, said.id, "Where is my parcel?"))
    await _finds(agent, "parcel", "Where is my parcel?")
    await _finds(agent, "zür")
    await visitor.send(say.DeleteMessage(uuid7(), conversation, said.id))
    await _finds(agent, "parcel")
    listed = await agent.get("/api/conversations?q=late")
    assert [each["conversation_id"] for each in listed["items"]] == [str(conversation)]
    assert (await agent.get("/api/conversations?q=nowhere"))["items"] == []


async def test_people_are_found(people: Cast) -> None:
    """By a piece of the name, together with what they wrote."""
    agent, visitor = await people.agent(), await people.visitor()
    conversation = await visitor.start()
    name = visitor.welcome.identity.name
    found = await agent.get(f"/api/search?q={quote(name[-4:])}")
    assert [each["id"] for each in found["people"]] == [str(visitor.contact_id)]
    listed = await agent.get(f"/api/conversations?q={quote(name)}")
    assert [each["conversation_id"] for each in listed["items"]] == [str(conversation)]


@pytest.mark.parametrize("q", ["", " ", "%", "_", "\\", "'", "':*", "&|!()", "a" * 200, "\u202e", "😀", "x'); drop"])
async def test_anything_may_be_looked_for(people: Cast, q: str) -> None:
    """Signs of the query language and of patterns are letters like others; nothing is found where nothing is."""
    agent = await people.agent()
    assert await agent.get(f"/api/search?q={quote(q)}") == {"people": [], "messages": []}


async def test_nobody_finds_what_others_said(people: Cast, other: Organization) -> None:
    """Two companies in one index."""
    agent, stranger = await people.agent(), await people.agent(org=other)
    visitor = await people.visitor()
    await visitor.say(await visitor.start(), "confidential")
    await _finds(agent, "confidential", "confidential")
    found = await stranger.get(f"/api/search?q={quote(visitor.welcome.identity.name)}")
    assert found == {"people": [], "messages": []}
    assert await _hits(stranger, "confidential") == []
    # The look-ups see all organizations, and are a wall of their own.
    async with other.house.db.scope(other.id) as tx:
        for org in (other, people.org):
            for look_up in ("search_messages($1, 'confidential', 'confidential', 9)", "search_contacts($1, 'v', 9)"):
                assert await tx._connection.fetch(f"select * from {look_up}", org.id) == []


async def test_what_is_rare_is_found_however_long_ago_it_was(people: Cast) -> None:
    """Behind everything that was said since, and after what was said lately."""
    agent, visitor = await people.agent(), await people.visitor()
    conversation = await visitor.start()
    await people.org.house.rows(
        "insert into message_search (org_id, message_id, conversation_id, seq, at, body)"
        " select $1, uuidv7(), $2, n, now() - n * interval '1 minute',"
        "        case when n in (1, 20001, 20002) then 'needle ' || n else 'hay' end"
        "   from generate_series(1, 20002) n",
        people.org.id,
        conversation,
    )
    assert [each["snippet"] for each in await _hits(agent, "needle")] == ["needle 1", "needle 20001", "needle 20002"]
    assert [each["snippet"] for each in await _hits(agent, "eedle 20001")] == ["needle 20001"]
    assert len(await _hits(agent, "ha")) == 20


def test_a_snippet_is_round_the_first_word_and_marks_count_as_javascript_does() -> None:
    """One line, cut between words, with an emoji counting two."""
    body = "word " * 40 + "😀 here it\n is: Lamp and lamp " + "more " * 60
    snippet, marks = _snippet(body, ["lamp"])
    assert snippet.startswith("…word")
    assert snippet.endswith("…")
    assert "\n" not in snippet
    units = snippet.encode("utf-16-le")
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end in marks] == ["Lamp", "lamp"]


async def test_the_search_goes_on_where_it_stopped() -> None:
    """What was said while no worker ran is found when one comes back."""
    async with running(webs=1, workers=1) as house:
        org = await house.organization()
        people = Cast(org, house._exits)
        agent, visitor = await people.agent(), await people.visitor()
        conversation = await visitor.start()
        await visitor.say(conversation, "before")
        await _finds(agent, "before", "before")
        assert house.workers[0].stop() == 0
        await visitor.say(conversation, "meanwhile")
        house.workers[0].start()
        await _finds(agent, "meanwhile", "meanwhile")


@pytest.mark.parametrize("word", ["山本", "نور", "grüße"])
async def test_letters_of_every_script_are_letters_to_the_index_of_pieces(house: House, word: str) -> None:
    """Else a search in them reads every message there is."""
    (row,) = await house.rows("select show_trgm($1) as pieces", word)
    assert len(row["pieces"]) > len(word)
