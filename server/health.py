"""What whoever watches a process asks it: whether it lives, whether it can serve, and its figures.

Web answers on its port; each process also on a port of its own where it is given one. Several webs share one port, so
that a scrape there meets one of them by chance, and a worker has no other.
"""

import asyncio
import hmac
import ipaddress
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import msgspec
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.core.config import BadSettings, Settings
from server.core.errors import NotFound, Refused, Unauthenticated, Unavailable
from server.core.guard import translate_errors
from server.core.house import Check
from server.core.http import refusal, reply
from server.core.metrics import CONTENT_TYPE, Metrics, gauge
from server.core.valkey import ReplyError
from server.listen import Http

logger = structlog.get_logger(__name__)

CHECK_SECONDS = 2.0
DOCTOR_SECONDS = 60
OK = "ok"
# What a proxy adds to a request that it passes on; each one of them is enough to know that it comes from elsewhere.
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class Health(msgspec.Struct, frozen=True):
    """Whether this process can serve, part by part."""

    is_ready: bool
    parts: dict[str, str]


class Seen(msgspec.Struct, frozen=True):
    """What of a request arrived here, for whoever looks at the proxy before it."""

    host: str
    proto: str
    forwarded_for: str


def doctors_pass(secret: str, now: float) -> str:
    """What `frontdesk doctor` shows for its question to be answered; good for a minute."""
    minute = str(int(now))
    return f"{minute}.{hmac.digest(secret.encode(), f'frontdesk doctor {minute}'.encode(), 'sha256').hex()}"


class Vitals:
    """The three answers of one process; `is_private` says that no proxy can lead here."""

    def __init__(
        self, settings: Settings, metrics: Metrics, checks: Mapping[str, Check], *, is_private: bool = False
    ) -> None:
        self._metrics, self._checks = metrics, checks
        self._token, self._secret = settings.metrics_token, settings.secret
        # Behind a proxy on the same machine all the world comes from 127.0.0.1.
        self._trusts_neighbours = is_private or not (
            settings.trust_proxy or (settings.public_url and not _is_near(_host_of(settings.public_url)))
        )

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/health/live", self.live, methods=["GET"]),
            Route("/health/ready", self.ready, methods=["GET"]),
            Route("/health/seen", self.seen, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def live(self, _: Request) -> Response:
        """GET /health/live: the process answers."""
        return PlainTextResponse("live")

    async def ready(self, _: Request) -> Response:
        """GET /health/ready: 200 when every part works, else 503."""
        health = await self._health()
        return reply(health, 200 if health.is_ready else 503)

    async def seen(self, request: Request) -> Response:
        """GET /health/seen: what of the doctor's own request came through the proxy; nothing for anybody else."""
        shown = request.headers.get("x-frontdesk-doctor", "")
        at = shown.partition(".")[0]
        if not at.isdecimal() or len(at) > 12 or abs(time.time() - int(at)) > DOCTOR_SECONDS:
            return refusal(_nothing())
        if not hmac.compare_digest(shown.encode(), doctors_pass(self._secret, int(at)).encode()):
            return refusal(_nothing())
        headers = request.headers
        told = (headers.get(each, "") for each in ("host", "x-forwarded-proto", "x-forwarded-for"))
        return reply(Seen(*told))

    async def metrics(self, request: Request) -> Response:
        """GET /metrics: the figures, for whoever shows the token, or asks from this very machine where none is set."""
        refused = self._refuses(request)
        if refused is not None:
            return refusal(refused)
        page, health = await asyncio.gather(self._metrics.page(), self._health())
        return Response(page + self._told(health), media_type=CONTENT_TYPE)

    def _told(self, health: Health) -> bytes:
        parts = {part: float(told == OK) for part, told in health.parts.items()}
        return Metrics.of([gauge("frontdesk_part_ready", "1 where /health/ready says ok of the part.", parts, "part")])

    async def _health(self) -> Health:
        told = await asyncio.gather(*(_checked(check) for check in self._checks.values()))
        return Health(all(each == OK for each in told), dict(zip(self._checks, told, strict=True)))

    def _refuses(self, request: Request) -> Refused | None:
        if self._token:
            scheme, _, shown = request.headers.get("authorization", "").partition(" ")
            is_right = hmac.compare_digest(shown.strip().encode(), self._token.encode())
            return None if scheme.lower() == "bearer" and is_right else Unauthenticated("show the token for metrics")
        is_neighbour = (
            self._trusts_neighbours
            and request.client is not None
            and _is_near(request.client.host)
            and not any(header in request.headers for header in _PASSED_ON)
            # A page in a browser on this machine may have a name of its own lead here, but not choose the Host.
            and _is_near(_host_of(f"http://{request.headers.get('host', '')}"))
        )
        return None if is_neighbour else _nothing()


def _nothing() -> Refused:
    return NotFound("there is nothing at this address")


async def _checked(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Unavailable as away:
        return away.message
    except ReplyError as error:
        return f"valkey refuses: {error}"
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    return OK


def _host_of(url: str) -> str:
    rest = url.partition("://")[2].partition("/")[0]
    return rest[1:].partition("]")[0] if rest.startswith("[") else rest.partition(":")[0]


def _is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class _Beside(uvicorn.Server):
    """A server that leaves the signals to the process which it stands beside."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch none."""
        yield


@asynccontextmanager
async def health_door(settings: Settings, metrics: Metrics, checks: Mapping[str, Check]) -> AsyncIterator[None]:
    """Answer on the process's own port while this is open; raises BadSettings for one that somebody has."""
    if not settings.health_port:
        yield
        return
    listening = _listen(settings.health_port)
    app = Starlette(routes=Vitals(settings, metrics, checks, is_private=True).routes())
    translate_errors(app)
    config = uvicorn.Config(
        app, http=Http, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = _Beside(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    logger.info("health answers", host="127.0.0.1", port=settings.health_port)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _listen(port: int) -> socket.socket:
    # Alone, unlike web's port: two processes on one would tell each other's figures.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setblocking(False)
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise BadSettings(
            f"FRONTDESK_HEALTH_PORT: port {port} cannot be had ({error.strerror}); each process needs its own"
        ) from None
    return listening
