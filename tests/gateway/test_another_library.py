"""A bot of somebody else's, on the websockets package: strict as it is, it has nothing to complain of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.entries import MessagePosted
from tests.conftest import Cast
from tests.gateway.raw import hello_of
from tests.hearing import read
from tests.people import PATIENCE, Person
from tests.servers import House

T = TypeVar("T")


@asynccontextmanager
async def connected(house: House, person: Person, **options: object) -> AsyncIterator[ClientConnection]:
    """A socket of that library, greeted."""
    url = house.url().replace("http", "ws") + "/ws"
    async with connect(url, close_timeout=PATIENCE, **options) as socket:  # type: ignore[arg-type]
        await socket.send((await hello_of(person)).decode())
        await hears(socket, hear.Welcome)
        yield socket


async def hears(socket: ClientConnection, kind: type[T]) -> T:
    """The next frame of this kind."""
    while not isinstance(frame := read(str(await socket.recv())), kind):
        pass
    return frame


async def close_of(socket: ClientConnection) -> int:
    """The code that the server closed with, once it has."""
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()
    assert socket.protocol.close_rcvd is not None
    return socket.protocol.close_rcvd.code


async def test_it_says_hello_talks_in_fragments_and_is_heard(house: House, cast: Cast) -> None:
    """What it cuts in pieces is one message to the others, and it reads what they answer, however long."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    async with connected(house, visitor) as socket:
        draft = say.PostMessage(uuid7(), conversation, "Said through another library, κόσμε")
        text = msgspec.json.encode(draft).decode()
        await socket.send([text[:20], "", text[20:-5], text[-5:]])
        assert (await hears(socket, hear.Accepted)).id == draft.id
        await agent.hears_line(draft.body)
        for answer in ("Yes", "x" * 8000, "世" * 5000):
            await agent.say(conversation, answer)
            assert (await hears(socket, MessagePosted)).body == answer


async def test_its_pings_come_back_also_while_it_talks(house: House, cast: Cast) -> None:
    """Each with its own payload, also inside a message that is not at its end."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    async with connected(house, visitor) as socket:
        for payload in (b"", b"still there?", bytes(125)):
            await (await socket.ping(payload))
        text = msgspec.json.encode(visitor.draft(conversation, "In the end")).decode()

        async def pieces() -> AsyncIterator[str]:
            yield text[:30]
            await (await socket.ping(b"in between"))
            yield text[30:]

        await socket.send(pieces())
        await hears(socket, hear.Accepted)


@pytest.mark.parametrize("offered", ["deflate", None])
async def test_compression_is_offered_and_not_used(house: House, cast: Cast, offered: str | None) -> None:
    """With or without the offer the talk is the same: frames are as they are written."""
    visitor = await cast.visitor()
    async with connected(house, visitor, compression=offered, subprotocols=None) as socket:
        assert socket.protocol.extensions == []
        assert socket.subprotocol is None
        await socket.send("x" * 1000)
        assert (await hears(socket, hear.Refused)).code == "malformed"


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4321])
async def test_its_own_close_comes_back_with_its_code(house: House, cast: Cast, code: int) -> None:
    """And it is the server that ends the connection, without being waited for."""
    async with connected(house, await cast.visitor()) as socket:
        await socket.close(code, "Grüße")
        await socket.wait_closed()
        closed = socket.protocol.close_exc
        assert closed.rcvd is not None
        assert closed.sent is not None
        assert (closed.rcvd.code, closed.sent.code, closed.rcvd_then_sent) == (code, code, False)


async def test_it_reads_the_reason_of_every_close(house: House, cast: Cast) -> None:
    """The codes of the RFC, and ours."""
    visitor = await cast.visitor()
    async with connected(house, visitor) as socket:
        await socket.send(b"no text")
        assert await close_of(socket) == CloseCode.UNSUPPORTED_DATA
    async with connected(house, visitor) as socket:
        await socket.send("x" * 20_000)
        assert await close_of(socket) == CloseCode.MESSAGE_TOO_BIG
    async with connected(house, visitor) as socket:
        await socket.send(b'"\xff"', text=True)
        assert await close_of(socket) == CloseCode.INVALID_DATA
    async with connected(house, visitor) as socket:
        socket.protocol.send_frame(Frame(Opcode.CONT, b"of nothing"))
        socket.send_data()
        assert await close_of(socket) == CloseCode.PROTOCOL_ERROR
    async with connect(house.url().replace("http", "ws") + "/ws") as socket:
        await socket.send("nonsense")
        assert await close_of(socket) == 4500
