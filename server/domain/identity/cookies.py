"""The session's cookie on an answer."""

from server.core.endpoint import Call
from server.core.http import COOKIE, origin_of
from server.domain.identity import logins
from server.domain.identity.forms import Me, Session


def begin(call: Call, session: Session) -> Me:
    """Put a new session's cookie on the answer."""
    call.response.set_cookie(
        COOKIE,
        session.token,
        max_age=logins.SESSION_DAYS * 86_400,
        path="/",
        secure=_is_secure(call),
        httponly=True,
        samesite="lax",
    )
    return session.me


def end(call: Call) -> None:
    """Take the cookie away."""
    call.response.delete_cookie(COOKIE, path="/", secure=_is_secure(call), httponly=True, samesite="lax")


def _is_secure(call: Call) -> bool:
    return origin_of(call.request).startswith("https:")
