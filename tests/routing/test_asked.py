"""Who is asked: whoever is there, in their hours, and speaks the language; nobody waits for whoever is gone."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.people import Agent, Visitor, eventually
from tests.routing.queue import offered, put
from tests.servers import Organization


async def test_whoever_vanishes_keeps_nobody_waiting(desk: tuple[Agent, Agent], people: Cast) -> None:
    """After the grace, what a dead console left unanswered is offered on; what was answered comes when it is needed."""
    visitor, answered = await people.visitor(), await people.visitor()
    first = await visitor.start()
    asked = await offered(desk, first)
    other = next(each for each in desk if each is not asked)
    await asked.decide(say.AcceptOffer(uuid7(), first))
    await visitor.say(first, "Is anybody there?")
    second = await answered.start()
    # Until then it changes under whoever would take it.
    assert await offered(desk, second) is other
    await asked.take(second, version=await _version(asked.org, second))
    await answered.say(second, "Hello?")
    await asked.watch(second)
    await asked.say(second, "Hello. I look into it.")
    await _spoken(asked.org, {first: 1, second: 2})
    await asked.vanish()
    given_back = await visitor.hears(told.ConversationReleased, patience=20)
    assert (given_back.previous_agent_id, given_back.sender.kind) == (asked.id, "system")
    assert await offered((other,), first, but=asked.id) is other
    assert not [each for each in answered.heard if isinstance(each, told.ConversationReleased)]
    await answered.say(second, "And?")
    await answered.hears(told.ConversationReleased)
    await offered((other,), second, but=asked.id)


async def _version(org: Organization, conversation_id: UUID) -> int:
    rows = await org.house.rows(
        "select version from conversation where org_id = $1 and id = $2", org.id, conversation_id
    )
    version: int = rows[0]["version"]
    return version


async def _spoken(org: Organization, counts: dict[UUID, int]) -> None:
    """Wait until so many messages of each conversation are stored."""

    async def stored() -> bool:
        asked = "select conversation_id, message_count from conversation_live where org_id = $1"
        found = {row["conversation_id"]: row["message_count"] for row in await org.house.rows(asked, org.id)}
        return found.items() >= counts.items()

    await eventually(stored)


async def test_whoever_speaks_the_language_of_the_browser_is_asked_first(
    desk: tuple[Agent, Agent], people: Cast
) -> None:
    """However busy: a region counts as its language, and a language that nobody speaks keeps nobody waiting."""
    ada, ben = desk
    await ada.org.house.rows("update agent set languages = '{pt-PT}' where org_id = $1 and id = $2", ada.org.id, ben.id)
    for wanted, speaks in (("pt-BR,pt;q=0.9,en;q=0.5", {ben}), ("pt", {ben}), ("eo", {ada, ben})):
        visitor = Visitor(ada.org)
        visitor.headers["Accept-Language"] = wanted
        await visitor.connect()
        conversation_id = await visitor.start()
        asked = await offered(desk, conversation_id)
        assert asked in speaks
        await asked.decide(say.AcceptOffer(uuid7(), conversation_id))
        await visitor.leave()


async def test_outside_its_hours_a_queue_asks_nobody(desk: tuple[Agent, Agent], people: Cast) -> None:
    """It waits until somebody is on duty: because the hours were changed, and when the clock opens them."""
    ada, _ = desk
    olga = Agent(ada.org, "olga")
    await olga.login()
    closed: list[Any] = [[]] * 7
    open_: list[Any] = [[["00:00", "24:00"]]] * 7
    await _put_hours(olga, closed)
    visitor = await people.visitor()
    first = await visitor.start()
    await visitor.hears(hear.QueueMoved)
    assert not await _offers(ada.org, first)
    await _put_hours(olga, open_)
    asked = await offered(desk, first)
    await asked.decide(say.AcceptOffer(uuid7(), first))
    await _put_hours(olga, closed)
    second = await visitor.start()
    await visitor.hears(hear.QueueMoved, lambda each: each.conversation_id == second)
    assert not await _offers(ada.org, second)
    # As when the minute comes: nothing happens but that it is open.
    await ada.org.house.rows("update business_hours set weekly = $2 where org_id = $1", ada.org.id, open_)
    await offered(desk, second)
    await olga.leave()


async def _put_hours(lead: Agent, weekly: list[Any]) -> None:
    plan = {"timezone": "Europe/Berlin", "weekly": weekly, "holidays": []}
    await put(lead, "/api/organization/hours", {"plan": plan})


async def _offers(org: Organization, conversation_id: UUID) -> list[dict[str, Any]]:
    asked = "select id from assignment where org_id = $1 and conversation_id = $2"
    return await org.house.rows(asked, org.id, conversation_id)
