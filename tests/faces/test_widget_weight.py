"""What the widget costs a visitor, byte by byte as it comes over the wire."""

import gzip
import re

import pytest

from build_faces import FACES
from server.demo import DEMO_WIDGET_KEY
from server.domain.channels.appearance import LANGUAGES
from tests.browser import Browser
from tests.servers import House

# Kilobytes after gzip (goals.md): until the launcher shows, until the first answer, and each part that comes later.
LAUNCHER_KB, PANEL_KB, PART_KB = 3.0, 20.0, 10.0


def weight(content: str | bytes) -> int:
    """Bytes over the wire."""
    return len(gzip.compress(content.encode() if isinstance(content, str) else content, 9))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_new_visitor_costs_the_launcher_only(demo_house: House, shop: str, language: str) -> None:
    """The loader, and what the channel's settings say of the button."""
    browser = Browser(demo_house)
    script = await browser.get("/widget.js")
    settings = await browser.get(f"/widget/settings?key={DEMO_WIDGET_KEY}&lang={language}", Origin=shop)
    assert (script.status, settings.status) == (200, 200)
    assert weight(script.text) + weight(settings.text) <= LAUNCHER_KB * 1000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("shop")
async def test_the_panel_weighs_no_more_than_it_may(demo_house: House, language: str) -> None:
    """Its page with settings and words, its script and its style: all there is until the first answer."""
    browser = Browser(demo_house)
    page = await browser.get(f"/widget/panel?key={DEMO_WIDGET_KEY}&lang={language}")
    named = re.findall(r'(?:src|href)="(/faces/[^"]+)"', page.text)
    assert len(named) == 2
    # Whatever the script imports at once counts too.
    first = [(FACES / each.removeprefix("/faces/")).read_bytes() for each in named]
    assert not any(re.search(rb'(?:^|[;}])import(?!\()[^(]*["\']\./', each) for each in first)
    assert weight(page.text) + sum(map(weight, first)) <= PANEL_KB * 1000


def test_each_later_part_is_small() -> None:
    """The list, the e-mail form and whatever is loaded when somebody wants it."""
    panel = next(iter(re.findall(r"assets/(panel-[\w-]+\.js)", (FACES / "panel.html").read_text())))
    parts = set(re.findall(rb"[\w-]+\.js", (FACES / "assets" / panel).read_bytes()))
    parts = {each for each in parts if (FACES / "assets" / each.decode()).is_file() and each.decode() != panel}
    assert len(parts) >= 4
    for each in parts:
        assert weight((FACES / "assets" / each.decode()).read_bytes()) <= PART_KB * 1000, each
