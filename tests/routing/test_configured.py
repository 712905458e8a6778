"""Setting a bot up: it is told when it comes, and at once when somebody changes it."""

from typing import Any

import pytest

from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.bot_values import DeclaredTool
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.routing.bots import first_bot


async def test_a_bot_is_told_how_it_is_set_up_and_when_that_changes(people: Cast) -> None:
    """On every node; and the team sees its new name."""
    alma, bot = await people.agent("alma"), await people.bot(node=1)
    await alma.watch(None)
    first = await bot.hears(hear.BotConfigured)
    assert (first.configuration.name, first.configuration.instructions) == ("Robbie", "Help.")
    fields = {
        "name": "Roberta",
        "instructions": "Be brief.",
        "handoff_keywords": [" lawyer ", "lawyer"],
        "temperature": 0.1,
    }
    changed = await alma.change(f"/api/bots/{bot.id}", fields)
    assert changed["configuration"]["handoff_keywords"] == ["lawyer"]
    now = await bot.hears(hear.BotConfigured, lambda each: each.configuration.name == "Roberta")
    assert (now.configuration.instructions, now.configuration.temperature) == ("Be brief.", 0.1)
    await alma.hears(told.AgentChanged, lambda each: each.agent.name == "Roberta")
    again = await people.bot()
    assert (await again.hears(hear.BotConfigured)).configuration == now.configuration


async def test_a_busy_bot_is_in_nobodys_way(people: Cast) -> None:
    """What it carries and which tools it has may move under whoever edits it; what a colleague has said may not."""
    alma, bot, visitor = await people.agent("alma"), await people.bot(), await people.visitor()
    path = f"/api/bots/{bot.id}"
    await first_bot(bot)
    shown, tag = await _shown(alma, path)
    await visitor.start()
    await bot.send(say.DeclareTools([DeclaredTool("order_status")]))
    await eventually(lambda: _has_tool(alma, path))
    now, newer = await _shown(alma, path, If_None_Match=tag)
    assert now["load"] > shown["load"]
    assert await _save(alma, path, {"instructions": "Be brief."}, tag) == 200
    assert await _save(alma, path, {"instructions": "Be verbose."}, newer) == 412
    assert (await alma.get(path))["configuration"]["instructions"] == "Be brief."


async def _shown(agent: Agent, path: str, **headers: str) -> tuple[dict[str, Any], str]:
    assert agent.http is not None
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    async with agent.http.get(agent.org.house.url() + path, headers=told) as answer:
        assert answer.status == 200
        return await answer.json(), answer.headers["ETag"]


async def _save(agent: Agent, path: str, fields: dict[str, Any], tag: str) -> int:
    assert agent.http is not None
    url = agent.org.house.url()
    async with agent.http.patch(url + path, json=fields, headers={"Origin": url, "If-Match": tag}) as answer:
        return answer.status


async def _has_tool(agent: Agent, path: str) -> bool:
    return bool((await agent.get(path))["configuration"].get("tools"))


@pytest.mark.parametrize(
    "fields",
    [{"temperature": 3}, {"answer_seconds": 1}, {"name": " "}, {"type": "butler"}, {"handoff_threshold": 1.5}],
    ids=str,
)
async def test_what_no_bot_can_be_is_refused(people: Cast, fields: dict[str, Any]) -> None:
    """And changes nothing."""
    alma, bot = await people.agent("alma"), await people.bot()
    assert (await alma.change(f"/api/bots/{bot.id}", fields, status=422))["code"] in {"invalid", "malformed"}
    assert (await alma.get(f"/api/bots/{bot.id}"))["configuration"]["name"] == "Robbie"
