"""The library is a package of its own, and needs nothing of the server's."""

import ast
import os
import subprocess
import sys
import venv
from pathlib import Path

import msgspec
import websockets

from tests.servers import ROOT

BOTS = ROOT / "bots"


def test_it_installs_alone_and_answers(tmp_path: Path) -> None:
    """The wheel has the protocol in it; an empty environment with its two dependencies is enough."""
    built = tmp_path / "built"
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built], cwd=BOTS, check=True)
    home = tmp_path / "venv"
    venv.create(home)
    (wheel,) = built.glob("*.whl")
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    (packages,) = (home / "lib").glob("python3*/site-packages")
    for library in (msgspec, websockets):
        folder = Path(str(library.__file__)).parent
        (packages / folder.name).symlink_to(folder)
    story = """
import asyncio, frontdesk_bot.protocol
from frontdesk_bot import Bot, Harness
from frontdesk_bot.echo import echo
bot = Bot("https://chat.example.com", "fdb_none")
bot.on_message(echo)
async def main():
    async with Harness(bot) as talk:
        print((await talk.say("hello")).text, frontdesk_bot.protocol.__file__)
asyncio.run(main())
"""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run([python, "-c", story], cwd=tmp_path, env=bare, check=True, capture_output=True, text=True)
    assert told.stdout.split("hello ")[0:1] == ["You said: "]
    assert str(packages) in told.stdout


def test_it_imports_nothing_of_the_server() -> None:
    """Its words are the protocol's, under its own name; sockets and calls to models stand in one file each."""
    wrong = []
    for path in (BOTS / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.append(node.module)
            for module in modules:
                top = module.split(".")[0]
                allowed = {*sys.stdlib_module_names, "frontdesk_bot", "msgspec"}
                if path.name == "wire.py":
                    allowed.add("websockets")
                if path.name == "model_server.py":
                    allowed.add("aiohttp")
                if top not in allowed:
                    wrong.append(f"{path.name} imports {module}")
    assert not wrong


def test_its_protocol_is_the_servers() -> None:
    """One set of files: a link, which the wheel's builder follows."""
    assert (BOTS / "src/frontdesk_bot/protocol").resolve() == ROOT / "server" / "protocol"
