"""The inbox's law for whoever does not see the queue: what is seen of the feed is what a fresh snapshot shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import CloseCode
from tests.chat.test_inbox_law import CONVERSATIONS, Office, steps
from tests.conftest import Cast
from tests.inbox import changes, follow, snapshot
from tests.people import eventually
from tests.servers import House

# Two who see everything do what happens; the third, who does not, is given some of it.
scripts = st.lists(st.tuples(st.integers(0, 1), st.booleans(), steps), min_size=3, max_size=14)


@pytest.fixture(scope="module")
async def office(house: House) -> AsyncIterator[Office]:
    """Two who work, and one who sees what is given to him."""
    org = await house.organization()
    async with AsyncExitStack() as stack:
        cast = Cast(org, stack)
        ada, olga, ben = [await cast.agent(name, node=node) for node, name in ((0, "ada"), (1, "olga"), (1, "ben"))]
        assert olga.http is not None
        url = house.url(olga.node)
        limits = {"withheld": ["queue.read"]}
        async with olga.http.patch(f"{url}/api/members/{ben.id}", json=limits, headers={"Origin": url}) as answer:
            assert answer.status == 200, await answer.text()
        assert await ben.hears_close() == CloseCode.RELOAD
        await ben.connect()
        visitors = [await cast.visitor(node=number % 2) for number in range(CONVERSATIONS)]
        teams = [
            (await house.rows("insert into team (org_id, name) values ($1, $2) returning id", org.id, name))[0]["id"]
            for name in ("Billing", "Sales")
        ]
        made = Office(ben, [ada, olga, ben], visitors, teams)
        made.bell = await visitors[0].start("The bell")
        await ada.decide(say.AssignConversation(uuid7(), made.bell, 1, agent_id=ben.id))
        await ada.decide(say.PrioritizeConversation(uuid7(), made.bell, 2, 2))
        yield made


@settings(
    max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(st.lists(scripts, min_size=CONVERSATIONS, max_size=CONVERSATIONS), st.booleans())
async def test_snapshot_and_feed_are_the_fresh_snapshot_of_one_s_own(
    office: Office, played: list[list[Any]], is_late: bool
) -> None:
    """Whatever comes into sight and leaves it; and no line of the feed says anything of what is not his."""
    office.listener.heard.clear()
    at_once = asyncio.gather(*map(office.play, office.visitors, played))
    if is_late:
        await asyncio.sleep(0)
    screen = await follow(office.listener)
    await at_once

    async def is_the_same() -> bool:
        await office.ring(screen)
        fresh = await snapshot(office.listener)
        return screen.cards == fresh.cards and screen.team == fresh.team

    await eventually(is_the_same)
    me = office.listener.id
    for change in changes(office.listener.heard):
        if isinstance(change, told.InboxChanged):
            card = change.card
            own = {card.assigned_agent_id, card.offered_agent_id, card.closed_by_id, *card.supervisor_ids}
            assert me in own
            assert change.counts is None
