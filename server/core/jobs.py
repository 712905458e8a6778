"""Jobs: what must be tried again until it works, such as a mail; workers/jobs.py does them.

A job is written in the transaction that wants it, so that it is there exactly when that was committed. Its arguments
hold no secrets: whoever does it makes them anew.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from server.core.config import Settings
from server.core.db import Db, Transaction
from server.core.embedding import Embedder
from server.core.sql import parse

_sql = parse((Path(__file__).parent / "jobs.sql").read_text("utf-8"))


class Job(msgspec.Struct, frozen=True):
    """Something that is due, and the how manieth try this is."""

    org_id: UUID
    id: UUID
    kind: str
    args: dict[str, Any]
    attempts: int
    max_attempts: int


class Due(msgspec.Struct, frozen=True):
    """Where a job waits."""

    org_id: UUID
    id: UUID


class Hopeless(Exception):  # noqa: N818 - it reads as what it is
    """What a job raises that would fail just the same next time."""


async def add(
    tx: Transaction, kind: str, args: dict[str, Any], *, key: str = "", after: float = 0, max_attempts: int = 10
) -> None:
    """Have something done after so many seconds; asked for twice with one key, it is done once."""
    await tx.run(_sql["add_job"], kind=kind, args=args, key=key, after=after, max_attempts=max_attempts)


@dataclass(frozen=True, slots=True)
class Means:
    """What a job has at hand."""

    db: Db
    settings: Settings
    # The way out for mail (core/mail.py), where there is one.
    mail: Any
    # What texts mean.
    embedder: Embedder


class Jobs:
    """The jobs of all organizations, as workers see them."""

    def __init__(self, lookup: Db, db: Db) -> None:
        self._lookup, self._db = lookup, db

    async def due(self, kinds: list[str], limit: int) -> list[Due]:
        """Jobs that may be done now and that nobody holds."""
        async with self._lookup.alone() as tx:
            return await tx.many(_sql["jobs_due"], Due, kinds=kinds, limit=limit)

    async def take(self, due: Due, seconds: float) -> Job | None:
        """Hold a job for so many seconds; None when somebody else was faster."""
        async with self._db.scope(due.org_id) as tx:
            return await tx.maybe(_sql["take_job"], Job, id=due.id, seconds=seconds)

    async def done(self, job: Job) -> None:
        """It worked; what was done weeks ago is forgotten with it."""
        async with self._db.scope(job.org_id) as tx:
            await tx.run(_sql["finish_job"], id=job.id)
            await tx.run(_sql["forget_jobs"])

    async def failed(self, job: Job, error: str, retry_after: float | None) -> None:
        """It did not work: try again after so many seconds, or never."""
        async with self._db.scope(job.org_id) as tx:
            await tx.run(_sql["fail_job"], id=job.id, error=error[:500], retry_after=retry_after)
