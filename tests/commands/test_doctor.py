"""The doctor finds what is wrong and says what to do; where all is well it says so."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Self

import aiohttp
import msgspec
import pytest
import redis.asyncio as redis
from aiohttp import web

from server.doctor import main as doctor
from server.health import doctors_pass
from tests.people import eventually
from tests.processes import ROOT, free_port
from tests.servers import Databases, House

Findings = dict[str, tuple[str, str, str]]


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """An installation whose databases keep what they take, behind a proxy."""
    port = free_port()
    databases = Databases(durable=True, appendfsync="always")
    try:
        await databases.start()
        public = {"FRONTDESK_PUBLIC_URL": f"http://127.0.0.1:{port}", "FRONTDESK_TRUST_PROXY": "true"}
        async with House(databases, webs=1, workers=1, **public) as made:
            yield made
    finally:
        databases.stop()


def _environment(house: House, settings: Mapping[str, str]) -> dict[str, str]:
    return house.webs[0].environment | {"FRONTDESK_DATABASE_POOL": "4"} | dict(settings)


async def _doctor(house: House, *words: str, **settings: str) -> tuple[int, str]:
    """What somebody at a terminal gets."""
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "server", "doctor", *words],
        cwd=ROOT, env=os.environ | _environment(house, settings), capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


async def _found(house: House, **settings: str) -> tuple[int, Findings]:
    """What a program gets."""

    def run() -> tuple[int, str]:
        with redirect_stdout(StringIO()) as out:
            return doctor(_environment(house, settings), as_json=True), out.getvalue().splitlines()[-1]

    code, out = await asyncio.to_thread(run)
    told: dict[str, Any] = msgspec.json.decode(out)
    assert told["is_well"] == (code == 0)
    return code, {each["what"]: (each["state"], each["told"], each["do"]) for each in told["findings"]}


class Proxy:
    """A proxy before the web of a house; `headers` says what it adds, `passes` whether it lets sockets through."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.url = house.webs[0].environment["FRONTDESK_PUBLIC_URL"]
        self.adds = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "1.2.3.4"}
        self.keeps_host = self.passes = True
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", int(self.url.rpartition(":")[2])).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        headers = {name: request.headers[name] for name in ("X-Frontdesk-Doctor", "Origin") if name in request.headers}
        headers |= self.adds | ({"Host": request.headers["Host"]} if self.keeps_host else {})
        async with aiohttp.ClientSession() as http:
            if request.headers.get("Upgrade") == "websocket" and self.passes:
                async with http.ws_connect(self._house.url() + "/ws", headers=headers):
                    socket = web.WebSocketResponse()
                    await socket.prepare(request)
                    await socket.close()
                    return socket
            async with http.get(self._house.url() + request.path, headers=headers) as answer:
                return web.Response(status=answer.status, body=await answer.read())


async def test_where_all_is_well_it_says_so(house: House) -> None:
    """Every part was looked at; lines for people are plain ASCII where nobody looks at a terminal."""
    async with Proxy(house):

        async def is_well() -> Findings | None:
            code, found = await _found(house)
            return found if code == 0 else None

        found = await eventually(is_well, patience=20)
        code, out = await _doctor(house)
    assert {each for each, (state, _, _) in found.items() if state != "ok"} <= {"mail", "disk", "memory"}
    assert found.keys() >= {
        "secret", "public url", "disk", "postgres", "postgres clock", "fsync", "synchronous_commit", "full_page_writes",
        "time zone", "connections", "schema", "roles", "row security", "partitions of time", "partitions of the log",
        "workers", "dead letters", "valkey", "valkey clock", "maxmemory-policy", "appendonly", "appendfsync",
        "append-only file", "memory", "client-output-buffer-limit pubsub", "backlog", "web", "websocket", "proxy: Host",
        "proxy: X-Forwarded-Proto", "proxy: X-Forwarded-For",
    }  # fmt: skip
    assert (code, out.isascii(), out.splitlines()[-1]) == (0, True, "Nothing is wrong.")
    assert found["workers"][1] == "16 of 16 partitions are held by 1"
    assert house.webs[0].environment["FRONTDESK_SECRET"] not in out


