"""A client that speaks RFC 6455 byte by byte, and so can break every rule of it."""

import asyncio
import base64
import os
import socket
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

import msgspec

from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import PROTOCOL
from tests.hearing import read
from tests.people import PATIENCE, Person
from tests.servers import House

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NO_CODE = 1005
T = TypeVar("T")


class Frame(NamedTuple):
    """One frame of the server."""

    opcode: int
    payload: bytes
    fin: bool

    @property
    def code(self) -> int:
        """The code of a close frame."""
        return int.from_bytes(self.payload[:2]) if self.payload else NO_CODE


def masked(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, told: int | None = None) -> bytes:
    """A client's frame; `told` lies about its length."""
    return head(opcode, len(payload) if told is None else told, fin=fin, rsv=rsv, mask=True) + _mask(payload)


def head(opcode: int, length: int, *, fin: bool = True, rsv: int = 0, mask: bool = False) -> bytes:
    """The bytes before the payload; the mask is four fixed bytes."""
    first, bit = (fin << 7) | (rsv << 4) | opcode, mask << 7
    if length < 126:
        size = bytes([first, bit | length])
    elif length < 65_536:
        size = bytes([first, bit | 126]) + length.to_bytes(2)
    else:
        size = bytes([first, bit | 127]) + length.to_bytes(8)
    return size + (b"mask" if mask else b"")


def _mask(payload: bytes) -> bytes:
    key = (b"mask" * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(len(payload))


def upgrade(path: str = "/ws", **headers: str) -> bytes:
    """The request that opens a socket; each header may be replaced, or left out with an empty value."""
    lines = {
        "Host": "frontdesk.example",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    told = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"GET {path} HTTP/1.1\r\n{told}\r\n".encode()


async def hello_of(person: Person) -> bytes:
    """A good hello of this person, as bytes to send."""
    return msgspec.json.encode(say.Hello(PROTOCOL, await person.credentials()))


class Raw:
    """One TCP connection to a web, with or without a WebSocket on it."""

    def __init__(self, house: House, node: int = 0, *, is_slow: bool = False) -> None:
        self._address = ("127.0.0.1", house.ports[node])
        self._is_slow = is_slow

    async def __aenter__(self) -> Self:
        """Connect; a slow one asks for tiny segments and windows, so that little fits on the way to it."""
        client = socket.socket()
        if self._is_slow:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        client.connect(self._address)
        # A limit of the stream's own, so that what is not read stays in the kernel.
        limit = 2048 if self._is_slow else 2**20
        self._reader, self._writer = await asyncio.open_connection(sock=client, limit=limit)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the connection."""
        self._writer.transport.abort()

    async def send(self, *parts: bytes) -> None:
        """Send bytes as they are, in one packet."""
        self._writer.write(b"".join(parts))
        await self._writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        """The status of an HTTP answer, and its body where it has one."""
        async with asyncio.timeout(PATIENCE):
            lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            length = next((int(each[15:]) for each in lines if each.lower().startswith("content-length:")), 0)
            return int(lines[0].split()[1]), await self._reader.readexactly(length)

    async def shake_hands(self, **headers: str) -> None:
        """Open the WebSocket."""
        await self.send(upgrade(**headers))
        status, body = await self.answer()
        assert status == 101, body

    async def say(self, frame: say.ClientFrame) -> None:
        """Send a frame of the protocol as a client should."""
        await self.send(masked(TEXT, msgspec.json.encode(frame)))

    async def greet(self, person: Person) -> hear.Welcome:
        """Open the WebSocket as this person."""
        await self.shake_hands()
        await self.send(masked(TEXT, await hello_of(person)))
        return await self.hears(hear.Welcome)

    async def frame(self) -> Frame:
        """The next frame of the server, whatever it is."""
        async with asyncio.timeout(PATIENCE):
            first, size = await self._reader.readexactly(2)
            assert not first & 0x70, "the server set a reserved bit"
            assert not size & 0x80, "the server masked a frame"
            if size >= 126:
                size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
            return Frame(first & 0xF, await self._reader.readexactly(size), bool(first & 0x80))

    async def hears(self, kind: type[T], **fields: object) -> T:
        """The next frame of the protocol of this kind and with these values; what comes before it is dropped."""
        while True:
            frame = await self.frame()
            assert frame.opcode == TEXT, f"the server sent {frame} before {kind.__name__}"
            got = read(frame.payload.decode())
            if isinstance(got, kind) and all(getattr(got, name) == value for name, value in fields.items()):
                return got

    async def close(self) -> Frame:
        """The close frame of the server, answered as it should be; after it nothing comes and the connection ends."""
        while (frame := await self.frame()).opcode != CLOSE:
            pass
        self._writer.write(masked(CLOSE, frame.payload[:2]))
        await self.ends()
        return frame

    async def ends(self) -> None:
        """Wait until the server ends the connection, with nothing more to say."""
        async with asyncio.timeout(PATIENCE):
            try:
                rest = await self._reader.read()
            except ConnectionResetError:
                rest = b""
        assert rest == b"", f"after the end came {rest[:80]!r}"
