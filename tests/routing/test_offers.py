"""Offers over real sockets: who is asked, who answers, what becomes of silence, and that nobody is asked too much."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.people import Agent, Refused, eventually
from tests.servers import House, Organization


async def work_queue(lead: Agent, **rule: Any) -> None:
    """Let the router work the organization's own queue."""
    assert lead.http is not None
    url = lead.org.house.url(lead.node)
    async with lead.http.put(f"{url}/api/routing/queue", json=rule, headers={"Origin": url}) as answer:
        assert answer.status == 200, await answer.text()


@pytest.fixture
async def desk(people: Cast) -> AsyncIterator[tuple[Agent, Agent]]:
    """Ada and Ben at their consoles, on two nodes, and a queue that goes to whoever is least busy."""
    ada, ben = await people.agent("ada", node=0), await people.agent("ben", node=1)
    # Without a socket: whoever only sets it up is asked nothing.
    mats = Agent(people.org, "mats")
    await mats.login()
    await work_queue(mats, strategy="least_busy", offer_seconds=5)
    for each in (ada, ben):
        await each.watch(None)
    await eventually(lambda: _connected(ada.org, 2))
    yield ada, ben
    await mats.leave()


async def _connected(org: Organization, count: int) -> bool:
    rows = await org.house.rows("select 1 from agent where org_id = $1 and is_connected", org.id)
    return len(rows) >= count


async def offered(agents: tuple[Agent, ...], conversation_id: UUID, *, but: UUID | None = None) -> Agent:
    """Whom the router asks, as every console sees it."""

    def fits(each: told.InboxChanged) -> bool:
        card = each.card
        asked = card.offered_agent_id
        return card.conversation_id == conversation_id and asked is not None and asked != but

    heard = [await agent.hears(told.InboxChanged, fits) for agent in agents]
    assert len({each.card.offered_agent_id for each in heard}) == 1
    assert heard[0].card.status == "waiting"
    return next(agent for agent in agents if agent.id == heard[0].card.offered_agent_id)


async def loads(org: Organization) -> dict[UUID, float]:
    """What everybody carries, after it was compared with what they hold and are offered."""
    rows = await org.house.rows(
        """
        select a.id, a.active_load::float8 as load, coalesce(sum(c.load), 0)::float8 as counted
          from agent a
          left join conversation c on c.org_id = a.org_id and c.deleted_at is null
           and (c.offered_agent_id = a.id or (c.status = 'assigned' and c.assigned_agent_id = a.id))
         where a.org_id = $1
         group by a.org_id, a.id
        """,
        org.id,
    )
    assert all(row["load"] == row["counted"] for row in rows)
    return {row["id"]: row["load"] for row in rows}


async def test_what_waits_is_offered_and_whoever_accepts_holds_it(desk: tuple[Agent, Agent], people: Cast) -> None:
    """The visitor sees a name only when somebody has said yes; the why stays."""
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    asked = await offered(desk, conversation_id)
    other = next(each for each in desk if each is not asked)

    with pytest.raises(Refused, match="conflict"):
        await other.decide(say.AcceptOffer(uuid7(), conversation_id))
    frame = say.AcceptOffer(uuid7(), conversation_id)
    first = await asked.decide(frame)
    assert (await asked.post(f"/api/conversations/{conversation_id}/accept", {"id": str(frame.id)}))["seq"] == first.seq

    taken = await visitor.hears(told.ConversationTaken)
    assert (taken.agent_id, taken.was_offered, taken.turn) == (asked.id, True, 1)
    assert not [each for each in visitor.heard if isinstance(each, told.ConversationOffered | told.OfferEnded)]
    steps = (await asked.get(f"/api/conversations/{conversation_id}/assignments"))["assignments"]
    assert [(each["state"], each["agent_id"]) for each in steps] == [("accepted", str(asked.id))]
    ranked = [each["agent_id"] for each in steps[0]["why"]["ranked"]]
    assert ranked[0] == str(asked.id)
    assert set(ranked) == {str(each.id) for each in desk}
    left_out = {each["obstacle"] for each in steps[0]["why"]["left_out"]}
    assert left_out == {"offline"}
    assert (await loads(asked.org))[asked.id] == 1


async def test_declined_and_unanswered_it_goes_to_the_next_and_round_again(
    desk: tuple[Agent, Agent], people: Cast
) -> None:
    """Nobody is left alone with a no, and nothing is lost by a silence."""
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    asked = await offered(desk, conversation_id)
    other = next(each for each in desk if each is not asked)
    await asked.decide(say.DeclineOffer(uuid7(), conversation_id, "at lunch"))
    assert await offered(desk, conversation_id, but=asked.id) is other
    assert (await loads(asked.org))[asked.id] == 0
    # The other says nothing: the offer runs out, and when all have refused it begins anew.
    await asyncio.wait_for(_offers_of(asked.org, conversation_id, 3), 25)
    rows = await asked.org.house.rows(
        "select state, agent_id from assignment where org_id = $1 and conversation_id = $2 order by created_at",
        asked.org.id, conversation_id,
    )  # fmt: skip
    assert [row["state"] for row in rows[:2]] == ["declined", "expired"]
    assert [row["agent_id"] for row in rows[:2]] == [asked.id, other.id]
    gone = next(each for each in desk if each.id != rows[2]["agent_id"])
    with pytest.raises(Refused, match="run out"):
        await gone.decide(say.AcceptOffer(uuid7(), conversation_id))


