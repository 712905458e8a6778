"""The routes of channels: what a company's page and the widget in it ask for, and how they are set up."""

import msgspec
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.core.clock import now_ms
from server.core.endpoint import ANYONE, VISITOR, Call, delete, get, patch, post, put
from server.core.errors import Forbidden, Refused
from server.core.faces import NOT_BUILT, Face, face, page
from server.core.http import house_of, origin_of, refusal, reply, socket_source
from server.domain.channels import actions, configure, known
from server.domain.channels.appearance import (
    WidgetSettings,
    clean_appearance,
    launcher_settings,
    widget_settings,
)
from server.domain.channels.opening import opening_of
from server.domain.channels.origins import frame_ancestors, origin_allowed
from server.domain.channels.types import GiveEmail, OpenSession, Preview, VisitorSession

PANEL_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)


async def open_session(call: Call, body: OpenSession) -> VisitorSession:
    """Let a visitor in: a token, new or renewed, or for whom the company has signed who it is."""
    if body.identity:
        return await known.open_known_session(call.house, call.log, call.client.address, body)
    return await actions.open_session(call.house, call.client.address, body)


async def give_email(call: Call, body: GiveEmail) -> None:
    """Leave an address, for when the visitor is gone."""
    await actions.spend_visit(call.house, call.client.address)
    await actions.give_email(call.house.db, call.actor, body)


async def preview_appearance(call: Call, body: Preview) -> WidgetSettings:
    """Show what a widget would be drawn from, for an appearance that is not saved."""
    wanted = call.request.headers.get("accept-language", "")
    organization_name = await actions.organization_name(call.house.db, call.actor.org_id)
    return widget_settings(clean_appearance(body.appearance), organization_name, wanted, [], None)


def _wanted_language(request: Request) -> str:
    """What the page around says, then what the browser wants."""
    return f"{request.query_params.get('lang', '')[:100]},{request.headers.get('accept-language', '')[:300]}"


async def panel(request: Request) -> Response:
    """GET /widget/panel?key=…: the widget's page, which only the channel's own pages may frame, and ours."""
    house = house_of(request)
    channel = await actions.channel_by_key(house, request.query_params.get("key", ""))
    settings = await actions.settings_of(house, channel, _wanted_language(request))
    frames = "frame-ancestors 'self'" if "preview" in request.query_params else frame_ancestors(channel.allowed_origins)
    reach = f"connect-src 'self' {socket_source(request)}".rstrip()
    policy = f"{PANEL_POLICY}; {reach}; {frames}"
    told = {
        "lang": settings.language,
        "dir": "rtl" if settings.is_rtl else "ltr",
        "data-theme": settings.theme,
        "data-settings": msgspec.json.encode(settings).decode(),
    }
    response = page(house.settings, Face.PANEL, policy, told=told)
    # A page that asks for cross-origin isolation may frame only what says that it agrees.
    response.headers["cross-origin-resource-policy"] = "cross-origin"
    response.headers["vary"] = "Accept-Language"
    return response


async def launcher(request: Request) -> Response:
    """GET /widget/settings?key=…: what the loader draws its button from, for the channel's own pages."""
    origin = request.headers.get("origin", "")
    # The reason is for whoever builds the page, and says nothing that the page does not know.
    headers = {"access-control-allow-origin": origin, "vary": "Origin, Accept-Language", "cache-control": "no-cache"}
    headers = headers if origin else {name: value for name, value in headers.items() if "origin" not in name}
    try:
        channel = await actions.channel_by_key(house_of(request), request.query_params.get("key", ""))
        if not origin_allowed(origin, {origin_of(request)}, channel.allowed_origins):
            raise Forbidden(f"{origin} is not among the channel's allowed origins")
    except Refused as refused:
        answer = refusal(refused)
        answer.headers.update(headers)
        return answer
    opening = opening_of(channel.hours, now_ms())
    return reply(launcher_settings(channel.appearance, opening, _wanted_language(request)), headers=headers)


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
_ONE = "/api/channels/{channel_id}"
endpoints = [
    post("/api/widget/sessions", open_session, who=ANYONE, is_open=True, most=8192),
    post("/api/widget/email", give_email, who=VISITOR),
    get("/api/channels", configure.list_channels, permission="channel.read"),
    post("/api/channels", configure.make_channel, permission="channel.write", status=201),
    post("/api/channel-preview", preview_appearance, permission="channel.read"),
    get(_ONE, configure.show_channel, permission="channel.read"),
    patch(_ONE, configure.change_channel, permission="channel.write"),
    get(f"{_ONE}/hours", configure.show_channel_hours, permission="channel.read"),
    put(f"{_ONE}/hours", configure.put_channel_hours, permission="channel.write"),
    delete(_ONE, configure.remove_channel, permission="channel.write"),
    post(f"{_ONE}/identity-keys", configure.make_identity_key, permission="channel.write", status=201, is_secret=True),
    delete(f"{_ONE}/identity-keys/{{identity_key_id}}", configure.remove_identity_key, permission="channel.write"),
]
routes = [
    Route("/widget/panel", panel, methods=["GET"], middleware=_SQUEEZED),
    Route("/widget/settings", launcher, methods=["GET"], middleware=_SQUEEZED),
    Route("/widget.js", loader, methods=["GET"], middleware=_SQUEEZED),
]
