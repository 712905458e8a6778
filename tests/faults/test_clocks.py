"""Clocks that are wrong by hours, on some of the nodes, harm neither order nor times."""

import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from server.core.ids import uuid7_ms
from server.protocol import server_frames as hear
from tests.browser import Browser
from tests.conftest import Cast
from tests.servers import Databases, House

HOUR = 3600
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
async def house(databases: Databases) -> AsyncIterator[House]:
    """The first web is hours ahead and the worker hours behind; the second web is right."""
    made = House(databases, workers=1)
    for process, wrong_by in ((made.webs[0], 5 * HOUR), (made.workers[0], -7 * HOUR)):
        folder = Path(__file__).parent / "wrong_clock"
        process.add_settings(PYTHONPATH=str(folder), CLOCK_WRONG_BY=str(wrong_by))
    async with made:
        yield made


@pytest.fixture
async def people(house: House) -> AsyncIterator[Cast]:
    """People of a company in that installation."""
    async with AsyncExitStack() as stack:
        yield Cast(await house.organization(), stack)


async def test_order_and_times_are_those_of_the_clock_that_all_share(people: Cast, house: House) -> None:
    """Whoever speaks through whichever node; nothing lies in the future or the past."""
    visitor, agent = await people.visitor(node=0), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    places = []
    for number in range(3):
        places.append(await visitor.say(conversation, f"question {number}"))
        await agent.hears_line(f"question {number}")
        places.append(await agent.say(conversation, f"answer {number}"))
        await visitor.hears_line(f"answer {number}")
    for place in places:
        assert abs(place.at - time.time() * 1000) < MINUTE_MS
        await (visitor if place in places[::2] else agent).stored(place)
    assert all(one.at < two.at and one.seq < two.seq for one, two in itertools.pairwise(places))
    rows = await house.rows("select id, at from message where conversation_id = $1 order by seq", conversation)
    assert [int(row["at"].timestamp() * 1000) for row in rows] == [place.at for place in places]
    events = await house.rows("select id, at from event where conversation_id = $1", conversation)
    for row in rows + events:
        assert abs(uuid7_ms(row["id"]) - time.time() * 1000) < MINUTE_MS
        assert abs(row["at"].timestamp() - time.time()) < 60


async def test_who_is_there_and_who_may_come_in_is_the_same_on_every_node(people: Cast, house: House) -> None:
    """Presence and the ends of tokens are times as well."""
    await people.agent(node=1)
    for node in (0, 1):
        visitor = await people.visitor(node=node)
        await visitor.hears(hear.AvailabilityChanged, lambda each: each.is_online)
        assert abs(visitor.welcome.server_time - time.time() * 1000) < MINUTE_MS
        again = {"widget_key": people.org.widget_key, "token": visitor.token}
        for other in (0, 1):
            session = await Browser(house, node=other).post("/api/widget/sessions", again)
            assert session.json["contact_id"] == str(visitor.contact_id)
        assert (await Browser(house, node=node).log_in(people.org.email("ada"))).status == 200
