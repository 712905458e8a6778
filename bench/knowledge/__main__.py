"""How often the search finds the article that answers: `python -m bench.knowledge`; results in bench/results."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from bench.knowledge.report import Asked, Question, report
from bench.report import RESULTS
from server.core.auth import Passwords
from server.core.config import read_settings
from server.core.db import Db, connect, open_db
from server.core.embedding import Embedder
from server.core.ids import uuid7
from server.core.jobs import Job, Means
from server.core.progress import Progress
from server.core.sql import named
from server.demo.make import HELP
from server.domain.identity.actions import found_organization
from server.domain.identity.types import NewMember, NewOrganization
from server.domain.knowledge import index, search
from server.domain.knowledge.files import files_in, read_file
from server.domain.knowledge.importing import import_article
from tests.servers import PASSWORD, Databases

SLUGS = named("slugs", "records", "select id, slug from article where org_id = :org_id")
CLONES = """
with made as (
  insert into article (org_id, title, content, status, language, slug)
  select org_id, title, content, status, language, slug || '-clone-' || n from article, generate_series(1, 100) as n
  returning org_id, id, language, slug)
insert into article_passage (org_id, article_id, no, title, heading, body, keywords, language, embedding)
select m.org_id, m.id, p.no, p.title, p.heading, p.body, p.keywords, p.language, p.embedding
  from made m
  join article a on a.org_id = m.org_id and a.language = m.language and a.slug = split_part(m.slug, '-clone-', 1)
  join article_passage p on p.org_id = a.org_id and p.article_id = a.id;
analyze article, article_passage
"""
# So many questions are asked of the hundredfold.
CROWDED = 20


def questions() -> list[Question]:
    """The questions of questions.txt."""
    lines = (Path(__file__).parent / "questions.txt").read_text("utf-8").splitlines()
    parts = [[part.strip() for part in line.split("|")] for line in lines if line and not line.startswith("#")]
    return [Question(*each) for each in parts]


async def known(db: Db, worker: Db, embedder: Embedder) -> tuple[UUID, dict[UUID, str]]:
    """An organization with the demo's articles, all of them known to the search; each id with its slug."""
    passwords = Passwords()
    owner = NewMember(name="Olga", email="olga@bench.example", password=PASSWORD, role="owner")
    made = await found_organization(db, passwords, NewOrganization(name="Bench", slug="bench", owner=owner))
    passwords.close()
    org_id = made.organization_id
    for path in files_in(HELP):
        async with db.scope(org_id) as tx:
            await import_article(tx, org_id, read_file(path))
    async with worker.scope(org_id) as tx:
        rows = await tx.records(SLUGS)
    means = Means(worker, read_settings({}, database_url="-", redis_url="-", secret="-" * 32), None, embedder)
    for row in rows:
        await index.index_article(means, Job(org_id, uuid7(), "", {"article_id": str(row["id"])}, 1, 1))
    return org_id, {row["id"]: row["slug"] for row in rows}


async def crowd(owner_url: str, org_id: UUID) -> int:
    """Write every article a hundred times over, straight into the tables; how many passages that makes."""
    owner = await connect(owner_url)
    try:
        await owner.execute(f"set app.org_id = '{org_id}'")
        await owner.execute(CLONES)
        return int(await owner.fetchval("select count(*) from article_passage"))
    finally:
        await owner.close()


async def main() -> None:
    """Ask everything, print the table, keep it."""
    databases, embedder = Databases(), Embedder()
    try:
        await databases.start()
        url = databases.environment["DATABASE_URL"]
        db, worker = await open_db(url, "fd_app", size=1), await open_db(url, "fd_worker", size=1)
        org_id, slugs = await known(db, worker, embedder)
        asked, progress = [], Progress(len(questions()), "questions")
        began = time.monotonic()
        for each in questions():
            ways = await search.looked(db, embedder, org_id, each.text, ["public"])
            asked.append(Asked(each, ways))
            progress.step()
        seconds = (time.monotonic() - began) / len(asked)
        many = await crowd(databases.environment["DATABASE_OWNER_URL"], org_id)
        began = time.monotonic()
        for old in asked[:CROWDED]:
            await search.looked(db, embedder, org_id, old.question.text, ["public"])
        crowded = (time.monotonic() - began) / CROWDED
        await db.close()
        await worker.close()
    finally:
        await embedder.close()
        databases.stop()
    text, figures = report(asked, slugs, {"search_ms": seconds * 1000, "passages": many, "crowded_ms": crowded * 1000})
    print(text)
    name = f"{datetime.now(UTC):%Y-%m-%d}-knowledge"
    (RESULTS / f"{name}.md").write_text(text)
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")


if __name__ == "__main__":
    asyncio.run(main())
