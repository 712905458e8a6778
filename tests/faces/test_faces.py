"""The built pages: what they weigh, and one whole conversation in a real browser on running servers."""

import gzip

from build_faces import FACES
from server.demo import DEMO_LOGINS
from tests.faces.node import tell
from tests.servers import House

# Kilobytes after gzip: what a page loads before it can do its work (docs tell how it was chosen).
CONSOLE_KB = 120.0


async def test_a_conversation_in_a_real_browser(house: House, shop: str) -> None:
    """Everything that visitor and member do and see, through cut networks, crashes and reloads."""
    email, password = DEMO_LOGINS[1]
    await tell("story.js", {"WEB_URL": house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})


def test_the_console_weighs_no_more_than_it_may() -> None:
    """A member on a slow line works before the patience ends."""
    page = FACES / "console.html"
    found = [page, *(path for path in (FACES / "assets").iterdir() if path.name in page.read_text())]
    assert len(found) >= 3
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in found) <= CONSOLE_KB * 1000


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    """The content security policy forbids both, so that nobody else's can be slipped in."""
    for name in ("panel.html", "console.html"):
        text = (FACES / name).read_text()
        assert text.count("<script") == text.count('<script type="module" crossorigin src="/faces/assets/')
        assert "<style" not in text
        assert " style=" not in text
