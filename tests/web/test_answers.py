"""What every answer has in common, whichever route gives it."""

import asyncio
import signal
import socket
import time

import msgspec
import pytest

from server.core.http import client_address
from server.listen import HEAD_BYTES
from tests.browser import Browser, is_refusal
from tests.servers import Databases, House, Organization


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/me/", 404, "not_found"),
        ("GET", "/api/login", 405, "invalid"),
        ("DELETE", "/api/me", 405, "invalid"),
        ("POST", "/health/live", 405, "invalid"),
        ("POST", "/faces/x.js", 405, "invalid"),
        ("PUT", "/api/me", 405, "invalid"),
    ],
)
async def test_a_wrong_address_or_method_is_told_in_the_one_shape(
    house: House, method: str, path: str, status: int, code: str
) -> None:
    """A client has one way to read what went wrong."""
    answer = await Browser(house).ask(method, path)
    assert is_refusal(answer, status, code)
    assert status != 405 or "allow" in answer.headers or path.startswith("/faces")


async def test_every_answer_is_harmless_in_a_browser(house: House, org: Organization) -> None:
    """Also those that nobody thought of."""
    ada = await Browser(house).logged_in(org.email("ada"))
    for path in ("/api/me", "/api/nothing", "/health/live", "/health/ready", "/widget/panel"):
        headers = (await ada.get(path)).headers
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert "strict-transport-security" not in headers


async def test_ready_tells_every_part(house: House) -> None:
    """An operator sees at once what is missing."""
    answer = await Browser(house).get("/health/ready")
    assert (answer.status, answer.json["is_ready"]) == (200, True)
    assert answer.json["parts"].keys() >= {"postgres", "valkey", "bus"}
    assert set(answer.json["parts"].values()) == {"ok"}
    assert (await Browser(house).get("/health/live")).text == "live"


def test_a_proxys_word_counts_only_where_it_is_trusted() -> None:
    """And then only the last one, which the proxy wrote itself."""
    claimed = "1.2.3.4, 198.51.100.7"
    assert client_address("10.0.0.1", claimed, trust_proxy=False) == "10.0.0.1"
    assert client_address("10.0.0.1", claimed, trust_proxy=True) == "198.51.100.7"
    assert client_address("10.0.0.1", "", trust_proxy=True) == "10.0.0.1"
    assert client_address("10.0.0.1", "1.2.3.4, unknown", trust_proxy=True) == ""
    assert client_address("", "", trust_proxy=False) == ""


async def talk(house: House, *pieces: bytes) -> bytes:
    """Send raw bytes; what comes back until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.ports[0])
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_heads_size_has_an_end(house: House) -> None:
    """One client cannot fill the memory before it is anybody."""
    line = b"x-more: " + b"x" * 1000 + b"\r\n"
    began = time.monotonic()
    answer = await talk(house, b"GET /health/live HTTP/1.1\r\nhost: x\r\n", *[line] * (HEAD_BYTES // 1000 + 64))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    endless = await talk(house, b"GET /" + b"x" * (2 * HEAD_BYTES))
    assert endless == b"" or endless.startswith(b"HTTP/1.1 400 ")
    # At once, that is, and not only when the time for a head is over.
    assert time.monotonic() - began < 5
    browser = Browser(house)
    assert (await browser.get("/health/live", X_More="x" * 8000)).status == 200


async def test_a_client_that_stalls_is_given_up(house: House) -> None:
    """Saying nothing, half a head or half a body; else some thousand of them would be all that a process may open."""
    head = b"POST /api/login HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nconnection: close\r\n\r\n"
    began = time.monotonic()
    silent, half, body = await asyncio.gather(
        talk(house), talk(house, b"GET /health/live HTTP/1.1\r\n"), talk(house, head, b'{"email":')
    )
    assert silent == half == b""
    assert body.startswith(b"HTTP/1.1 408 ")
    assert 9 < time.monotonic() - began < 20


async def test_two_webs_share_a_port_and_one_may_go(databases: Databases, house: House) -> None:
    """The one that is told to stop ends cleanly, and the other one answers all that come after."""
    async with House(databases, webs=2, workers=0) as pair:
        await pair.ready(0)
        second = pair.webs[1]
        second.stop(30.0)
        second.environment["PORT"] = str(pair.ports[0])
        listened = second.log.read_text().count('"web listens"')
        second.start()
        deadline = time.monotonic() + 30
        while second.log.read_text().count('"web listens"') == listened:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        assert second.stop(30.0) == 0
        for _ in range(20):
            assert (await Browser(pair).get("/health/live", Connection="close")).status == 200


async def test_sigterm_ends_a_web_with_open_connections(databases: Databases, house: House) -> None:
    """Somebody's idle connection does not hold it up."""
    async with House(databases, webs=1, workers=0) as lone:
        with socket.create_connection(("127.0.0.1", lone.ports[0])) as idle:
            idle.sendall(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
            assert idle.recv(15) == b"HTTP/1.1 200 OK"
            lone.webs[0].signal(signal.SIGTERM)
            process = lone.webs[0]._process
            assert process is not None
            assert await asyncio.to_thread(process.wait, 30) == 0


async def test_a_request_has_one_name_in_answer_and_log(house: House, org: Organization) -> None:
    """What the proxy calls it, where that is a name; whoever asks with the name finds what was logged on the way."""
    browser = Browser(house)
    named = await browser.log_in(org.email("ada"), "wrong password", X_Request_Id="4bf92f35-77b3-4da6")
    assert named.headers["x-request-id"] == "4bf92f35-77b3-4da6"
    ours = await browser.log_in(org.email("ada"), "wrong password", X_Request_Id="fds_a=b;c")
    assert len(ours.headers["x-request-id"]) == 16
    assert ours.headers["x-request-id"].isalnum()
    lines = [msgspec.json.decode(line) for line in house.webs[0].log.read_text().splitlines()]
    told = {line["request_id"] for line in lines if line["event"] == "login refused" and "request_id" in line}
    assert told >= {named.headers["x-request-id"], ours.headers["x-request-id"]}
    assert all(line.keys() >= {"event", "level", "logger", "node", "timestamp"} for line in lines)
