"""The WebSocket itself: the one file that knows picows.

It carries the sockets inside uvicorn, on the same port as HTTP, and closes what picows 2.3.1 leaves open: an oversize
frame still reaches the listener after the 1009 close, there is no cap over the fragments of one message and no UTF-8
check; stray continuations, nested data frames, RSV bits and some forbidden close codes are let through; the headers of
frames over 8 KiB that have to wait are written over; versions that were drafts and headers that stand twice are taken.
"""

import asyncio
import logging
import math
import random
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from picows import (
    WSAutoPingStrategy,
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from server.core.config import Settings
from server.core.http import client_address, client_at
from server.gateway.door import Door
from server.gateway.handshake import HEAD_BYTES, TOO_LARGE, refusal_of
from server.gateway.session import Session
from server.protocol.codes import CloseCode

# picows makes a logger for each connection of a plain Logger and tells much; an adapter is taken as it is.
_quiet = logging.LoggerAdapter(logging.getLogger("picows"))
_quiet.setLevel(logging.ERROR)
# A client's mistake is an error to it, too; what has a traceback is a mistake of ours, and nobody else tells of it.
_quiet.logger.addFilter(lambda record: record.exc_info is not None)

# A socket that was told to go is cut off when it has not gone by itself.
GOING_SECONDS = 1.0
# Frames are mostly under 1 KiB; picows grows the buffer for the others (28 KiB a socket at its default of 16 KiB).
READ_BUFFER = 2048
# Up to here picows copies what it sends. Of larger frames its send() gives the loop a view of the header in a buffer of
# its own, and writes the next frame's header over it while the first one still waits: the reader gets garbage.
COPIED_BYTES = 8192
HEADER_BYTES = 14
_CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)


class Socket(WSListener):
    """One socket: whole messages in, frames out, and the reasons to close it."""

    __slots__ = ("_fragments", "_is_paused", "_session", "_settings", "_size", "_transport", "_waiting", "is_going")

    def __init__(self, door: Door, request: WSUpgradeRequest, address: str) -> None:
        self._settings: Settings = door.settings
        self._transport: WSTransport | None = None
        self._fragments: list[bytes] = []
        self._size = 0
        self._is_paused = False
        self._waiting = 0
        self.is_going = False
        headers = request.headers
        self._session = Session(
            door, self, origin=headers.get("Origin", ""), host=headers.get("Host", ""),
            client=client_at(address, headers),
        )  # fmt: skip

    # What picows calls.

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._session.opened()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.is_going = True
        self._transport = None
        self._session.lost()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        # After a protocol error picows has sent its close frame, and still hands on what it reads afterwards.
        if self.is_going or transport.is_close_frame_sent:
            if kind == WSMsgType.CLOSE:
                transport.disconnect()
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self._end(WSCloseCode.PROTOCOL_ERROR, "reserved bits are set")
        elif kind in {WSMsgType.TEXT, WSMsgType.CONTINUATION}:
            self._text(frame, begins=kind == WSMsgType.TEXT)
        elif kind == WSMsgType.PING:
            # picows would answer by itself, also where a reserved bit is set.
            transport.send_pong(frame.get_payload_as_bytes())
        elif kind == WSMsgType.PONG:
            self._session.heard()
        elif kind == WSMsgType.CLOSE:
            self._farewell(transport, frame)
        else:
            self._end(WSCloseCode.UNSUPPORTED_DATA, "only text is spoken here")

    def _text(self, frame: WSFrame, *, begins: bool) -> None:
        if begins == bool(self._fragments):
            self._end(WSCloseCode.PROTOCOL_ERROR, "a message began inside another, or went on without a beginning")
        elif begins and frame.fin:
            self._message(frame.get_payload_as_bytes())
        else:
            self._fragment(frame)

    def _farewell(self, transport: WSTransport, frame: WSFrame) -> None:
        self.is_going = True
        code = int.from_bytes(frame.get_payload_as_bytes()[:2]) if frame.payload_size else WSCloseCode.OK.value
        # What picows lets through of the codes that no client may send.
        is_valid = 1000 <= code < 5000 and code != WSCloseCode.ABNORMAL_CLOSURE.value
        transport.send_close(code if is_valid else WSCloseCode.PROTOCOL_ERROR)  # type: ignore[arg-type]
        transport.disconnect()
        # Who does not read what still waits would keep the socket open for ever.
        asyncio.get_running_loop().call_later(GOING_SECONDS, transport.disconnect, False)

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self._waiting = 0

    # What the session calls.

    def send(self, frame: bytes, *, may_drop: bool = False) -> None:
        """Write a text frame; a reader that is too slow loses hints first, and then the socket."""
        transport = self._transport
        if transport is None or self.is_going:
            return
        if self._is_paused:
            if may_drop:
                return
            self._waiting += 1
            queued = transport.underlying_transport.get_write_buffer_size()
            if self._waiting > self._settings.outgoing_frames or queued > self._settings.outgoing_bytes:
                self.close(CloseCode.SLOW)
                return
        if len(frame) > COPIED_BYTES:
            transport.send_reuse_external_bytearray(WSMsgType.TEXT, bytearray(HEADER_BYTES) + frame, HEADER_BYTES)
        else:
            transport.send(WSMsgType.TEXT, frame)

    def close(self, code: CloseCode, retry_after: float | None = None) -> None:
        """Say why, and go; the client knows from the code whether to come back, and from the reason when."""
        # Rounded up: who comes a moment too early waits twice.
        reason = "" if retry_after is None else f'{{"retry_after":{math.ceil(retry_after * 10) / 10}}}'
        self._end(code, reason)

    def close_within(self, seconds: float, code: CloseCode) -> None:
        """Go at some moment of the next seconds, so that not all clients come back at once."""
        wait = random.uniform(0, seconds)  # noqa: S311 - jitter, no secret
        asyncio.get_running_loop().call_later(wait, self.close, code)

    def _fragment(self, frame: WSFrame) -> None:
        self._fragments.append(frame.get_payload_as_bytes())
        self._size += frame.payload_size
        if self._size > self._settings.message_bytes or len(self._fragments) > self._settings.message_fragments:
            self._end(WSCloseCode.MESSAGE_TOO_BIG, "the message is too big")
        elif frame.fin:
            message = b"".join(self._fragments)
            self._fragments, self._size = [], 0
            self._message(message)

    def _message(self, message: bytes) -> None:
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._end(WSCloseCode.INVALID_TEXT, "this is no UTF-8")
            return
        self._session.received(text)

    def _end(self, code: WSCloseCode | CloseCode, reason: str) -> None:
        transport = self._transport
        if transport is None or self.is_going:
            return
        self.is_going = True
        self._fragments = []
        self._session.door.closes[code.name.lower()] += 1
        transport.send_close(code, reason)  # type: ignore[arg-type]
        asyncio.get_running_loop().call_later(GOING_SECONDS, transport.disconnect, False)


