"""One worker process: stores what comes through the log, and follows the events."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import structlog

from server.core.cache import open_cache
from server.core.config import Settings
from server.core.db import Db, open_db
from server.core.embedding import Embedder
from server.core.errors import Unavailable
from server.core.events import EventLog
from server.core.jobs import Jobs, Means
from server.core.lasting import end, lasting
from server.core.mail import open_mail
from server.core.metrics import Metrics
from server.core.partitions import Partitions
from server.core.timekeeper import Timekeeper
from server.core.trace import open_tracer
from server.core.valkey import connection
from server.domain.audit.chain import READER as AUDIT_READER
from server.domain.chat import agents, collaborating, drafting, moods, raising, reactions, search, suggesting
from server.domain.chat.fence import Fence
from server.domain.chat.log import SCRIPTS, Log
from server.domain.interactions import reactions as interactions
from server.domain.knowledge import figures
from server.domain.understanding import reactions as understanding
from server.health import health_door
from workers.announce import STORED
from workers.audit import AuditKeeper
from workers.ingest import Ingest
from workers.jobs import JobWorker
from workers.leases import RISE, Leases
from workers.offers import keep_offers
from workers.places import PlaceTeller
from workers.presence import PresenceKeeper
from workers.readers import Reader, Readers
from workers.sweep import SWEEP, sweep
from workers.traced import TracedIngest
from workers.upkeep import flush_marks, forget, keep_partitions
from workers.vitals import Vitals

logger = structlog.get_logger(__name__)

# Each reader, the kinds of events it follows, how old they must be before they are looked at, and how long it gathers
# them: a list moves at once, a search knows it soon. The first repeats what a crash left undone, and so waits until the
# process that decided has had its second.
READERS = (
    ("chat.numbers", reactions.number_decisions, reactions.DECIDED, 1.0, 0.2),
    ("chat.participants", reactions.keep_participants, reactions.HELD, 0.0, 0.2),
    ("chat.leavers", reactions.free_conversations, reactions.LEFT, 0.0, 0.2),
    ("chat.inbox", reactions.feed_inbox, reactions.SHOWN | reactions.RENAMED.keys(), 0.0, 0.05),
    ("chat.agents", agents.feed_agents, agents.FOLLOWED, 0.0, 0.1),
    ("chat.routing", reactions.route_organizations, reactions.ROUTED, 0.0, 0.01),
    ("interactions.measure", interactions.keep_interactions, interactions.FOLLOWED, 0.0, 0.2),
    ("chat.handoffs", raising.raise_handoffs, raising.SPOKEN, 0.0, 0.05),
    ("chat.suggestions", suggesting.follow_suggestions, suggesting.FOLLOWED, 0.0, 0.05),
    ("chat.collaborations", collaborating.follow_conversations, reactions.FOLLOWED, 0.0, 0.05),
    ("chat.drafts", drafting.say_drafts, drafting.SAID, 1.0, 0.2),
    ("chat.moods", moods.follow_moods, moods.UNDERSTOOD, 0.0, 0.05),
    ("chat.policy", raising.keep_policy, raising.CLASSIFIED, 0.0, 0.05),
    ("chat.search", search.keep_search, search.SPOKEN, 0.0, 0.5),
    ("knowledge.uses", figures.keep_uses, figures.FOLLOWED, 0.0, 0.5),
)


async def work(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; what is in flight is finished or left to another worker.

    Raises BadSettings for a Valkey or Postgres that is too old or not prepared.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await (await open_cache(settings.redis_url)).close()
    async with AsyncExitStack() as stack:
        ingest_db = await _opened(stack, settings, "fd_ingest")
        worker_db = await _opened(stack, settings, "fd_worker")
        lookup_db = await _opened(stack, settings, "fd_lookup")
        partitions = Partitions(settings.partitions)
        deadline = settings.command_deadline
        calm = connection(settings.redis_url, deadline=deadline, scripts=(RISE, STORED, SWEEP, *SCRIPTS))
        blocking = connection(settings.redis_url, deadline=deadline)
        fence = Fence(worker_db, calm, partitions)
        log = Log(calm, partitions, fence, worker_db, unstored_cap=settings.unstored_cap)
        leases = Leases(settings, ingest_db, calm, partitions)
        tracer = await stack.enter_async_context(open_tracer(settings, "frontdesk-worker"))
        means = settings, ingest_db, blocking, calm, leases
        ingest = Ingest(*means) if tracer is None else TracedIngest(tracer, *means)
        following = [
            Reader(name, react, kinds, older_than=older_than, gather=gather)
            for name, react, kinds, older_than, gather in READERS
        ]
        # What it does here can wait for those who talk.
        embedder = Embedder(nice=5)
        stack.push_async_callback(embedder.close)
        teller = PlaceTeller(calm, partitions)
        if settings.understanding:
            understander = understanding.Understander(embedder)
            following.append(
                Reader("understanding.read", understander.react, understanding.FOLLOWED, older_than=0.0, gather=0.1)
            )
        following.append(Reader("chat.places", teller.react, reactions.IN_LINE, older_than=0.0, gather=0.5))
        events = EventLog(lookup_db, worker_db)
        names = [*(reader.name for reader in following), AUDIT_READER]
        await events.add_readers(names)
        readers = Readers(following, events, worker_db, log)
        metrics = Metrics()
        vitals = Vitals(
            databases={"fd_ingest": ingest_db, "fd_worker": worker_db, "fd_lookup": lookup_db}, calm=calm,
            partitions=partitions, log=log, leases=leases, ingest=ingest,
            readers=names,
        )  # fmt: skip
        vitals.add_to(metrics)
        job_worker = JobWorker(Jobs(lookup_db, worker_db), Means(worker_db, settings, open_mail(settings), embedder))
        async with health_door(settings, metrics, vitals.checks()), asyncio.TaskGroup() as tasks:
            connections = [tasks.create_task(lasting(part.run)) for part in (calm, blocking)]
            loops: list[Callable[[], Awaitable[None]]] = [
                *(part.run for part in (Timekeeper(calm), fence, leases, ingest)),
                *readers.loops,
                partial(keep_partitions, worker_db),
                partial(forget, lookup_db, worker_db),
                partial(flush_marks, ingest_db, calm, leases),
                partial(sweep, calm, leases),
                PresenceKeeper(settings, lookup_db, worker_db, calm, partitions, leases).run,
                partial(keep_offers, lookup_db, worker_db, log),
                job_worker.run,
                AuditKeeper(lookup_db, worker_db, calm, events, lease=settings.lease).run,
                partial(_wake, lookup_db, readers, job_worker),
            ]
            running = [tasks.create_task(lasting(loop)) for loop in loops]
            logger.info("the worker is up")
            await stop.wait()
            await end(running)
            # What was given back at the end needed them still.
            await end(connections)
    logger.info("the worker has stopped")


async def _opened(stack: AsyncExitStack, settings: Settings, role: str) -> Db:
    db = await open_db(settings.database_url, role, size=settings.database_pool)
    stack.push_async_callback(db.close)
    return db


async def _wake(db: Db, readers: Readers, jobs: JobWorker) -> None:
    """Wake the readers and who does jobs whenever there is something new; ends only by cancellation."""
    while True:
        try:
            await db.listen({"event": readers.wake.set, "job": jobs.wake.set})
        except Unavailable as error:
            logger.warning("events and jobs are looked for each second", error=str(error))
        await asyncio.sleep(1)
