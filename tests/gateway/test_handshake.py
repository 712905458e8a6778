"""The way from an HTTP request to a socket, on the one port that has both."""

import aiohttp
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import TEXT, Raw, hello_of, masked, upgrade
from tests.hearing import read
from tests.people import Visitor
from tests.servers import House, Organization


@pytest.fixture(scope="module")
async def visitor(shop: Organization) -> Visitor:
    """Somebody whose token opens the sockets of this file."""
    return Visitor(shop)


@pytest.mark.parametrize("connection", ["Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade,keep-alive"])
async def test_every_browser_s_way_of_asking_for_an_upgrade_is_understood(
    house: House, visitor: Visitor, connection: str
) -> None:
    """Firefox asks to keep the connection alive in the same header."""
    async with Raw(house) as raw:
        await raw.shake_hands(Connection=connection, Sec_WebSocket_Extensions="permessage-deflate")
        await raw.send(masked(TEXT, await hello_of(visitor)))
        await raw.hears(hear.Welcome)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_WebSocket_Key": ""},
        {"Sec_WebSocket_Key": "c2hvcnQ="},
        {"Sec_WebSocket_Key": "no base64 at all"},
        {"Sec_WebSocket_Version": ""},
        {"Sec_WebSocket_Version": "12"},
        {"Content_Length": "3"},
    ],
)
async def test_half_a_handshake_is_a_bad_request(house: House, bystanders: Bystanders, headers: dict[str, str]) -> None:
    """It is answered in HTTP, and the connection ends."""
    async with Raw(house) as raw:
        await raw.send(upgrade(**headers))
        status, _ = await raw.answer()
        assert status == 400
        await raw.ends()
    await bystanders.go_on()


@pytest.mark.parametrize("path", ["/", "/ws/", "/wss", "/api/ws", "//ws", "/ws/../ws", "/%77s", "/health/live"])
async def test_there_is_one_address_for_sockets(house: House, path: str) -> None:
    """Whatever else is upgraded is not there."""
    async with Raw(house) as raw:
        await raw.send(upgrade(path))
        status, _ = await raw.answer()
        assert status == 404


@pytest.mark.parametrize("headers", [{"Upgrade": ""}, {"Upgrade": "h2c"}, {"Connection": "keep-alive"}])
async def test_a_request_that_does_not_ask_for_a_socket_is_plain_http(house: House, headers: dict[str, str]) -> None:
    """The address of the sockets has no page, and the connection goes on for the next request."""
    async with Raw(house) as raw:
        await raw.send(upgrade(**headers))
        assert (await raw.answer())[0] == 404
        await raw.send(b"GET /health/live HTTP/1.1\r\nHost: frontdesk.example\r\n\r\n")
        assert await raw.answer() == (200, b"live")


async def test_http_and_sockets_share_the_port(house: House, bystanders: Bystanders) -> None:
    """While somebody talks, pages are served; and a connection that was used for pages may become a socket."""
    async with aiohttp.ClientSession() as http, http.get(f"{house.url()}/health/live") as answer:
        assert await answer.text() == "live"
    await bystanders.go_on()
    async with Raw(house) as raw:
        await raw.send(b"GET /health/live HTTP/1.1\r\nHost: frontdesk.example\r\n\r\n")
        assert await raw.answer() == (200, b"live")
        await raw.greet(bystanders.visitor)


async def test_the_request_may_come_in_pieces(house: House, visitor: Visitor) -> None:
    """The network cuts where it likes."""
    async with Raw(house) as raw:
        for byte in upgrade():
            await raw.send(bytes([byte]))
        assert (await raw.answer())[0] == 101
        await raw.send(masked(TEXT, await hello_of(visitor)))
        await raw.hears(hear.Welcome)


async def test_another_library_agrees(house: House, cast: Cast) -> None:
    """The websockets package, strict as it is, says hello, starts, posts, pings, and reads the reason of a close."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    async with connect(house.url().replace("http", "ws") + "/ws") as socket:
        await socket.send((await hello_of(visitor)).decode())
        assert isinstance(read(str(await socket.recv())), hear.Welcome)
        draft = say.PostMessage(uuid7(), conversation, "Said through another library")
        told = msgspec.json.encode(draft).decode()
        await socket.send([told[:20], told[20:]])
        while not isinstance(frame := read(str(await socket.recv())), hear.Accepted):
            pass
        assert frame.id == draft.id
        await (await socket.ping())
    await visitor.hears_line("Said through another library")
    async with connect(house.url().replace("http", "ws") + "/ws") as socket:
        await socket.send("nonsense")
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4500