async def test_it_sees_what_a_proxy_does_wrong(house: House) -> None:
    """A real handshake and a real request go through it, and web tells what arrived."""
    async with Proxy(house) as proxy:
        proxy.keeps_host, proxy.adds, proxy.passes = False, {}, False
        code, found = await _found(house)
    assert code == 1
    for what in ("proxy: Host", "proxy: X-Forwarded-Proto", "proxy: X-Forwarded-For", "websocket"):
        assert found[what][0] == "bad", what
        assert found[what][2], what
    _, found = await _found(house)
    assert found["web"][:2] == ("bad", f"{proxy.url} does not answer (ConnectionRefusedError)")


async def test_nobody_else_is_told_what_arrives(house: House) -> None:
    """What a request looks like behind the proxy is for whoever knows the secret, and only for a minute."""
    secret = house.webs[0].environment["FRONTDESK_SECRET"]
    now = int(time.time())
    for shown in (
        "",
        f"{now}.00",
        f"{now - 600}.{doctors_pass(secret, now - 600).partition('.')[2]}",
        "1.2",
        "99999999999.00",
        f"{'9' * 400}.00",
        "x.y",
    ):
        async with house.http.get(f"{house.url()}/health/seen", headers={"X-Frontdesk-Doctor": shown}) as answer:
            assert answer.status == 404


async def test_it_sees_what_the_databases_would_lose(house: House) -> None:
    """Careless settings, a schema of another version, letters and too many connections; each with what to do."""
    (now,) = await house.rows(
        "select obj_description('public'::regnamespace, 'pg_namespace') as mark, current_database() as name"
    )
    broken = (
        f"alter database {now['name']} set synchronous_commit = off",
        f"alter database {now['name']} set timezone = 'Europe/Berlin'",
        "comment on schema public is 'frontdesk of yesterday'",
        "insert into dead_letter (p, entry, error) values (0, '', 'x')",
    )
    mended = (
        f"alter database {now['name']} reset synchronous_commit",
        f"alter database {now['name']} reset timezone",
        f"comment on schema public is '{now['mark']}'",
        "delete from dead_letter",
    )
    try:
        for statement in broken:
            await house.rows(statement)
        code, found = await _found(house, FRONTDESK_DATABASE_POOL="4000")
    finally:
        for statement in mended:
            await house.rows(statement)
    assert code == 1
    assert {found[what][0] for what in ("synchronous_commit", "schema", "connections")} == {"bad"}
    assert {found[what][0] for what in ("time zone", "dead letters")} == {"note"}
    assert "frontdesk release" in found["schema"][2]


async def test_it_sees_what_valkey_would_forget(house: House) -> None:
    """Settings of a cache, where a log is kept."""
    limit = "client-output-buffer-limit"
    wrong = {"maxmemory-policy": "allkeys-lru", "appendfsync": "no", limit: "pubsub 1mb 1mb 60"}
    right = {"maxmemory-policy": "noeviction", "appendfsync": "always", limit: "pubsub 32mb 8mb 60"}
    async with redis.from_url(house.databases.valkey.url) as valkey:
        for name, value in wrong.items():
            await valkey.config_set(name, value)
        try:
            _, found = await _found(house)
        finally:
            for name, value in right.items():
                await valkey.config_set(name, value)
    assert {found[what][0] for what in ("maxmemory-policy", "appendfsync", f"{limit} pubsub")} == {"bad"}


async def test_it_sees_that_nobody_works(house: House) -> None:
    """And goes on where a database is away; then what is away is one line."""
    house.workers[0].stop()
    try:
        _, found = await _found(house)
        assert found["workers"] == (
            "bad", "0 of 16 partitions are held by 0", "start a worker; a dead one's leases end by themselves"
        )  # fmt: skip
        await asyncio.to_thread(house.databases.postgres.stop)
        code, found = await _found(house)
        assert (code, found["postgres"][0], found["valkey"][0]) == (1, "bad", "ok")
    finally:
        await asyncio.to_thread(house.databases.postgres.start)
        house.workers[0].start()


async def test_a_wrong_setting_is_a_finding(house: House) -> None:
    """Not a traceback, and not the end of the world."""
    code, out = await _doctor(house, "--json", FRONTDESK_NONSENSE="1")
    (finding,) = msgspec.json.decode(out)["findings"]
    assert (code, finding["state"], finding["what"]) == (1, "bad", "settings")
    assert "FRONTDESK_NONSENSE" in finding["told"]
    # An address of this machine that is not called so.
    _, found = await _found(house, FRONTDESK_SECRET="ab" * 20, FRONTDESK_PUBLIC_URL="http://127.0.0.2:9")
    assert (found["secret"][0], found["public url"][0], found["web"][0]) == ("bad", "bad", "bad")
