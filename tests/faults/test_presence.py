"""Webs, workers and Valkey die: who is there stays true, and nobody is said to have gone who has not."""

from uuid import UUID

from tests.conftest import Cast
from tests.faults.stubborn import NOT_NOW
from tests.faults.test_log_lost import empty
from tests.people import Agent, eventually
from tests.servers import House


async def _comings(house: House, agent_id: UUID) -> list[str]:
    asked = "select kind from event where subject_id = $1 and kind like 'agent_%connected' order by at"
    return [row["kind"] for row in await house.rows(asked, agent_id)]


async def _have_come(house: House, agent_id: UUID, *kinds: str) -> None:
    async def so() -> bool:
        return await _comings(house, agent_id) == list(kinds)

    await eventually(so, patience=20)


async def _stays(agent: Agent) -> bool:
    """Comes back like a console whose socket was closed."""
    try:
        if agent.close_code is not None:
            await agent.connect()
    except (*NOT_NOW, OSError):
        return False
    return agent.close_code is None


async def test_a_node_and_a_worker_die_and_their_agents_are_told_right(people: Cast, house: House) -> None:
    """Whoever was on the node alone is gone after the grace, once; whoever is elsewhere as well never was."""
    alone, both, elsewhere = (
        await people.agent("ada", node=1),
        await people.agent("ben", node=1),
        await people.agent("ben"),
    )
    for who in (alone, both):
        await _have_come(house, who.id, "agent_connected")
    house.workers[0].kill()
    house.webs[1].kill()
    await _have_come(house, alone.id, "agent_connected", "agent_disconnected")
    assert await _comings(house, elsewhere.id) == ["agent_connected"]
    house.workers[0].start()
    house.webs[1].start()
    await house.ready(1)
    await alone.connect(node=1)
    await _have_come(house, alone.id, "agent_connected", "agent_disconnected", "agent_connected")


async def test_nobody_is_gone_because_valkey_was(people: Cast, house: House) -> None:
    """It comes back and knows no lease; the nodes tell it again, and consoles come back in time."""
    ada, ben = await people.agent("ada"), await people.agent("ben", node=1)
    for who in (ada, ben):
        await _have_come(house, who.id, "agent_connected")
    empty(house)
    await eventually(lambda: _stays(ada))
    await ben.leave_socket()
    await _have_come(house, ben.id, "agent_connected", "agent_disconnected")
    assert await _comings(house, ada.id) == ["agent_connected"]
