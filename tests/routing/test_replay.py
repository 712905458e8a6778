"""What the simulator says is what the servers did: a short day on real servers, read from Postgres, played again."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest

from server.core.db import open_db
from server.core.ids import uuid7
from server.domain.routing.simulate.day import run
from server.domain.routing.simulate.reading import read_day
from server.domain.routing.simulate.recording import Recording, arrivals, read_recording, workers
from server.domain.routing.simulate.replay import replay
from server.domain.routing.simulate.scenario import People
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.routing.queue import connected, offered, work_queue
from tests.servers import Organization


@pytest.fixture
async def crew(people: Cast) -> AsyncIterator[list[Agent]]:
    """Two with two places each, and one who only sets things up."""
    mats = Agent(people.org, "mats")
    await mats.login()
    await work_queue(mats, strategy="least_busy", offer_seconds=5)
    await people.org.house.rows("update agent set max_load = 2 where org_id = $1", people.org.id)
    found = [await people.agent("ada", node=0), await people.agent("ben", node=1)]
    for each in found:
        await each.watch(None)
    await eventually(lambda: connected(people.org, 2))
    yield found
    await mats.leave()


async def record(org: Organization, since: int) -> Recording:
    """The day until now, as an operator's command reads it; through a file, as it is kept."""
    url = org.house.databases.environment["DATABASE_URL"]
    lookup, db = await open_db(url, "fd_lookup", size=1), await open_db(url, "fd_app", size=1)
    try:
        found = await read_day(lookup, db, org.slug, since, int(time.time() * 1000) + 1_000)
        return read_recording(msgspec.json.encode(found), name="day.json")
    finally:
        await lookup.close()
        await db.close()


async def asked(org: Organization) -> list[tuple[UUID, UUID, list[str]]]:
    """The servers' own record, the first offer first."""
    rows = await org.house.rows(
        "select conversation_id, agent_id, why from assignment"
        " where org_id = $1 and offered_at is not null order by created_at",
        org.id,
    )
    return [
        (row["conversation_id"], row["agent_id"], [each["agent_id"] for each in row["why"]["ranked"]]) for row in rows
    ]


async def test_a_recorded_day_gives_the_same_offers_again(crew: list[Agent], people: Cast) -> None:
    """Arrivals at once, yes, no, silence, a close, one taken by hand, one given back, somebody away and back."""
    since = int(time.time() * 1000) - 60_000
    org, by_id = people.org, {each.id: each for each in crew}
    visitors = [await people.visitor(node=number % 2) for number in range(7)]

    async def standing(count: int) -> dict[UUID, Agent]:
        rows = await org.house.rows(
            "select id, offered_agent_id from conversation where org_id = $1 and offered_agent_id is not null", org.id
        )
        return {row["id"]: by_id[row["offered_agent_id"]] for row in rows} if len(rows) == count else {}

    first = await visitors[0].start()
    holder = await offered(tuple(crew), first)
    await holder.decide(say.AcceptOffer(uuid7(), first))
    second = await visitors[1].start()
    shy = await offered(tuple(crew), second)
    await shy.decide(say.DeclineOffer(uuid7(), second, "at lunch"))
    brave = await offered(tuple(crew), second, but=shy.id)
    await brave.decide(say.AcceptOffer(uuid7(), second))
    # Places for two more; the others wait, and one answers nothing. One after the other while there are places: what
    # came while the router looked is in the record, but not whether it saw it already.
    await visitors[2].start()
    await eventually(lambda: standing(1))
    await visitors[3].start()
    offers = await eventually(lambda: standing(2))
    await asyncio.gather(*(each.start() for each in visitors[4:]))
    silent, *_ = offers
    for conversation_id, agent in offers.items():
        if conversation_id != silent:
            await agent.decide(say.AcceptOffer(uuid7(), conversation_id))
    await choose(holder, "away")
    await eventually(lambda: _expired(org, silent), patience=15)
    await choose(holder, "online")
    versions = await org.house.rows("select version from conversation where org_id = $1 and id = $2", org.id, first)
    await holder.close(first, versions[0]["version"])
    await visitors[0].hears(told.ConversationClosed)
    await eventually(lambda: standing(2))

    recording = await record(org, since)
    again = replay(recording)
    assert again.differences == []
    happened = await asked(org)
    assert len(happened) >= 6
    assert [(e.conversation_id, e.agent_id, [str(o) for o in e.ranked]) for e in again.offers] == happened
    assert {"arrived", "accepted", "declined", "expired", "ended", "chose"} <= {each.kind for each in recording.steps}

    # The same visitors on a day of other people: what is recorded of them is kept, the rest is drawn.
    rules = {each.team_id: each for each in recording.rules}
    outcome = run(workers(recording), rules, arrivals(recording), People(patience=None))
    assert len(outcome.stories) == 7
    # Were the router another, one would see it.
    backwards = [
        msgspec.structs.replace(each, last_offered_at=0, priority=5 if each.agent_id == crew[1].id else 0)
        for each in recording.seats
    ]
    assert replay(msgspec.structs.replace(recording, seats=backwards)).differences


async def choose(agent: Agent, availability: str) -> None:
    assert agent.http is not None
    url, body = agent.org.house.url(agent.node), {"availability": availability}
    async with agent.http.put(f"{url}/api/me/availability", json=body, headers={"Origin": url}) as answer:
        assert answer.status == 200, await answer.text()


async def _expired(org: Organization, conversation_id: UUID) -> bool:
    rows = await org.house.rows(
        "select 1 from assignment where org_id = $1 and conversation_id = $2 and state = 'expired'",
        org.id, conversation_id,
    )  # fmt: skip
    return bool(rows)
