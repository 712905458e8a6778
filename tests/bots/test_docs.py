"""What docs/bots.md and the README of the package show runs as it stands there."""

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from build_faces import node_environment
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.collaboration_values import Collaboration
from tests.bots.conftest import bot_process
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Visitor, eventually
from tests.routing.bots import hire
from tests.routing.drafts import set_up
from tests.servers import ROOT

_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_NAMED = re.compile(r"# (\w+\.py)\n")
# Calls what the page tells of tests and tools, as pytest and a model would.
DRIVER = """
import asyncio, careful, events, gardener, panel, plants, slow_bot, test_first_bot, tools
asyncio.run(test_first_bot.test_it_answers_and_knows_when_to_stop())
asyncio.run(tools.story())
asyncio.run(plants.story())
asyncio.run(careful.story())
asyncio.run(panel.story())
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A folder with the files of the page, and the README's."""
    for block in _BLOCK.findall((ROOT / "docs" / "bots.md").read_text()):
        name = _NAMED.match(block)
        assert name is not None, block
        (tmp_path / name[1]).write_text(block)
    (readme,) = _BLOCK.findall((ROOT / "bots" / "README.md").read_text())
    (tmp_path / "readme.py").write_text(readme)
    return tmp_path


def test_the_files_of_the_page_run(page: Path) -> None:
    """Its test passes, its tool is called, its handlers are taken."""
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "bots" / "src"), "BOT_URL": "http://127.0.0.1", "BOT_TOKEN": "fdb_none",
    }  # fmt: skip
    subprocess.run([sys.executable, "-W", "error", "-c", DRIVER], cwd=page, env=environment, check=True)


async def test_the_first_bot_answers_and_gives_way_to_a_person(people: Cast, page: Path) -> None:
    """As the page says."""
    visitor, agent = await people.visitor(), await people.agent()
    async with bot_process(people.org, sys.executable, str(page / "first_bot.py")):
        conversation = await visitor.start()
        await agent.watch(conversation)
        await visitor.say(conversation, "hello")
        await visitor.hears_line("You said: hello")
        await visitor.say(conversation, "Are you human-made?")
        await visitor.hears_line("I ask somebody to join us.")
        assert (await agent.hears(told.HandoffRequested)).reason == "wants a person"


async def test_the_bot_of_the_readme_and_the_echo_answer(people: Cast, page: Path) -> None:
    """Both are commands to paste."""
    visitor = await people.visitor()
    for command in ([str(page / "readme.py")], ["-m", "frontdesk_bot.echo"]):
        async with bot_process(people.org, sys.executable, *command):
            conversation = await visitor.start()
            await visitor.say(conversation, command[-1])
            await eventually(partial(_is_answered, visitor, command[-1]))


async def _is_answered(visitor: Visitor, text: str) -> bool:
    lines = [each.body for each in visitor.heard if isinstance(each, told.MessagePosted)]
    return any(each.startswith(f"You said: {text}") for each in lines)


def in_javascript(name: str) -> tuple[list[str], dict[str, str]]:
    """What starts an example, and its variables."""
    # Node 22 has a WebSocket; the one before has it behind a flag.
    flags = {"NODE_OPTIONS": "--experimental-websocket", "PATH": node_environment()["PATH"]}
    return ["node", str(ROOT / "docs" / "examples" / name)], flags


async def test_a_bot_in_plain_javascript_answers_once(people: Cast) -> None:
    """The protocol is enough; another run says the same under the same ids."""
    visitor = await people.visitor()
    command, flags = in_javascript("echo_bot.js")
    async with bot_process(people.org, *command, **flags):
        conversation = await visitor.start()
        for text in ("one", "two"):
            await visitor.say(conversation, text)
        await visitor.hears_line("You said: two")
    await visitor.say(conversation, "three")
    async with bot_process(people.org, *command, **flags):
        await visitor.hears_line("You said: three")
        await visitor.say(conversation, "four")
        await visitor.hears_line("You said: four")
    assert visitor.lines(conversation) == [f"You said: {text}" for text in ("one", "two", "three", "four")]


async def _draft(ada: Agent, text: str) -> UUID:
    """What waits for approval and says this; its id."""

    def is_it(frame: hear.CollaborationChanged) -> bool:
        return frame.collaboration.draft is not None and frame.collaboration.draft.body == text

    return (await ada.hears(hear.CollaborationChanged, is_it)).collaboration.id


async def _ended(bot: Bot, collaboration_id: UUID) -> Collaboration:
    """What came of a draft, or of a question to others."""

    def is_it(frame: hear.CollaborationChanged) -> bool:
        return frame.collaboration.id == collaboration_id and frame.collaboration.outcome is not None

    return (await bot.hears(hear.CollaborationChanged, is_it)).collaboration


async def test_a_bot_in_plain_javascript_works_with_others(people: Cast) -> None:
    """It says better what was rejected of its own, judges another bot's words, and says what it is asked."""
    command, flags = in_javascript("contributor_bot.js")
    visitor, ada, olga = await people.visitor(), await people.agent(), await people.agent("olga")
    (robbie,) = [each["id"] for each in (await ada.get("/api/bots"))["items"]]
    await olga.change(f"/api/bots/{robbie}", {"collaboration": {"type": "verification"}})
    desk = await hire(people, "Desk")
    other = await visitor.start()
    await desk.given(other, ada)
    async with bot_process(people.org, *command, **flags):
        own = await visitor.start()
        await ada.watch(own)
        await visitor.say(own, "plants")
        rejected = await _draft(ada, "About plants: for ever.")
        await ada.send(say.Contribute(rejected, own, verdict="reject", body="30 days"))
        better = await _draft(ada, "Only for so long: 30 days")
        await ada.send(say.Contribute(better, own, verdict="approve"))
        await visitor.hears_line("Only for so long: 30 days")
        await set_up(people, desk, {"type": "verification", "agent_ids": [robbie]})
        for text, outcome in (("You can return it for ever.", "rejected"), ("For 30 days.", "approved")):
            draft = desk.draft(other, text)
            await desk.send(draft)
            assert (await _ended(desk, draft.id)).outcome == outcome
        await visitor.hears_line("For 30 days.")
        await set_up(people, desk, {"type": "parallel", "agent_ids": [robbie]})
        consult = say.ConsultAgents(uuid7(), other, desk.draft(other, "").turn or 0, "Until when?")
        await desk.send(consult)
        (said,) = (await _ended(desk, consult.id)).contributions
    assert (said.body, said.confidence) == ("30 days, by law.", 0.9)
    assert visitor.lines(own) == ["Only for so long: 30 days"]
    assert visitor.lines(other) == ["For 30 days."]


def test_the_echo_says_what_it_needs() -> None:
    """Started without its variables it names the first that is missing."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bots" / "src")}
    command = [sys.executable, "-m", "frontdesk_bot.echo"]
    ran = subprocess.run(command, env=bare, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("set BOT_URL, ")
