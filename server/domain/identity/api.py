"""The routes of identity: log in, log out, who am I, a ticket for a socket."""

from server.core.endpoint import ANYONE, Call, get, post
from server.core.http import COOKIE, origin_of
from server.domain.identity import actions
from server.domain.identity.types import Login, Me, Session, Ticket


async def log_in(call: Call, body: Login) -> Me:
    """Open a session for the right e-mail and password; the cookie in the answer carries it."""
    return begin(call, await actions.log_in(call.house, call.client, body))


async def log_out(call: Call) -> None:
    """End the session, here and in the database."""
    await actions.log_out(call.house, call.actor, call.client, call.request.cookies[COOKIE])
    call.response.delete_cookie(COOKIE, path="/", secure=_is_secure(call), httponly=True, samesite="lax")


async def show_me(call: Call) -> Me:
    """Say who is logged in."""
    return await actions.show_me(call.house.db, call.actor)


async def give_ticket(call: Call) -> Ticket:
    """Make what a console shows in its socket's first frame."""
    return Ticket(await actions.give_ticket(call.house.cache, call.actor))


def begin(call: Call, session: Session) -> Me:
    """Put a new session's cookie on the answer."""
    call.response.set_cookie(
        COOKIE,
        session.token,
        max_age=actions.SESSION_DAYS * 86_400,
        path="/",
        secure=_is_secure(call),
        httponly=True,
        samesite="lax",
    )
    return session.me


def _is_secure(call: Call) -> bool:
    return origin_of(call.request).startswith("https:")


endpoints = [
    post("/api/login", log_in, who=ANYONE, most=4096),
    post("/api/logout", log_out),
    get("/api/me", show_me),
    post("/api/socket-tickets", give_ticket, is_secret=True),
]