def _answer(status: HTTPStatus, told: str, headers: dict[str, str]) -> WSUpgradeResponseWithListener:
    response = WSUpgradeResponse.create_error_response(status, told.encode(), headers)
    return WSUpgradeResponseWithListener(response, None)


def _feed(protocol: asyncio.BufferedProtocol, data: bytes) -> None:
    at = 0
    while at < len(data):
        room: Any = protocol.get_buffer(-1)
        part = data[at : at + len(room)]
        room[: len(part)] = part
        protocol.buffer_updated(len(part))
        at += len(part)


def socket_protocol(door: Door) -> Callable[..., asyncio.Protocol]:
    """The class that uvicorn calls for an upgrade to a WebSocket."""

    class SocketProtocol(WSProtocol):  # type: ignore[misc]
        """picows as uvicorn wants it: fed the request that uvicorn has read, counted, and told of a shutdown."""

        def __init__(self, config: Any, server_state: Any, app_state: Any, _loop: Any = None) -> None:
            self._connections = server_state.connections
            self._address = ""
            super().__init__(
                None, None, False, self._admit, _quiet, True, 10, False, 20, 20,
                WSAutoPingStrategy.PING_WHEN_IDLE, False, door.settings.message_bytes, None, READ_BUFFER,
            )  # fmt: skip

        def _admit(self, request: WSUpgradeRequest) -> Socket | WSUpgradeResponseWithListener:
            if refusal := refusal_of(request.path, request.headers):
                return _answer(*refusal)
            forwarded = request.headers.get("X-Forwarded-For", "")
            address = client_address(self._address, forwarded, trust_proxy=door.settings.trust_proxy)
            return Socket(door, request, address)

        def connection_made(self, transport: Any) -> None:
            peer = transport.get_extra_info("peername")
            self._address = peer[0] if isinstance(peer, tuple) else ""
            self._connections.add(self)
            super().connection_made(transport)

        def data_received(self, data: bytes) -> None:
            """Take the request line and headers that uvicorn read before it handed over."""
            if len(data) >= HEAD_BYTES:
                self.transport.underlying_transport.write(TOO_LARGE)
                self.transport.disconnect()
                return
            # Firefox sends "keep-alive, Upgrade"; uvicorn has looked for the word, picows wants it alone.
            _feed(self, _CONNECTION.sub(b"\r\nconnection: Upgrade", data))

        def connection_lost(self, exc: Exception | None) -> None:
            self._connections.discard(self)
            super().connection_lost(exc)

        def shutdown(self) -> None:
            """Uvicorn is stopping: tell the client to go elsewhere."""
            if isinstance(self.listener, Socket):
                self.listener.close_within(door.settings.drain, CloseCode.SHUTDOWN)
            else:
                self.transport.disconnect()

    return SocketProtocol
