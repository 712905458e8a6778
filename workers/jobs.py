"""Does jobs: each at least once, tried again with growing patience, and given up in the end where everybody sees it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

import structlog

from server.core.errors import Refused
from server.core.jobs import Due, Hopeless, Job, Jobs, Means
from server.domain.identity import chores, invitations, organizations, resets
from server.domain.knowledge import articles, index

logger = structlog.get_logger(__name__)

Do = Callable[[Means, Job], Awaitable[None]]
MAILS: Mapping[str, Do] = {invitations.MAIL: chores.mail_invitation, resets.MAIL: chores.mail_reset}
OTHERS: Mapping[str, Do] = {organizations.ERASE: chores.erase_organization, articles.INDEX: index.index_article}

AT_ONCE = 4
BATCH = 20
# Longer than any job may take, so that nobody else begins it meanwhile.
LEASE_SECONDS, JOB_SECONDS = 120.0, 90.0
# NOTIFY wakes; this is for what becomes due by the clock.
LOOK_EVERY = 1.0
# 2 s, 6 s, 18 s … up to an hour: ten tries last about two hours.
FIRST_RETRY, GROWTH, LONGEST_RETRY = 2.0, 3, 3600.0


class JobWorker:
    """Looks for what is due, of all organizations; any number of workers do so side by side."""

    def __init__(self, jobs: Jobs, means: Means) -> None:
        self._jobs, self._means = jobs, means
        # Without a way to send mail its jobs wait for a worker that has one.
        self._kinds = {**OTHERS, **(MAILS if means.mail is not None else {})}
        self._room = asyncio.Semaphore(AT_ONCE)
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Work; ends only by cancellation."""
        while True:
            self.wake.clear()
            try:
                due = await self._jobs.due(list(self._kinds), BATCH)
                async with asyncio.TaskGroup() as tasks:
                    for each in due:
                        tasks.create_task(self._one(each))
            except Refused as error:
                logger.warning("jobs wait", error=str(error))
                await asyncio.sleep(LOOK_EVERY)
                continue
            if len(due) < BATCH:
                await self._sleep()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self.wake.wait()
        except TimeoutError:
            return

    async def _one(self, due: Due) -> None:
        async with self._room:
            try:
                job = await self._jobs.take(due, LEASE_SECONDS)
                if job is not None:
                    await self._tried(job)
            except Refused as error:
                # The lease ends by itself, and somebody tries again.
                logger.warning("a job waits", error=str(error))

    async def _tried(self, job: Job) -> None:
        try:
            async with asyncio.timeout(JOB_SECONDS):
                await self._kinds[job.kind](self._means, job)
        except asyncio.CancelledError:
            await asyncio.shield(self._jobs.failed(job, "the worker stopped", 0.0))
            raise
        except Hopeless as error:
            await self._give_up(job, str(error))
        except Refused as error:
            logger.warning("a job failed", kind=job.kind, job=job.id, attempt=job.attempts)
            await self._again(job, error.message)
        except Exception as error:
            # One of the loops that must not die. What an error quotes of the job is kept with that, not in the log.
            logger.exception("a job failed", kind=job.kind, job=job.id, attempt=job.attempts)
            await self._again(job, f"{type(error).__name__}: {error}")
        else:
            await self._jobs.done(job)

    async def _again(self, job: Job, error: str) -> None:
        if job.attempts >= job.max_attempts:
            await self._give_up(job, error)
        else:
            await self._jobs.failed(job, error, _patience(job.attempts))

    async def _give_up(self, job: Job, error: str) -> None:
        logger.error("a job was given up", kind=job.kind, job=job.id, attempts=job.attempts)
        await self._jobs.failed(job, error, None)


def _patience(attempts: int) -> float:
    wait: float = min(FIRST_RETRY * GROWTH ** (attempts - 1), LONGEST_RETRY)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret
