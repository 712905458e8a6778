"""The way from an HTTP request to a socket, on the one port that has both."""

import aiohttp
import pytest

from server.protocol import server_frames as hear
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import TEXT, Raw, hello_of, masked, upgrade
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


# What a request for a socket is answered with: the section of RFC 6455, the request, the status.
REQUESTS = {
    "as it should be": ("4.2.1", upgrade(), 101),
    "a name in other letters": ("4.2.1", upgrade(Upgrade="WebSocket"), 101),
    "the word among others, in two lines": ("4.2.1", upgrade("/ws", "Connection: keep-alive"), 101),
    "a page of its own": ("4.2.1", upgrade("/ws?from=here"), 101),
    "a body of nothing": ("4.2.1", upgrade(Content_Length="0"), 101),
    "an extension that nobody knows": ("9.1", upgrade(Sec_WebSocket_Extensions="shout; loud=10"), 101),
    "no extension that could be one": ("9.1", upgrade(Sec_WebSocket_Extensions=";;,="), 101),
    "much in the headers": ("4.2.1", upgrade(X_Much="x" * 15_000), 101),
    "no key": ("4.2.1", upgrade(Sec_WebSocket_Key=""), 400),
    "a short key": ("4.2.1", upgrade(Sec_WebSocket_Key="c2hvcnQ="), 400),
    "a long key": ("4.2.1", upgrade(Sec_WebSocket_Key="dGhpcyBrZXkgaXMgdG9vIGxvbmcgdG8gYmUgb25l"), 400),
    "a key that is not base64": ("4.2.1", upgrade(Sec_WebSocket_Key="no base64 at all"), 400),
    "two keys": ("11.3.1", upgrade("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400),
    "no version": ("4.2.1", upgrade(Sec_WebSocket_Version=""), 400),
    "two versions": ("11.3.5", upgrade("/ws", "Sec-WebSocket-Version: 13"), 400),
    "no host": ("4.2.1", upgrade(Host=""), 400),
    "two hosts": ("4.2.1", upgrade("/ws", "Host: other.example"), 400),
    "a body": ("4.2.1", upgrade(Content_Length="3"), 400),
    "a body in chunks": ("4.2.1", upgrade(Transfer_Encoding="chunked"), 400),
    "POST": ("4.2.1", upgrade(first="POST {path} HTTP/1.1"), 400),
    "PUT": ("4.2.1", upgrade(first="PUT {path} HTTP/1.1"), 400),
    "200 headers": ("4.2.1", upgrade("/ws", *(f"X-{each}: 1" for each in range(200))), 400),
    "no HTTP": ("4.2.1", b"\x81\x85mask" + bytes(5), 400),
    **{
        f"version {each}": ("4.4", upgrade(Sec_WebSocket_Version=each), 426)
        for each in ("0", "7", "8", "12", "013", "14", "255", "13, 8", "thirteen")
    },
    # HTTP's own words: what has no upgrade in it is a page, and there is none.
    "HTTP/1.0": ("4.2.1", upgrade(first="GET {path} HTTP/1.0"), 404),
    "HTTP/2.0": ("4.2.1", upgrade(first="GET {path} HTTP/2.0"), 404),
    "more than one protocol": ("4.2.1", upgrade(Upgrade="websocket, h2c"), 404),
    # RFC 6585, 5.
    "too much in the headers": ("4.2.1", upgrade(X_Much="x" * 17_000), 431),
    "far too much in the headers": ("4.2.1", upgrade(X_Much="x" * 60_000), 431),
}


@pytest.mark.parametrize("what", REQUESTS)
async def test_a_request_for_a_socket_is_answered_in_http(house: House, bystanders: Bystanders, what: str) -> None:
    """With the status of the table; where it opens no socket the connection ends, and nobody else notices."""
    section, sent, expected = REQUESTS[what]
    async with Raw(house) as raw:
        await raw.send(sent)
        status, headers, _ = await raw.response()
        assert status == expected, f"RFC 6455, {section}"
        if status == 426:
            assert (headers["sec-websocket-version"], headers["upgrade"]) == ("13", "websocket")
        if status in {400, 426, 431}:
            await raw.ends()
    await bystanders.go_on()


async def test_the_answer_takes_the_key_and_nothing_that_was_only_offered(house: House) -> None:
    """The key of the RFC's own example; neither an extension nor a subprotocol is agreed on (1.3, 4.2.2, 9.1)."""
    key, offered = "dGhlIHNhbXBsZSBub25jZQ==", "permessage-deflate; client_max_window_bits, x-shout"
    async with Raw(house) as raw:
        await raw.send(
            upgrade(Sec_WebSocket_Key=key, Sec_WebSocket_Extensions=offered, Sec_WebSocket_Protocol="chat, mqtt")
        )
        status, headers, _ = await raw.response()
    assert status == 101
    assert headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert (headers["upgrade"].lower(), headers["connection"].lower()) == ("websocket", "upgrade")
    assert not {"sec-websocket-extensions", "sec-websocket-protocol"} & headers.keys()


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
