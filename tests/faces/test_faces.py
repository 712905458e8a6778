"""The built pages: what they weigh, and one whole conversation in a real browser on running servers."""

import gzip
import re
from pathlib import Path

from build_faces import FACES
from server.demo import DEMO_LOGINS
from tests.faces.node import tell
from tests.servers import House

# Kilobytes after gzip: what the console loads before it can do its work, and any part that it loads later.
CONSOLE_KB, LATER_KB = 80.0, 8.0


async def test_a_conversation_in_a_real_browser(demo_house: House, shop: str) -> None:
    """Everything that visitor and member do and see, through cut networks, crashes and reloads."""
    email, password = DEMO_LOGINS[1]
    await tell("story.js", {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})


async def test_a_newcomer_gets_to_an_answered_visitor_without_help(demo_house: House) -> None:
    """Sign up, paste the snippet on another origin, write as a visitor, invite a colleague who answers."""
    await tell("newcomer.js", {"WEB_URL": demo_house.url()})


def test_the_console_weighs_no_more_than_it_may() -> None:
    """A member on a slow line works before the patience ends."""
    first = _first_load(FACES / "console.html")
    assert len(first) >= 3
    assert sum(_weight(path) for path in first) <= CONSOLE_KB * 1000


def test_what_the_console_loads_later_comes_in_small_parts() -> None:
    """Whoever opens the settings waits for one page of them, not for all."""
    first = _first_load(FACES / "console.html")
    named = set(re.findall(r"[\w-]+\.(?:js|css)", "".join(path.read_text() for path in first if path.suffix == ".js")))
    later = [path for path in (FACES / "assets").iterdir() if path.name in named and path not in first]
    assert len(later) > 10
    for path in later:
        assert _weight(path) <= LATER_KB * 1000, path.name


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    """The content security policy forbids both, so that nobody else's can be slipped in."""
    for name in ("panel.html", "console.html", "try.html"):
        text = (FACES / name).read_text()
        assert text.count("<script") == text.count('<script type="module" crossorigin src="/faces/assets/')
        assert "<style" not in text
        assert " style=" not in text


def _first_load(page: Path) -> set[Path]:
    """The page and all that it needs before it runs: what its modules import, not what they ask for later."""
    found, unread = set[Path](), [page]
    while unread:
        path = unread.pop()
        found.add(path)
        if path.suffix == ".css":
            continue
        named = re.findall(r"""(?:from|import|=)\s*["'](?:/faces/assets/|\./)([\w.-]+)["']""", path.read_text())
        unread += {FACES / "assets" / name for name in named} - found
    return found


def _weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))
