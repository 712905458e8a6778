"""The opening handshake, where the socket library leaves it open: which requests for a WebSocket are turned away."""

from http import HTTPStatus
from typing import NamedTuple, Protocol

# The one there is; 7 and 8 were drafts, and picows 2.3.1 takes them for it.
VERSION = "13"
# What picows takes of a request; of a larger one it closes the connection without a word.
HEAD_BYTES = 16_384
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 37\r\n\r\nThe headers of a socket end at 16 KiB"
)


class Headers(Protocol):
    """The headers of a request; each may stand there more than once."""

    def getall(self, key: str, default: list[str], /) -> list[str]:
        """The values of a header, or the default."""


class Refusal(NamedTuple):
    """The answer to a request that opens no socket."""

    status: HTTPStatus
    told: str
    headers: dict[str, str]


def refusal_of(path: bytes, headers: Headers) -> Refusal | None:
    """Why this request opens no socket (RFC 6455, 4.2.1 and 4.4); None if nothing here speaks against it."""
    if path.partition(b"?")[0] != b"/ws":
        return Refusal(HTTPStatus.NOT_FOUND, "there is no socket at this address", {})
    for name in ("Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version"):
        if len(headers.getall(name, [])) != 1:
            return Refusal(HTTPStatus.BAD_REQUEST, f"{name} must be there once", {})
    if headers.getall("Sec-WebSocket-Version", []) != [VERSION]:
        spoken = {"Sec-WebSocket-Version": VERSION, "Upgrade": "websocket"}
        return Refusal(HTTPStatus.UPGRADE_REQUIRED, f"the version spoken here is {VERSION}", spoken)
    return None
