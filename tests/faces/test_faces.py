"""The built pages: what they weigh, and one whole conversation in a real browser on running servers."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from build_faces import FACES, ROOT, build, node_environment
from server.demo import DEMO_LOGINS, make_demo
from tests.servers import House, Process, free_port

# Kilobytes after gzip: what a page loads before it can do its work (docs tell how they were chosen).
LOADER_KB, PANEL_KB, CONSOLE_KB = 3.0, 20.0, 120.0


@pytest.fixture(scope="module", autouse=True)
def faces() -> None:
    """Fresh pages; what is built already is not built again."""
    build()


@pytest.fixture
async def shop(house: House) -> AsyncIterator[str]:
    """The demo shop, on an origin of its own, with the demo's organization behind it."""
    port = free_port()
    environment = house.databases.environment
    await make_demo(environment["DATABASE_URL"], port, beside_others=True)
    settings = {**environment, "PORT": str(house.ports[0]), "FRONTDESK_SHOP_PORT": str(port)}
    process = Process("shop", "shop", settings, house.databases.folder)
    process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(400):
            try:
                async with house.http.get(url):
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
        else:
            raise RuntimeError(f"the shop does not answer:\n{process.log.read_text()[-2000:]}")
        yield url
    finally:
        process.kill()


async def test_a_conversation_in_a_real_browser(house: House, shop: str) -> None:
    """Everything that visitor and member do and see, through cut networks, crashes and reloads."""
    email, password = DEMO_LOGINS[1]
    told = {"WEB_URL": house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password}
    code, said = await _node("tests/faces/story.js", told)
    assert code == 0, said


@pytest.mark.parametrize(
    ("files", "most"),
    [
        (("widget.js",), LOADER_KB),
        (("panel.html", "assets/panel-*"), PANEL_KB),
        (("console.html", "assets/console-*"), CONSOLE_KB),
    ],
    ids=["loader", "panel", "console"],
)
def test_a_page_weighs_no_more_than_it_may(files: tuple[str, ...], most: float) -> None:
    """A visitor on a slow phone has the chat before the patience ends."""
    found = [path for pattern in files for path in FACES.glob(pattern)]
    assert len(found) >= len(files)
    assert sum(_weight(path) for path in found) <= most * 1000


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    """The content security policy forbids both, so that nobody else's can be slipped in."""
    for name in ("panel.html", "console.html"):
        text = (FACES / name).read_text()
        assert text.count("<script") == text.count('<script type="module" crossorigin src="/faces/assets/')
        assert "<style" not in text
        assert " style=" not in text


def _weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


async def _node(script: str, told: dict[str, str]) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        "node",
        script,
        cwd=ROOT,
        env={**node_environment(), **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 100)
    except BaseException:
        process.kill()
        raise
    return process.returncode, said.decode()
