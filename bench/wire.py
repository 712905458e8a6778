"""A client's WebSocket that costs little: the replay and the load generator both speak through it."""

from collections.abc import Callable

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

Hear = Callable[[bytes], None]


class Wire(WSListener):
    """One socket: whole text frames go to `hear`, and `lost` is called once when it is over."""

    def __init__(self, hear: Hear, lost: Callable[[int], None] = lambda _: None) -> None:
        self._hear, self._lost = hear, lost
        self._transport: WSTransport | None = None
        self._code = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Pass a text on; answer a close."""
        if frame.msg_type == WSMsgType.TEXT:
            self._hear(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            code = frame.get_close_code()
            # An IntEnum, of which picows' types say only that it is an Enum; of our own codes it has no names.
            self._code = int(code)  # type: ignore[call-overload]
            transport.send_close(code)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Tell that it is over."""
        self._transport = None
        self._lost(self._code)

    def send(self, frame: bytes) -> None:
        """Send a text frame; into the void when the socket is gone, as it may be at any moment."""
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, frame)

    def cut(self) -> None:
        """Lose the connection without a word, as in a tunnel."""
        if self._transport is not None:
            self._transport.underlying_transport.abort()

    def pause(self) -> None:
        """Read nothing for now."""
        if self._transport is not None:
            self._transport.underlying_transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._transport is not None:
            self._transport.underlying_transport.resume_reading()

    def close(self) -> None:
        """Leave properly."""
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.OK)
            self._transport.disconnect()


async def wire(url: str, hear: Hear, lost: Callable[[int], None] = lambda _: None) -> Wire:
    """Open a socket to a web's address."""
    made = Wire(hear, lost)
    await ws_connect(lambda: made, url.replace("http", "ws", 1) + "/ws")
    return made
