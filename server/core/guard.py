"""What stands around every route: safe headers on each answer, and one shape for each error."""

import re
import secrets

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.errors import Refused
from server.core.http import ErrorShape, house_of, refusal, reply
from server.protocol.codes import RefusalCode

logger = structlog.get_logger(__name__)

# An answer that sets one of these itself knows better; all others can do nothing in a browser.
HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
# Two years, as browsers ask of those who want to be known before the first visit.
HTTPS_ONLY = "max-age=63072000"
# A UUID, or what nginx, Envoy and the clouds make; nothing that looks like a token of ours.
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


class Guard:
    """Adds the headers, and answers what nobody expected with a number to look for in the log."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, "strict-transport-security": HTTPS_ONLY} if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False
        request_id = _request_id(scope)

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["x-request-id"] = request_id
            await send(message)

        # Whatever is logged on the way says of which request.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, guarded)
        except Exception:
            incident = secrets.token_hex(4)
            # The path without its query, in which a careless client may have put anything.
            scope["app"].state.house.refusals[RefusalCode.INTERNAL.value] += 1
            logger.exception("a request failed", incident=incident, method=scope["method"], path=scope["path"])
            if has_begun:
                raise
            await _failed(incident)(scope, receive, guarded)


def _request_id(scope: Scope) -> str:
    """The proxy's name for the request, where it is one that a log may hold; else one of ours."""
    told = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
    return told if _REQUEST_ID.fullmatch(told) else secrets.token_hex(8)


def _failed(incident: str) -> Response:
    message = f"the server made a mistake; its log has more under {incident}"
    return reply(ErrorShape(RefusalCode.INTERNAL, message), 500)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    house_of(request).refusals[error.code.value] += 1
    return refusal(error)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = RefusalCode.NOT_FOUND if error.status_code == 404 else RefusalCode.INVALID
    message = "there is nothing at this address" if error.status_code == 404 else error.detail.lower()
    # Each method of a path is a route of its own, and knows of no other.
    headers = {"allow": ", ".join(sorted(_methods(request)))} if error.status_code == 405 else dict(error.headers or {})
    return reply(ErrorShape(code, message), error.status_code, headers)


def _methods(request: Request) -> set[str]:
    found: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return found


def translate_errors(app: Starlette) -> None:
    """Give everything that routes raise the one shape of errors."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _no_route)
