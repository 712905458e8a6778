"""What an action may raise: children of `Refused`; only the doors translate them."""

from server.protocol.codes import RefusalCode


class Refused(Exception):  # noqa: N818 - it is no error of ours: somebody asked for what cannot be
    """Never raised itself: what was asked cannot be done, and the code says why."""

    code: RefusalCode
    status: int

    def __init__(
        self,
        message: str,
        *,
        code: RefusalCode | str | None = None,
        retry_after: float | None = None,
        field: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        # What of the request cannot be taken, where it is one field.
        self.field = field
        if code is not None:
            self.code = RefusalCode(code)


class NotFound(Refused):
    """There is no such thing, or the actor may not know of it."""

    code = RefusalCode.NOT_FOUND
    status = 404


class Forbidden(Refused):
    """The actor's role may not do this."""

    code = RefusalCode.FORBIDDEN
    status = 403


class Unauthenticated(Refused):
    """Nobody is known by what was shown."""

    code = RefusalCode.UNAUTHENTICATED
    status = 401


class Invalid(Refused):
    """A value cannot be taken."""

    code = RefusalCode.INVALID
    status = 422


class Conflict(Refused):
    """Somebody changed it first, or it is not in a state that allows this."""

    code = RefusalCode.CONFLICT
    status = 409


class Changed(Refused):
    """It is no longer what the caller saw, who said so with If-Match."""

    code = RefusalCode.CONFLICT
    status = 412


class TooFast(Refused):
    """The actor spent its allowance; try again after `retry_after` seconds."""

    code = RefusalCode.TOO_FAST
    status = 429


class Late(Refused):
    """Whoever had to answer said nothing in time."""

    code = RefusalCode.UNAVAILABLE
    status = 504


class Unavailable(Refused):
    """A part of the server is away; try again after `retry_after` seconds."""

    code = RefusalCode.UNAVAILABLE
    status = 503
