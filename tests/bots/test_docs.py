"""What docs/bots.md and the README of the package show runs as it stands there."""

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from build_faces import node_environment
from server.protocol import entries as told
from tests.bots.conftest import bot_process
from tests.conftest import Cast
from tests.people import Visitor, eventually
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


async def test_a_bot_in_plain_javascript_answers_once(people: Cast) -> None:
    """The protocol is enough; another run says the same under the same ids."""
    visitor = await people.visitor()
    environment = node_environment()
    # Node 22 has a WebSocket; the one before has it behind a flag.
    flags = {"NODE_OPTIONS": "--experimental-websocket", "PATH": environment["PATH"]}
    command = ["node", str(ROOT / "docs" / "examples" / "echo_bot.js")]
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


def test_the_echo_says_what_it_needs() -> None:
    """Started without its variables it names the first that is missing."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bots" / "src")}
    command = [sys.executable, "-m", "frontdesk_bot.echo"]
    ran = subprocess.run(command, env=bare, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("set BOT_URL, ")