async def _offers_of(org: Organization, conversation_id: UUID, count: int) -> None:
    async def enough() -> bool:
        rows = await org.house.rows(
            "select 1 from assignment where org_id = $1 and conversation_id = $2", org.id, conversation_id
        )
        return len(rows) >= count

    await eventually(enough, patience=25)


async def test_nobody_gets_more_than_they_can_carry_and_a_freed_place_goes_to_whoever_waits_longest(
    desk: tuple[Agent, Agent], people: Cast, house: House
) -> None:
    """Many at once over two nodes; a close offers the next in the very same transaction."""
    org = desk[0].org
    await house.rows("update agent set max_load = 2 where org_id = $1", org.id)
    visitors = [await people.visitor(node=number % 2) for number in range(6)]
    started = await asyncio.gather(*(each.start() for each in visitors))

    async def asked() -> list[dict[str, Any]]:
        rows = await house.rows(
            "select id, offered_agent_id from conversation where org_id = $1 and offered_agent_id is not null", org.id
        )
        return rows if len(rows) == 4 else []

    offers = await eventually(asked)
    assert sorted((await loads(org)).values())[-2:] == [2, 2]
    by_id = {each.id: each for each in desk}
    await asyncio.gather(
        *(by_id[row["offered_agent_id"]].decide(say.AcceptOffer(uuid7(), row["id"])) for row in offers)
    )
    waiting = await house.rows(
        "select id from conversation where org_id = $1 and status = 'waiting' order by queued_at", org.id
    )
    assert {row["id"] for row in waiting} == set(started) - {row["id"] for row in offers}
    first = offers[0]
    holder = by_id[first["offered_agent_id"]]
    versions = await house.rows("select version from conversation where org_id = $1 and id = $2", org.id, first["id"])
    await holder.close(first["id"], versions[0]["version"])
    # One transaction: the moment one can see the close, the offer stands.
    after = await house.rows(
        "select id, offered_agent_id from conversation where org_id = $1 and offered_agent_id is not null", org.id
    )
    assert [(row["id"], row["offered_agent_id"]) for row in after] == [(waiting[0]["id"], holder.id)]
    assert max((await loads(org)).values()) == 2


async def test_who_takes_by_hand_ends_the_offer(desk: tuple[Agent, Agent], people: Cast) -> None:
    """The one who was asked sees that it is gone."""
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    asked = await offered(desk, conversation_id)
    other = next(each for each in desk if each is not asked)
    await other.take(conversation_id, version=2)
    with pytest.raises(Refused, match="somebody else took"):
        await asked.decide(say.AcceptOffer(uuid7(), conversation_id))
    steps = (await other.get(f"/api/conversations/{conversation_id}/assignments"))["assignments"]
    assert [each["state"] for each in steps] == ["withdrawn", "taken"]
    assert (await loads(asked.org))[asked.id] == 0


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


async def test_cards_say_who_is_next_and_offers_come_with_every_snapshot(
    desk: tuple[Agent, Agent], people: Cast, house: House
) -> None:
    """A level of priority counts as ten minutes; and an offer is seen after a reload, however many came later."""
    org = desk[0].org
    await house.rows("update agent set max_load = 0.5 where org_id = $1", org.id)
    older, newer = [await (await people.visitor()).start() for _ in range(2)]
    rows = await house.rows("select id, version from conversation where org_id = $1 order by started_at", org.id)
    await desk[0].decide(say.PrioritizeConversation(uuid7(), newer, rows[1]["version"], 4))

    async def cards() -> dict[str, dict[str, Any]]:
        found = (await desk[0].get("/api/inbox"))["cards"]
        return {each["conversation_id"]: each for each in found}

    shown = await cards()
    assert shown[str(older)]["serve_at"] == shown[str(older)]["queued_at"]
    assert shown[str(newer)]["serve_at"] == shown[str(newer)]["queued_at"] - 600_000
    await house.rows("update agent set max_load = 9 where org_id = $1", org.id)
    await desk[0].decide(say.PrioritizeConversation(uuid7(), older, rows[0]["version"], 2))
    asked = await offered(desk, older)
    assert str(older) in {each["conversation_id"] for each in (await asked.get("/api/inbox?limit=1"))["cards"]}
    other = next(each for each in desk if each is not asked)
    assert str(older) not in {each["conversation_id"] for each in (await other.get("/api/inbox?limit=1"))["cards"]}


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
    assert lead.http is not None
    url = lead.org.house.url(lead.node)
    body = {"plan": {"timezone": "Europe/Berlin", "weekly": weekly, "holidays": []}}
    async with lead.http.put(f"{url}/api/organization/hours", json=body, headers={"Origin": url}) as answer:
        assert answer.status == 200, await answer.text()


async def _offers(org: Organization, conversation_id: UUID) -> list[dict[str, Any]]:
    asked = "select id from assignment where org_id = $1 and conversation_id = $2"
    return await org.house.rows(asked, org.id, conversation_id)
