"""`frontdesk knowledge import`: a folder of Markdown becomes articles."""

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from server.core.db import Db, UniqueViolation, open_db
from server.core.errors import Invalid, Refused
from server.core.progress import Progress
from server.domain.knowledge.files import ArticleFile, files_in, read_file
from server.domain.knowledge.importing import find_organization, import_article
from server.up.here import settings_here


def main(environ: Mapping[str, str], folder: str, organization: str) -> int:
    """Import and tell; the exit code: 0, or 1 where a file could not be taken or nothing could be done."""
    try:
        files = list(files_in(Path(folder)))
        if not files:
            _say(f"Nothing was imported: there is no Markdown file (*.md) in {folder}.")
            return 1
        return asyncio.run(_import(settings_here(environ).database_url, Path(folder), files, organization))
    except Refused as refused:
        _say(f"Nothing was imported: {refused.message}.")
        return 1


async def _import(url: str, folder: Path, files: list[Path], organization: str) -> int:
    db = await open_db(url, "fd_app", size=1)
    try:
        org_id = await find_organization(db, organization)
        if org_id is None:
            raise Invalid(f"no organization has the slug {organization}")
        became, refused = await _each(db, org_id, folder, files)
    finally:
        await db.close()
    for told in refused:
        _say(told)
    counts = ", ".join(f"{became[word]:,} {word}" for word in ("new", "changed", "same"))
    print(f"{len(files):,} files: {counts}, {len(refused):,} refused.")  # noqa: T201 - it talks to a terminal
    return 1 if refused else 0


async def _each(db: Db, org_id: UUID, folder: Path, files: list[Path]) -> tuple[Counter[str], list[str]]:
    became: Counter[str] = Counter()
    refused: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    progress = Progress(len(files), "knowledge")
    for path in files:
        name = str(path.relative_to(folder))
        try:
            file = _alone(read_file(path), name, seen)
            async with db.scope(org_id) as tx:
                became[await import_article(tx, org_id, file)] += 1
        except Invalid as error:
            refused.append(f"{name}: {error.message}")
        except UniqueViolation:
            refused.append(f"{name}: another import is writing this article; try again")
        progress.step(name)
    return became, refused


def _alone(file: ArticleFile, name: str, seen: dict[tuple[str, str], str]) -> ArticleFile:
    """The file, unless another one is of the same article."""
    first = seen.setdefault((file.language, file.slug), name)
    if first != name:
        raise Invalid(f"{first} has the same address ({file.language}, {file.slug})")
    return file


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - it talks to a terminal
