"""The HTTP door: every domain's routes, the pages, health; several such processes share a port."""

import asyncio
import math
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from server.core.auth import Passwords
from server.core.cache import open_cache
from server.core.config import Settings
from server.core.db import Db, open_db
from server.core.faces import faces_folder
from server.core.fresh import Fresh
from server.core.guard import Guard, translate_errors
from server.core.house import House
from server.core.limits import Buckets
from server.core.metrics import Metric, counter, gauge
from server.core.notices import Notices
from server.core.sql import Statement
from server.core.trace import open_tracer
from server.core.valkey import connection
from server.domain import routes as domain_routes
from server.domain.channels.actions import look_up_channel, look_up_reception
from server.domain.identity.tokens import holder_by_hash
from server.gateway import open_gateway
from server.health import Vitals, health_door
from server.listen import Http, address, listen, make_room
from server.pages import page_routes

logger = structlog.get_logger(__name__)

K = TypeVar("K")
V = TypeVar("V")

# What a token or a channel was a moment ago; a logout or a change elsewhere is known after as long.
FRESH_SECONDS = 5.0
# Who answers in a channel, and the median of two weeks: neither changes with a minute.
RECEPTION_SECONDS = 120.0
# While Postgres is away, whoever was known goes on; ten minutes outlast a restart and a failover.
SPARE_SECONDS = 600.0
# Per process: some megabytes each.
REMEMBERED = 20_000
PING = Statement("ping", "value", "", "select 1", ())


def app(house: House) -> Starlette:
    """Every route of this process."""
    made = Starlette(
        routes=[
            *domain_routes(),
            *Vitals(house.settings, house.metrics, house.checks).routes(),
            *page_routes(faces_folder(house.settings)),
        ],
        middleware=[Middleware(Guard, https=house.settings.public_url.startswith("https:"))],
    )
    made.router.redirect_slashes = False
    made.state.house = house
    translate_errors(made)
    return made


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open the parts of one process; they are closed at the end."""
    db = await open_db(settings.database_url, "fd_app", size=settings.database_pool)
    passwords = Passwords()
    try:
        cache = await open_cache(settings.redis_url)
        try:
            house = House(
                settings=settings,
                db=db,
                cache=cache,
                notices=Notices(connection(settings.redis_url, deadline=settings.command_deadline), cache),
                passwords=passwords,
                tokens=_fresh(partial(holder_by_hash, db)),
                channels=_fresh(partial(look_up_channel, db)),
                receptions=_fresh(partial(look_up_reception, db), seconds=RECEPTION_SECONDS),
                visits=Buckets(settings.connect_rate, settings.connect_burst, REMEMBERED),
                calls=Buckets(settings.api_rate, settings.api_burst, REMEMBERED),
                visitor_calls=Buckets(settings.visitor_rate, settings.visitor_burst, REMEMBERED),
                # As for its frames: four seconds' worth at once.
                organization_calls=Buckets(
                    settings.organization_api_rate, settings.organization_api_rate * 4, REMEMBERED
                ),
                checks={"postgres": partial(_ping, db), "valkey": cache.ping},
            )
            try:
                yield house
            finally:
                await house.embedder.close()
        finally:
            await cache.close()
    finally:
        passwords.close()
        await db.close()


def _fresh(look_up: Callable[[K], Awaitable[V]], *, seconds: float = FRESH_SECONDS) -> Fresh[K, V]:
    return Fresh(look_up, time.monotonic, seconds=seconds, spare=SPARE_SECONDS, most=REMEMBERED)


async def _ping(db: Db) -> None:
    async with db.unscoped() as tx:
        await tx.value(PING)


@asynccontextmanager
async def hear_notices(house: House) -> AsyncIterator[None]:
    """Listen for what changed here and on other nodes, and forget what is no longer so."""
    notices = house.notices
    notices.on("token", _forgetting(house.tokens, lambda holder: holder.actor.session_id))
    notices.on("agent", _forgetting(house.tokens, lambda holder: holder.actor.id))
    notices.on("organization", _forgetting(house.tokens, lambda holder: holder.actor.org_id))
    notices.on("channel", _forgetting(house.channels, lambda channel: channel.id))
    notices.on("organization", _forgetting(house.channels, lambda channel: channel.org_id))
    for each in (house.tokens, house.channels):
        notices.on_gap(each.forget_all)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(notices.run())
        yield
        running.cancel()


def _forgetting(answers: Fresh[Any, Any], id_of: Callable[[Any], UUID | None]) -> Callable[[UUID], None]:
    return lambda changed: answers.forget_where(lambda answer: answer is not None and id_of(answer) == changed)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; then let running requests end."""
    async with (
        open_house(settings) as house,
        hear_notices(house),
        open_tracer(settings, "frontdesk-web") as tracer,
        open_gateway(house, tracer) as gateway,
    ):
        house.checks.update(bus=gateway.check_bus, log=gateway.check_log)
        house.metrics.sources += [partial(_figures, house), gateway.figures]
        house.metrics.asked.append(gateway.backlog)
        listening = listen(settings.host, settings.port)
        # Uvicorn raises the signal again when it is done; with these, that does not kill us before the house closes.
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, lambda: None)
        application = app(house)
        application.state.log, application.state.history = gateway.log, gateway.history
        application.state.questions = gateway.door.questions
        config = uvicorn.Config(
            application,
            http=Http,
            # A class to uvicorn's types; what it does is call it.
            ws=gateway.websocket,  # type: ignore[arg-type]
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=math.ceil(settings.drain) + 1,
        )
        logger.info("web listens", host=address(listening)[0], port=address(listening)[1], open_files=make_room())
        async with health_door(settings, house.metrics, house.checks):
            await uvicorn.Server(config).serve(sockets=[listening])


def _figures(house: House) -> Iterable[Metric]:
    return [
        counter("frontdesk_api_refusals", "Requests that routes refused, by code.", house.refusals, "code"),
        gauge(
            "frontdesk_database_connections", "Postgres connections of this process.",
            {("fd_app", state): count for state, count in house.db.connections.items()}, "role", "state",
        ),
    ]  # fmt: skip
