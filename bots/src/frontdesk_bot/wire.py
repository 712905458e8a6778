"""The one file that knows the socket library."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from frontdesk_bot.verdict import BROKEN

CONNECT_DEADLINE = 10.0
# The server closes a reader that has 256 KiB waiting; one frame is never more.
LARGEST_FRAME = 2**22


class Closed(Exception):  # noqa: N818 - it tells what happened
    """The connection ended, or never came to be; `code` and `reason` say how."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.reason = code, reason


class TurnedAway(Exception):  # noqa: N818 - it tells what happened
    """The address answered with an HTTP status in place of a socket."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Wire(Protocol):
    """A connection that carries texts; each of the three raises Closed when it is gone."""

    async def send(self, text: str) -> None:
        """Give a text to the other side."""

    async def receive(self) -> str:
        """The next text from the other side."""

    async def close(self) -> None:
        """Say goodbye."""


Dial = Callable[[], Awaitable[Wire]]


def address_of(url: str) -> str:
    """Where the socket is: `https://chat.example.com` and `wss://chat.example.com/ws` mean the same."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in {"ws", "wss"} or not parts.netloc:
        raise ValueError(f"{url!r} is no address of a Frontdesk; write it as https://chat.example.com")
    path = "/ws" if parts.path in {"", "/"} else parts.path
    return urlunsplit((scheme, parts.netloc, path, parts.query, ""))


class _Socket:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except ConnectionClosed as error:
            raise _closed(error) from None

    async def receive(self) -> str:
        try:
            return str(await self._socket.recv(decode=True))
        except ConnectionClosed as error:
            raise _closed(error) from None

    async def close(self) -> None:
        await self._socket.close()


async def dial(address: str) -> Wire:
    """Open a socket; raises Closed, TurnedAway or ValueError."""
    try:
        # The server has pings of its own, and answers no faster for being sent less.
        socket = await connect(
            address, open_timeout=CONNECT_DEADLINE, ping_interval=None, close_timeout=2, compression=None,
            max_size=LARGEST_FRAME,
        )  # fmt: skip
    except InvalidStatus as error:
        raise TurnedAway(error.response.status_code) from None
    except InvalidURI as error:
        raise ValueError(str(error)) from None
    except (OSError, TimeoutError, EOFError, InvalidHandshake) as error:
        raise Closed(BROKEN, str(error)) from None
    return _Socket(socket)


def _closed(error: ConnectionClosed) -> Closed:
    return Closed(error.rcvd.code, error.rcvd.reason) if error.rcvd is not None else Closed(BROKEN)
