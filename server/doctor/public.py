"""The address that browsers use: whether it answers, lets sockets through, and tells us who comes."""

import asyncio
import base64
import hashlib
import os
import ssl
import time
from urllib.parse import urlsplit

import msgspec

from server.core.config import Settings
from server.doctor.finding import Finding, bad, either, note, ok
from server.health import Seen, doctors_pass
from server.up.ready import near

PATIENCE = 5.0
HEAD_BYTES = 16_384
# RFC 6455, section 1.3.
_ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class _Answer(msgspec.Struct):
    status: int
    headers: dict[str, str]
    body: bytes


async def of_public(settings: Settings, secret: str) -> list[Finding]:
    """A request and a handshake through whatever stands before web."""
    host = near(settings.host)
    url = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    try:
        async with asyncio.timeout(PATIENCE):
            ready = await _ask(url, "/health/ready")
            upgraded = await _upgrade(url)
            shown = {"X-Frontdesk-Doctor": doctors_pass(secret, time.time())}
            seen = await _ask(url, "/health/seen", shown) if secret else None
    except ssl.SSLError as error:
        return [bad("web", f"{url}: {error.reason or error}", "look at the proxy's certificate")]
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        told = f"{url} does not answer ({type(error).__name__})"
        return [bad("web", told, "start web; look at proxy, name and firewall")]
    return [_ready(url, ready), _sockets(upgraded), *([] if seen is None else _forwarded(settings, seen))]


def _ready(url: str, answer: _Answer) -> Finding:
    if answer.status == 200:
        return ok("web", f"{url} is ready")
    try:
        parts = msgspec.json.decode(answer.body)["parts"]
        told = ", ".join(f"{part} ({why})" for part, why in parts.items() if why != "ok")
    except (msgspec.DecodeError, KeyError, TypeError):
        return bad("web", f"{url} answers {answer.status} to /health/ready", "does the proxy lead to web?")
    return bad("web", f"not ready: {told}", "mend these parts; a web that waits for a worker is ready after that")


def _sockets(answer: _Answer) -> Finding:
    what = "websocket"
    if answer.status != 101:
        told = f"the upgrade of /ws is answered {answer.status}"
        return bad(what, told, "have the proxy pass Upgrade and Connection on /ws")
    return ok(what, "/ws opens; whether the proxy lets it be silent for a minute was not tried: see that it does")


def _forwarded(settings: Settings, answer: _Answer) -> list[Finding]:
    try:
        seen = msgspec.json.decode(answer.body, type=Seen)
    except msgspec.DecodeError:
        return [note("proxy", "web does not tell what it sees", "is FRONTDESK_SECRET here that of web?")]
    if not settings.public_url:
        return []
    parts = urlsplit(settings.public_url)
    return [
        either(seen.host == parts.netloc, "proxy: Host", seen.host, f"have it keep Host: {parts.netloc}"),
        either(
            not settings.trust_proxy or seen.proto == parts.scheme, "proxy: X-Forwarded-Proto", seen.proto or "missing",
            f"have it send X-Forwarded-Proto: {parts.scheme}",
        ),
        either(
            not settings.trust_proxy or bool(seen.forwarded_for), "proxy: X-Forwarded-For",
            "is sent" if seen.forwarded_for else "missing", "have it send the client's address: all share one limit",
        ),
    ]  # fmt: skip


async def _upgrade(url: str) -> _Answer:
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
        "Origin": url.rstrip("/"),
    }  # fmt: skip
    answer = await _ask(url, "/ws", headers)
    # RFC 6455 hashes with SHA-1, against caches that answer by themselves.
    proof = hashlib.sha1(f"{key}{_ACCEPT}".encode(), usedforsecurity=False).digest()
    if answer.status == 101 and answer.headers.get("sec-websocket-accept") != base64.b64encode(proof).decode():
        return msgspec.structs.replace(answer, status=502)
    return answer


async def _ask(url: str, path: str, headers: dict[str, str] | None = None) -> _Answer:
    """One request on a connection of its own; no client library of ours speaks WebSocket and shows a refusal."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    context = ssl.create_default_context() if is_tls else None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or (443 if is_tls else 80), ssl=context)
    try:
        sent = {"Host": parts.netloc, "Connection": "close", "User-Agent": "frontdesk-doctor"} | (headers or {})
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        status = int(head[0].split(" ")[1])
        body = b"" if status == 101 else await _body(reader, told)
        return _Answer(status, told, body)
    finally:
        writer.close()


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(min(int(headers["content-length"]), HEAD_BYTES))
    # In chunks, or until the end: a JSON of ours stands in the first one.
    raw = await reader.read(HEAD_BYTES)
    return raw[raw.find(b"{") : raw.rfind(b"}") + 1]
