"""Offers over real sockets: who is asked, who answers, what becomes of silence, and that nobody is asked too much."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import Agent, Refused, eventually
from tests.routing.queue import loads, offered
from tests.servers import House, Organization


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
