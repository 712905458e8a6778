"""Setting a bot up: it is told when it comes, and at once when somebody changes it."""

from typing import Any

import pytest

from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.conftest import Cast


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
