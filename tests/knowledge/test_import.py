"""Importing a folder: as often as one likes, and nothing is lost for one bad file."""

import asyncio
import os
import sys
from pathlib import Path

from tests.knowledge.test_articles import PATH, somebody, versions
from tests.servers import ROOT, House, Organization

RETURNS = "---\ntitle: Returning a plant\ncategory: Orders\nslug: returns\n---\n\nWithin thirty days.\n"


async def imported(house: House, folder: Path, slug: str) -> tuple[int, str, str]:
    """What the command ends with and says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "knowledge", "import", str(folder), "--organization", slug,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT,
        env={**os.environ, **house.databases.environment},
    )  # fmt: skip
    said, complained = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode().strip(), complained.decode()


async def test_a_folder_is_imported_once_however_often(house: House, org: Organization, tmp_path: Path) -> None:
    """What is the same stays, what differs is a new version, translations share their address."""
    (tmp_path / "de").mkdir()
    (tmp_path / "returns.md").write_text(RETURNS)
    (tmp_path / "de" / "returns.md").write_text("---\nlanguage: de\n---\n# Rückgabe\n\nBinnen dreißig Tagen.")
    code, said, _ = await imported(house, tmp_path, org.slug)
    assert (code, said) == (0, "2 files: 2 new, 0 changed, 0 same, 0 refused.")
    mats = await somebody(house, org)
    cards = {each["language"]: each for each in (await mats.get(f"{PATH}?status=published")).json["items"]}
    assert (cards["de"]["title"], cards["de"]["slug"]) == ("Rückgabe", cards["en"]["slug"])
    (category,) = (await mats.get("/api/knowledge/categories")).json["items"]
    assert (category["name"], cards["en"]["category_id"]) == ("Orders", category["id"])
    assert (await imported(house, tmp_path, org.slug))[1] == "2 files: 0 new, 0 changed, 2 same, 0 refused."
    (tmp_path / "returns.md").write_text(RETURNS.replace("thirty", "sixty"))
    assert (await imported(house, tmp_path, org.slug))[1] == "2 files: 0 new, 1 changed, 1 same, 0 refused."
    assert await versions(mats, cards["en"]["id"]) == [(2, "Within sixty days."), (1, "Within thirty days.")]


async def test_a_bad_file_is_named_and_the_others_are_taken(house: House, org: Organization, tmp_path: Path) -> None:
    """Each with its reason, so that they can be mended in one go."""
    bad = {
        "a.md": b"\xff\xfe", "b.md": b"no title", "c.md": b"---\ntitle: [\n---\nx", "d.md": b"---\ntitle: Open\n",
        "e.md": b"---\ntitle: X\ncolour: red\n---\nx", "f.md": b"---\ntitle: Empty\n---\n",
        "g.md": RETURNS.encode(), "h.md": RETURNS.encode(), "i.md": b"---\ntitle: X\nlanguage: no such\n---\nx",
    }  # fmt: skip
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    code, said, complained = await imported(house, tmp_path, org.slug)
    assert (code, said) == (1, "9 files: 1 new, 0 changed, 0 same, 8 refused.")
    for told in (
        "a.md: it is not UTF-8", "b.md: it has no title", "c.md: its front matter is no YAML",
        "d.md: the line --- that",
        "e.md: object contains unknown field `colour`", "f.md: an empty article cannot be published",
        "h.md: g.md has the same address", "i.md: expected `str` matching",
    ):  # fmt: skip
        assert told in complained


async def test_a_command_that_cannot_do_anything_says_why(house: House, org: Organization, tmp_path: Path) -> None:
    """An empty folder, and an organization that is not there."""
    code, _, complained = await imported(house, tmp_path, org.slug)
    assert (code, complained.strip()) == (1, f"Nothing was imported: there is no Markdown file (*.md) in {tmp_path}.")
    (tmp_path / "returns.md").write_text(RETURNS)
    code, _, complained = await imported(house, tmp_path, "nobody")
    assert (code, complained.strip()) == (1, "Nothing was imported: no organization has the slug nobody.")
