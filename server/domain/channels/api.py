"""The routes of channels: what a company's page and the widget in it ask for."""

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.core.endpoint import ANYONE, Call, post
from server.core.faces import NOT_BUILT, Face, face, page
from server.core.http import house_of, socket_source
from server.domain.channels import actions
from server.domain.channels.origins import frame_ancestors
from server.domain.channels.types import OpenSession, VisitorSession

PANEL_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)


async def open_session(call: Call, body: OpenSession) -> VisitorSession:
    """Let a visitor in: a token, new or renewed."""
    return await actions.open_session(call.house, call.client.address, body)


async def panel(request: Request) -> Response:
    """GET /widget/panel?key=…: the widget's page, which only the channel's own pages may frame."""
    house = house_of(request)
    channel = await actions.channel_by_key(house, request.query_params.get("key", ""))
    reach = f"connect-src 'self' {socket_source(request)}".rstrip()
    policy = f"{PANEL_POLICY}; {reach}; {frame_ancestors(channel.allowed_origins)}"
    response = page(house.settings, Face.PANEL, policy)
    # A page that asks for cross-origin isolation may frame only what says that it agrees.
    response.headers["cross-origin-resource-policy"] = "cross-origin"
    return response


async def loader(request: Request) -> Response:
    """GET /widget.js: the few lines that a company's page loads; any site may, for they do nothing without a key."""
    found = face(house_of(request).settings, Face.LOADER)
    if found is None:
        return PlainTextResponse(NOT_BUILT, 503)
    headers = {
        # Short, because its address never changes and a fix must arrive.
        "cache-control": "public, max-age=300, stale-while-revalidate=86400",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    return Response(found, media_type="text/javascript", headers=headers)


_SQUEEZED = [Middleware(GZipMiddleware, minimum_size=500)]
endpoints = [
    post("/api/widget/sessions", open_session, who=ANYONE, is_open=True, most=4096),
]
routes = [
    Route("/widget/panel", panel, methods=["GET"], middleware=_SQUEEZED),
    Route("/widget.js", loader, methods=["GET"], middleware=_SQUEEZED),
]
