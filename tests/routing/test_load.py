"""What an offer weighs, as the team sees it: on whoever is asked, and on nobody once somebody else was faster."""

from typing import Any
from uuid import UUID

from tests.conftest import Cast
from tests.inbox import Screen, changes, follow, snapshot
from tests.people import Agent, eventually
from tests.routing.queue import offered


async def _shows(agent: Agent, screen: Screen, who: UUID, **what: Any) -> None:
    async def so() -> bool:
        for change in changes(agent.heard):
            screen.take(change)
        line = screen.team[who]
        return all(getattr(line, name) == value for name, value in what.items())

    await eventually(so)


async def test_an_offer_weighs_on_whoever_is_asked_until_somebody_was_faster(
    desk: tuple[Agent, Agent], people: Cast
) -> None:
    """Taken by hand, closed or answered: a console that only listens shows what a fresh one shows."""
    vera, visitor = await people.agent("vera"), await people.visitor()
    screen = await follow(vera)
    conversation_id = await visitor.start()
    asked = await offered(desk, conversation_id)
    other = next(agent for agent in desk if agent is not asked)
    await _shows(vera, screen, asked.id, active_load=1, conversation_count=0)
    (row,) = await people.org.house.rows("select version from conversation where id = $1", conversation_id)
    await other.take(conversation_id, row["version"])
    await _shows(vera, screen, other.id, active_load=1, conversation_count=1)
    await _shows(vera, screen, asked.id, active_load=0, conversation_count=0)
    await other.close(conversation_id, row["version"] + 1)
    await _shows(vera, screen, other.id, active_load=0, conversation_count=0)

    async def same() -> bool:
        for change in changes(vera.heard):
            screen.take(change)
        return screen.team == (await snapshot(vera)).team

    # Whoever is connected may still be about to be told.
    await eventually(same)
