"""A queue that the router works, and what is to be seen of it."""

from typing import Any
from uuid import UUID

from server.protocol import entries as told
from tests.people import Agent
from tests.servers import Organization


async def put(lead: Agent, path: str, body: dict[str, Any]) -> None:
    """Put something in the place of what was there, as a console does."""
    assert lead.http is not None
    url = lead.org.house.url(lead.node)
    async with lead.http.put(url + path, json=body, headers={"Origin": url}) as answer:
        assert answer.status == 200, await answer.text()


async def work_queue(lead: Agent, **rule: Any) -> None:
    """Let the router work the organization's own queue."""
    await put(lead, "/api/routing/queue", rule)


async def connected(org: Organization, count: int) -> bool:
    """Whether so many agents are there, as Postgres knows it."""
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
