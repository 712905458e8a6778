"""Every code a client can meet: refusals of one frame, and closes of a socket.

A refusal's code is an API: it never changes its meaning. A close code tells by its range whether to come back:
4000-4499 come back (with jitter), 4500-4999 do not.
"""

from enum import IntEnum, StrEnum


class RefusalCode(StrEnum):
    """Why one frame or request was refused."""

    MALFORMED = "malformed"
    UNKNOWN_FRAME = "unknown_frame"
    INVALID = "invalid"
    BAD_ID = "bad_id"
    ID_TAKEN = "id_taken"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    UNAUTHENTICATED = "unauthenticated"
    CONFLICT = "conflict"
    CONVERSATION_CLOSED = "conversation_closed"
    STALE_TURN = "stale_turn"
    TOO_FAST = "too_fast"
    TOO_MANY = "too_many"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


REFUSALS: dict[RefusalCode, str] = {
    RefusalCode.MALFORMED: "The frame is not JSON of the shape that the protocol says.",
    RefusalCode.UNKNOWN_FRAME: "There is no frame of this type for this kind of client.",
    RefusalCode.INVALID: "A field has a value that cannot be taken; the message names it.",
    RefusalCode.BAD_ID: "The id is no UUIDv7, or its time is over 30 days old or over 5 minutes ahead.",
    RefusalCode.ID_TAKEN: "Somebody else has used this id.",
    RefusalCode.NOT_FOUND: "There is no such thing, or it is not yours.",
    RefusalCode.FORBIDDEN: "Your role may not do this.",
    RefusalCode.UNAUTHENTICATED: "The password, ticket, token or key is wrong, used or expired.",
    RefusalCode.CONFLICT: "Somebody changed it first; look again and decide anew.",
    RefusalCode.CONVERSATION_CLOSED: "The conversation is closed; reopen it to write in it.",
    RefusalCode.STALE_TURN: "The conversation has a new holder; what a former one says is refused.",
    RefusalCode.TOO_FAST: "You spent your allowance; try again after `retry_after` seconds.",
    RefusalCode.TOO_MANY: "There are as many as the limit allows.",
    RefusalCode.BUSY: "Too much waits to be stored; try again after `retry_after` seconds.",
    RefusalCode.UNAVAILABLE: "A part of the server is away; try again after `retry_after` seconds.",
    RefusalCode.INTERNAL: "The server made a mistake; the message has the number to look for in its log.",
}


class CloseCode(IntEnum):
    """Why a socket was closed by the server."""

    SHUTDOWN = 4000
    SLOW = 4001
    SILENT = 4002
    UNHEALTHY = 4003
    TOO_FAST = 4004
    NO_HELLO = 4005
    RELOAD = 4006
    BAD_HELLO = 4500
    UNAUTHENTICATED = 4501
    FORBIDDEN_ORIGIN = 4502
    TOO_MANY_SOCKETS = 4503
    REVOKED = 4504
    OLD_PROTOCOL = 4505


CLOSES: dict[CloseCode, str] = {
    CloseCode.SHUTDOWN: "The node is going away; come back, another one answers.",
    CloseCode.SLOW: "The client read too slowly; come back and resume.",
    CloseCode.SILENT: "Two pings went unanswered.",
    CloseCode.UNHEALTHY: "The node lost its bus; come back, another one answers.",
    CloseCode.TOO_FAST: "The client went on far above its allowance; the reason carries `retry_after`.",
    CloseCode.NO_HELLO: "No `hello` came in time.",
    CloseCode.RELOAD: "The client's view cannot be continued; come back with no positions.",
    CloseCode.BAD_HELLO: "The first frame was not a `hello` that can be read.",
    CloseCode.UNAUTHENTICATED: "The ticket, token or key is wrong or expired; get a new one.",
    CloseCode.FORBIDDEN_ORIGIN: "This origin is not among the channel's allowed origins.",
    CloseCode.TOO_MANY_SOCKETS: "This person, or the organization, has as many sockets as the limit allows.",
    CloseCode.REVOKED: "The session was ended.",
    CloseCode.OLD_PROTOCOL: "The server speaks a newer protocol; reload the page.",
}
