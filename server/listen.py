"""The socket that web listens on, and what a client has to keep to before its request is one."""

import resource
import socket
from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The cookies and headers of a browser are a few KiB; uvicorn with httptools has no limit of its own (seen in 0.54).
HEAD_BYTES = 65_536
# Nor does it ever close a connection that says nothing: some thousand of them would be all a process may open.
HEAD_SECONDS = 10.0
# Where there is no limit we set ourselves one.
ENOUGH_FILES = 1_048_576


def make_room() -> int:
    """Let this process open as many sockets as the system allows it; how many.

    What a shell begins with is often 1,024, and one more visitor would find the door shut.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = ENOUGH_FILES
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return max(soft, hard)


def listen(host: str, port: int) -> socket.socket:
    """Open the port together with the other web processes of this machine; the kernel spreads what comes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.setblocking(False)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


class Http(HttpToolsProtocol):
    """Uvicorn's HTTP with an end to how long and how large a request's head may be."""

    _head: int | None = 0
    _late: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Give a new connection its time to say something."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Start the clock of the next request on this connection."""
        super().on_message_begin()
        self._head = 0
        self._wait()

    def on_headers_complete(self) -> None:
        """Stop the clock: this is a request, and from here on its route decides."""
        self._head = None
        self._stop()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is complete."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The request's head is too large.")

    def _should_upgrade(self) -> bool:
        # Uvicorn hands every version over as 1.1, and before it there is no upgrade (RFC 6455, 4.2.1).
        return super()._should_upgrade() and self.parser.get_http_version() == "1.1"

    def _wait(self) -> None:
        self._stop()
        self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def address(listening: socket.socket) -> tuple[str, int]:
    """Host and port as the kernel gave them."""
    name: Any = listening.getsockname()
    return str(name[0]), int(name[1])
