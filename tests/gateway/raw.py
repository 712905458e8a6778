"""A client that speaks RFC 6455 byte by byte, and so can break every rule of it."""

import asyncio
import base64
import os
import socket
from contextlib import suppress
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
MASK = b"mask"
# What a client hears, in order: a text is the refusal of a message, bytes are a pong, a number is the code of a close.
Event = str | bytes | int
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


def masked(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, told: int | None = None, key: bytes = MASK
) -> bytes:
    """A client's frame; `told` lies about its length."""
    length = len(payload) if told is None else told
    return head(opcode, length, fin=fin, rsv=rsv, key=key) + _mask(payload, key)


def head(opcode: int, length: int, *, fin: bool = True, rsv: int = 0, key: bytes = b"") -> bytes:
    """The bytes before the payload, with the key of the mask where there is one."""
    first, bit = (fin << 7) | (rsv << 4) | opcode, bool(key) << 7
    if length < 126:
        size = bytes([first, bit | length])
    elif length < 65_536:
        size = bytes([first, bit | 126]) + length.to_bytes(2)
    else:
        size = bytes([first, bit | 127]) + length.to_bytes(8)
    return size + key


def _mask(payload: bytes, key: bytes) -> bytes:
    over = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(over)).to_bytes(len(payload))


def upgrade(path: str = "/ws", *more: str, first: str = "GET {path} HTTP/1.1", **headers: str) -> bytes:
    """The request that opens a socket; each header may be replaced, or left out with an empty value, or more added."""
    lines = {
        "Host": "frontdesk.example",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    told = "".join(f"{each}\r\n" for each in (*more, *(f"{name}: {value}" for name, value in lines.items() if value)))
    return f"{first.format(path=path)}\r\n{told}\r\n".encode()


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

    async def response(self) -> tuple[int, dict[str, str], bytes]:
        """The status of an HTTP answer, its headers under small names, and its body where it has one."""
        async with asyncio.timeout(PATIENCE):
            first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
            body = await self._reader.readexactly(int(headers.get("content-length", 0)))
            return int(first.split()[1]), headers, body

    async def answer(self) -> tuple[int, bytes]:
        """The same without the headers."""
        status, _, body = await self.response()
        return status, body

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

    def ends_sending(self) -> None:
        """Say that nothing more comes; what the server has to say can still be heard."""
        # Where the server has ended the connection meanwhile, that is no ConnectionError (ENOTCONN).
        with suppress(OSError):
            self._writer.write_eof()

    async def events(self) -> tuple[Event, ...]:
        """What the server answers to texts that are no frames, to pings and to a close, up to the end."""
        heard: list[Event] = []
        while (frame := await self._frame_or_end()) is not None:
            if frame.opcode == PONG:
                heard.append(frame.payload)
            elif frame.opcode == CLOSE:
                # Who says no more cannot answer it either; the connection ends all the same.
                with suppress(ConnectionError, RuntimeError):
                    await self.send(masked(CLOSE, frame.payload[:2]))
                await self.ends()
                return (*heard, frame.code)
            elif isinstance(got := read(frame.payload.decode()), hear.Refused):
                heard.append(got.message)
        return tuple(heard)

    async def _frame_or_end(self) -> Frame | None:
        try:
            return await self.frame()
        except asyncio.IncompleteReadError as error:
            assert not error.partial, f"the server stopped in the middle of a frame: {error.partial!r}"
            return None

    async def close(self) -> Frame:
        """The close frame of the server, answered as it should be; after it nothing comes and the connection ends."""
        while (frame := await self.frame()).opcode != CLOSE:
            pass
        self._writer.write(masked(CLOSE, frame.payload[:2]))
        await self.ends()
        return frame

    async def is_over(self) -> None:
        """Wait until the server ends the connection, whatever it says before."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                await self._reader.read()

    async def ends(self) -> None:
        """Wait until the server ends the connection, with nothing more to say."""
        async with asyncio.timeout(PATIENCE):
            try:
                rest = await self._reader.read()
            except ConnectionResetError:
                rest = b""
        assert rest == b"", f"after the end came {rest[:80]!r}"
