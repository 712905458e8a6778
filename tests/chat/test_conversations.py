"""Lists of conversations, and one with everything beside it."""

from functools import partial
from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol.values import Page
from tests.conftest import Cast
from tests.inbox import changes, follow
from tests.people import Agent, eventually
from tests.servers import House


async def _ids(agent: Agent, query: str = "") -> list[str]:
    return [each["conversation_id"] for each in (await agent.get(f"/api/conversations?{query}"))["items"]]


async def test_the_list_is_narrowed_by_everything_that_a_card_shows(people: Cast, house: House) -> None:
    """Each filter alone finds the one conversation that has it, and together they find what has all of it."""
    agent, visitors = await people.agent(), [await people.visitor() for _ in range(3)]
    ids = [await each.start() for each in visitors]
    (team,) = await house.rows("insert into team (org_id, name) values ($1, 'T') returning id", people.org.id)
    await agent.decide(say.AssignConversation(uuid7(), ids[0], 1, agent_id=agent.id, team_id=team["id"]))
    await agent.decide(say.TagConversation(uuid7(), ids[1], ["vip"]))
    await agent.decide(say.PrioritizeConversation(uuid7(), ids[1], 2, 5))
    await agent.close(ids[2], 1)
    narrowed = {
        "status=closed": {2}, "status=waiting": {1}, f"assigned_agent_id={agent.id}": {0}, f"team_id={team['id']}": {0},
        "unassigned=true": {1}, f"channel_id={people.org.channel_id}": {0, 1, 2}, f"channel_id={uuid7()}": set(),
        "tag=VIP": {1}, "priority=5": {1}, "priority=3": {0, 2}, f"contact_id={visitors[2].contact_id}": {2},
        "tag=vip&priority=5&status=waiting": {1}, "tag=vip&status=closed": set(), "": {0, 1, 2},
    }  # fmt: skip
    for query, places in narrowed.items():
        assert set(await _ids(agent, query)) == {str(ids[each]) for each in places}, query


async def test_what_bots_hold_is_a_list_of_its_own(people: Cast) -> None:
    """Until somebody takes it."""
    agent, visitor, bot = await people.agent(), await people.visitor(), await people.bot()
    first, second = await visitor.start(), await visitor.start()
    await agent.take(first)
    held = await bot.given(second, agent)
    assert await _ids(agent, "bot_active=true") == [str(second)]
    await agent.take(second, held.card.version)
    assert await _ids(agent, "bot_active=true") == []


async def test_the_list_goes_by_the_last_word_and_page_by_page(people: Cast) -> None:
    """Whoever spoke last stands first; the pages together have everything once."""
    agent, visitor = await people.agent(), await people.visitor()
    ids = [await visitor.start() for _ in range(5)]
    assert await _ids(agent) == [str(each) for each in reversed(ids)]
    await visitor.stored(await visitor.say(ids[1], "Me first"))

    async def is_first() -> bool:
        return (await _ids(agent))[0] == str(ids[1])

    await eventually(is_first)
    seen, cursor = [], ""
    while True:
        page: Any = await agent.get(f"/api/conversations?limit=2&cursor={cursor}")
        seen += [each["conversation_id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(ids[each]) for each in (1, 4, 3, 2, 0)]


async def test_one_conversation_shows_who_came_from_where(people: Cast) -> None:
    """Page, browser and address of the visitor, its contact, and how often it has been here."""
    agent, visitor = await people.agent(), await people.visitor()
    await visitor.start()
    frame = say.StartConversation(
        uuid7(),
        "My lamp",
        Page(url="https://shop.example/lamps", title="Lamps", referrer="https://search.example/"),
    )
    await visitor.send(frame)
    await visitor.answer(frame.id)
    shown = await agent.get(f"/api/conversations/{frame.id}")
    assert (shown["subject"], shown["page_url"]) == ("My lamp", "https://shop.example/lamps")
    assert (shown["referrer"], shown["address"]) == ("https://search.example/", "127.0.0.1")
    assert "aiohttp" in shown["user_agent"]
    assert (shown["past_count"], shown["customer"]) == (1, None)
    assert (shown["contact"]["id"], shown["contact"]["is_anonymous"]) == (str(visitor.contact_id), True)
    assert UUID(shown["card"]["conversation_id"]) == frame.id


async def test_what_was_edited_or_taken_back_stands_so_in_every_list(people: Cast) -> None:
    """The card tells the newest text, live and loaded, and nothing of what is gone; nor does the past."""
    agent, visitor = await people.agent(), await people.visitor()
    conversation = await visitor.start()
    said = await visitor.say(conversation, "My password is hunter2")
    screen = await follow(agent)

    async def shows(words: str) -> bool:
        for change in changes(agent.heard):
            screen.take(change)
        card = (await agent.get(f"/api/conversations/{conversation}"))["card"]
        return bool(card.get("last_preview", "") == words == screen.cards[conversation].last_preview)

    await eventually(lambda: shows("My password is hunter2"))
    await agent.say(conversation, "Between us", is_internal=True)
    for frame, words in (
        (say.EditMessage(uuid7(), conversation, said.id, "It is hunter3"), "It is hunter3"),
        (say.DeleteMessage(uuid7(), conversation, said.id), ""),
    ):
        await visitor.send(frame)
        await visitor.answer(frame.id)
        await eventually(partial(shows, words))
    await agent.stored(await agent.say(conversation, "Thank you"))
    await eventually(lambda: shows("Thank you"))
    past = await people.org.house.rows(
        "select body::text from message where conversation_id = $1"
        " union all select data::text from event where conversation_id = $1",
        conversation,
    )
    assert not [each for each in past if "hunter" in each["body"]]
