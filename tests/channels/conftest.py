"""A web that serves pages from a folder of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers import Databases, House

PANEL = '<!doctype html>\n<html lang="en"><title>Panel</title></html>'
CONSOLE = "<!doctype html><title>Console</title>"
LOADER = "(() => {})();"


@pytest.fixture(scope="session")
async def paged(databases: Databases, house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One more web on the same databases, with pages that were built."""
    faces: Path = tmp_path_factory.mktemp("faces")
    (faces / "panel.html").write_text(PANEL)
    (faces / "console.html").write_text(CONSOLE)
    (faces / "widget.js").write_text(LOADER)
    (faces / "assets").mkdir()
    (faces / "assets" / "panel-Bx3_k-9Z.js").write_text("export {};" + " " * 2000)
    (faces / "assets" / "logo.svg").write_text("<svg/>")
    async with House(databases, webs=1, workers=0, FRONTDESK_FACES=str(faces)) as running:
        yield running


@pytest.fixture(scope="session")
async def unbuilt(databases: Databases, house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One more web, whose pages nobody has built."""
    nowhere = tmp_path_factory.mktemp("faces") / "nowhere"
    async with House(databases, webs=1, workers=0, FRONTDESK_FACES=str(nowhere)) as running:
        yield running
