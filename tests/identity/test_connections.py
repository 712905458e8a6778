"""Where a bot is connected: on which nodes, and since when."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.core.clock import now_ms
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.servers import House, running


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Two nodes on which whoever is gone counts as there for longer than this story lasts."""
    async with running(webs=2, workers=1, FRONTDESK_PRESENCE_GRACE="60") as made:
        yield made


async def test_a_bot_s_page_says_where_it_is_connected(people: Cast) -> None:
    """Each of its sockets, the oldest first; one that was closed no more, though its grace has not ended."""
    olga, begun = Agent(people.org, "olga"), now_ms()
    await olga.login()
    first = await people.bot()
    await first.is_there()
    second = await people.bot(node=1)

    async def connections(many: int) -> Any:
        found = (await olga.get(f"/api/bots/{first.id}"))["connections"]
        return found if len(found) == many else None

    try:
        both = await eventually(lambda: connections(2))
        assert len({each["node"] for each in both}) == 2
        assert begun - 1_000 <= both[0]["since"] <= both[1]["since"] <= now_ms() + 1_000
        await second.leave()
        assert await eventually(lambda: connections(1)) == both[:1]
        assert (await olga.get(f"/api/bots/{first.id}"))["is_connected"]
        await first.leave()
        # It counts as there for its grace, and is connected nowhere.
        await eventually(lambda: _is_nowhere(olga, str(first.id)))
    finally:
        await olga.leave()


async def _is_nowhere(olga: Agent, bot_id: str) -> bool:
    return not (await olga.get(f"/api/bots/{bot_id}"))["connections"]
