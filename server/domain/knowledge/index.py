"""Making the search know an article: a job after every change, done again until it worked."""

import hashlib
import math
from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog

from server.core import jobs
from server.core.embedding import MODEL, Embedder, Vector
from server.core.errors import Unavailable
from server.core.jobs import Job, Means
from server.core.sql import load
from server.domain.knowledge.articles import INDEX
from server.domain.knowledge.passages import Passage, passages, plain
from server.domain.knowledge.types import ToIndex

logger = structlog.get_logger(__name__)
sql = load(__file__)

# Raise it when passages are made in another way: every article is then read anew at its next change.
FORMAT = 2
# Somebody writes without a pause; the next change has a job of its own.
TRIES = 3
# Where no meaning can be made, articles are found by their words meanwhile.
AGAIN = 600.0


async def index_article(means: Means, job: Job) -> None:
    """Have the passages of an article as it is now, and none where it is not published."""
    article_id = UUID(job.args["article_id"])
    for _ in range(TRIES):
        async with means.db.scope(job.org_id) as tx:
            found = await tx.maybe(sql.to_index, ToIndex, article_id=article_id)
        if found is None:
            return
        parts = passages(found.content) if found.is_open and found.fingerprint != fingerprint(found) else []
        try:
            vectors = await embed(means.embedder, found.title, found.keywords, parts)
        except Unavailable as error:
            logger.warning("an article is known by its words alone", article=article_id, error=error.message)
            vectors = []
        if await _keep(means, job, article_id, found, parts, vectors):
            return


async def _keep(
    means: Means, job: Job, article_id: UUID, found: ToIndex, parts: Sequence[Passage], vectors: Sequence[Vector]
) -> bool:
    """Write the passages unless somebody changed the article meanwhile; whether they were written."""
    is_whole = len(vectors) == len(parts)
    mark = fingerprint(found, MODEL if is_whole else "")
    async with means.db.scope(job.org_id) as tx:
        await tx.value(sql.hold_article, article_id=article_id)
        if await tx.maybe(sql.to_index, ToIndex, article_id=article_id) != found:
            return False
        if not found.is_open:
            await tx.run(sql.forget_passages, article_id=article_id)
            await tx.run(sql.forget_index, article_id=article_id)
            return True
        if found.fingerprint != fingerprint(found):
            await tx.run(sql.forget_passages, article_id=article_id)
            await tx.run(
                sql.add_passages, article_id=article_id, title=found.title, language=found.language,
                keywords=" ".join([*found.keywords, *found.tags, *found.slug.split("-"), found.summary]),
                headings=[each.heading for each in parts],
                bodies=[each.body for each in parts],
                embeddings=[as_text(each) for each in vectors] if is_whole else [None] * len(parts),
            )  # fmt: skip
        if not is_whole:
            await jobs.add(tx, INDEX, job.args, after=AGAIN)
        await tx.run(sql.keep_index, article_id=article_id, fingerprint=mark)
        return True


async def embed(embedder: Embedder, title: str, keywords: Sequence[str], parts: Sequence[Passage]) -> list[Vector]:
    """What each passage means: midway between what it is called and what it says."""
    called = [f"{title}. {each.heading}. {', '.join(keywords)}" for each in parts]
    said = [f"{title}. {each.heading}. {plain(each.body)}" for each in parts]
    vectors = await embedder.vectors([*called, *said], patience=60.0)
    return [_between(*pair) for pair in zip(vectors[: len(parts)], vectors[len(parts) :], strict=True)]


def _between(one: Vector, other: Vector) -> Vector:
    summed = [a + b for a, b in zip(one, other, strict=True)]
    length = math.hypot(*summed) or 1.0
    return tuple(each / length for each in summed)


def as_text(vector: Vector) -> str:
    """A vector as Postgres reads it."""
    return "[" + ",".join(f"{each:.6g}" for each in vector) + "]"


def fingerprint(article: ToIndex, model: str = MODEL) -> bytes:
    """The same for two states of an article that the search need not tell apart."""
    known = [FORMAT, model, article.title, article.summary, article.content, article.language, article.slug]
    return hashlib.sha256(msgspec.json.encode([*known, article.keywords, article.tags])).digest()[:16]
