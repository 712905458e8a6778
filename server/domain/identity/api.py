"""The routes of identity: log in, log out, who am I, a ticket for a socket."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.http import COOKIE, address_of, house_of, member_of, origin_of, read, reply, require_same_site
from server.domain.identity import actions
from server.domain.identity.types import Client, Login, Ticket


async def log_in(request: Request) -> Response:
    """POST /api/login: a session cookie for the right e-mail and password."""
    # A page of somebody else's must not log its visitors in as somebody else.
    require_same_site(request, browser=False)
    session = await actions.log_in(house_of(request), _client(request), await read(request, Login, most=4096))
    response = reply(session.me)
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=actions.SESSION_DAYS * 86_400,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


async def log_out(request: Request) -> Response:
    """POST /api/logout: the session ends, here and in the database."""
    member = await member_of(request)
    await actions.log_out(house_of(request), member, _client(request), request.cookies[COOKIE])
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", secure=_is_secure(request), httponly=True, samesite="lax")
    return response


async def show_me(request: Request) -> Response:
    """GET /api/me: who is logged in."""
    return reply(await actions.show_me(house_of(request).db, await member_of(request)))


async def give_ticket(request: Request) -> Response:
    """POST /api/socket-tickets: what a console shows in its socket's first frame."""
    return reply(Ticket(await actions.give_ticket(house_of(request).cache, await member_of(request))))


def _client(request: Request) -> Client:
    # What a browser says of itself may be of any length and hold anything; the audit log keeps the readable start.
    agent = "".join(each for each in request.headers.get("user-agent", "")[:300] if each.isprintable())
    return Client(address_of(request), agent)


def _is_secure(request: Request) -> bool:
    return origin_of(request).startswith("https:")


routes = [
    Route("/api/login", log_in, methods=["POST"]),
    Route("/api/logout", log_out, methods=["POST"]),
    Route("/api/me", show_me, methods=["GET"]),
    Route("/api/socket-tickets", give_ticket, methods=["POST"]),
]
