"""Valkey for everything that is not hot: one-time tickets, and limits that all nodes share.

The one file that knows redis-py.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import redis.asyncio as redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ExecAbortError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as Away
from redis.exceptions import TimeoutError as Late

from server.core.address import Address, addresses, is_cluster
from server.core.config import BadSettings
from server.core.errors import Unavailable

# Long enough for a slow phone to open its socket, short enough to be worth nothing in a log.
TICKET_SECONDS = 30
DEADLINE = 2.0
CONNECTIONS = 32
# It was not done, and may be done soon: somewhere else, or when the cluster has agreed again.
NOT_NOW = (
    Away, Late, OSError, OutOfMemoryError, ReadOnlyError, RedisClusterException, AskError, ClusterDownError,
    TryAgainError, ExecAbortError,
)  # fmt: skip


class Cache:
    """A few commands on Valkey; opened with `open_cache`."""

    def __init__(self, client: "redis.Redis | RedisCluster") -> None:
        self._client = client

    async def check_server(self) -> None:
        """Refuse a server that is too old for what Frontdesk asks of it, or is not what REDIS_URL says."""
        async with self._here():
            told = await self._client.info("server")
        require_version(told)
        is_cluster_server = "cluster" in (told.get("server_mode"), told.get("redis_mode"))
        if is_cluster_server and not isinstance(self._client, RedisCluster):
            raise BadSettings("REDIS_URL leads to a cluster; say so with ?cluster=true at its end")

    async def ping(self) -> None:
        """Answer, or raise Unavailable; of a cluster it is enough that a part is there."""
        async with self._here():
            if not isinstance(self._client, RedisCluster):
                await self._client.ping()
                return
            # Each by itself: redis-py asks one of them, which may be the one that is away.
            parts = self._client.get_primaries()
            answers = await asyncio.gather(*(each.execute_command("PING") for each in parts), return_exceptions=True)
            if all(isinstance(each, BaseException) for each in answers):
                raise Away("no part of the cluster answers")

    async def put_ticket(self, ticket: str, value: bytes) -> None:
        """Keep a value for whoever shows the ticket, once and within 30 seconds."""
        async with self._here():
            await self._client.set(_hidden("ticket", ticket), value, ex=TICKET_SECONDS)

    async def take_ticket(self, ticket: str) -> bytes | None:
        """What was kept for this ticket, which is used up by asking."""
        async with self._here():
            value = await self._client.getdel(_hidden("ticket", ticket))
        return value.encode() if isinstance(value, str) else value

    async def spend(self, what: str, key: str, most: float, seconds: int) -> float:
        """Count one try of `most` in so many seconds, over all nodes; 0.0, or how many seconds to wait."""
        name = _hidden(what, key)
        async with self._here(), self._client.pipeline(transaction=True) as steps:
            steps.set(name, 0, ex=seconds, nx=True)
            steps.incr(name)
            steps.pttl(name)
            _, spent, left_ms = await steps.execute()
        return 0.0 if spent <= most else max(left_ms, 1) / 1000

    async def unended(self, key: bytes, since: float) -> list[bytes]:
        """The members of a sorted set of leases that end after this moment."""
        async with self._here():
            found = await self._client.zrangebyscore(key, f"({since}", "+inf")
        return [each for each in found if isinstance(each, bytes)]

    async def give_back(self, what: str, key: str) -> None:
        """Take back one try that turned out to be allowed; a count that has ended by now stays ended."""
        async with self._here():
            # Both in one step: a count made by DECR alone would have no end and go below nothing.
            await self._client.eval(
                "if redis.call('exists', KEYS[1]) == 1 then redis.call('decr', KEYS[1]) end", 1, _hidden(what, key)
            )

    async def leave(self, place: str, value: bytes, seconds: int) -> None:
        """Put a value behind others in a place, where it lies for so long."""
        name = _hidden("left", place)
        async with self._here(), self._client.pipeline(transaction=True) as steps:
            steps.rpush(name, value)
            steps.expire(name, seconds)
            await steps.execute()

    async def fetch(self, place: str) -> bytes | None:
        """The first value of a place, for one of all who ask."""
        async with self._here():
            value: Any = await self._client.lpop(_hidden("left", place))
        return bytes(value) if value is not None else None

    async def withdraw(self, place: str, value: bytes) -> bool:
        """Take a value back that nobody has fetched; whether there was one."""
        async with self._here():
            taken: Any = await self._client.execute_command("LREM", _hidden("left", place), 1, value)
        return bool(taken)

    async def append(self, stream: bytes, data: bytes, most: int) -> None:
        """Put something at the end of a stream that keeps about so many."""
        async with self._here():
            await self._client.xadd(stream, {"data": data}, maxlen=most, approximate=True)

    async def publish(self, channel: bytes, data: bytes) -> None:
        """Say something to whoever listens now."""
        async with self._here():
            await self._client.publish(channel, data)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    @asynccontextmanager
    async def _here(self) -> AsyncIterator[None]:
        try:
            yield
        except NOT_NOW as error:
            raise _away() from error
        except ResponseError as error:
            # A replica is missing (min-replicas-to-write); redis-py has no name for it.
            if not str(error).startswith("NOREPLICAS"):
                raise
            raise _away() from error


async def open_cache(url: str) -> Cache:
    """Open Valkey from its URL (unix:, redis: or rediss:; `?cluster=true`), and see that it is new enough."""
    cache = Cache(_of_cluster(addresses(url)) if is_cluster(url) else _of_one(url))
    try:
        await cache.check_server()
    except BaseException:
        await cache.close()
        raise
    return cache


def _of_one(url: str) -> "redis.Redis":
    return redis.from_url(
        url, socket_timeout=DEADLINE, socket_connect_timeout=DEADLINE, max_connections=CONNECTIONS
    )  # fmt: skip


def _of_cluster(seeds: list[Address]) -> RedisCluster:
    first = seeds[0]
    return RedisCluster(
        startup_nodes=[ClusterNode(each.host, each.port) for each in seeds],
        username=first.username if first.password else None, password=first.password or None, ssl=first.is_tls,
        socket_timeout=DEADLINE, socket_connect_timeout=DEADLINE, max_connections=CONNECTIONS,
    )  # fmt: skip


def _away() -> Unavailable:
    return Unavailable("valkey is away; try again shortly", retry_after=2)


def require_version(told: dict[str, Any]) -> None:
    """Refuse Redis before 7.2 and Valkey before 8, by what INFO tells."""
    # Valkey goes on telling a redis_version, always 7.2.4, for clients that know only that.
    name, found, oldest = "Redis", told.get("redis_version", "0"), (7, 2)
    if "valkey_version" in told or told.get("server_name") == "valkey":
        name, found, oldest = "Valkey", told.get("valkey_version", "0"), (8, 0)
    numbers = tuple(int(part) for part in str(found).split(".")[:2] if part.isdigit())
    if numbers < oldest:
        raise BadSettings(f"REDIS_URL leads to {name} {found}; Frontdesk needs Valkey 8 or Redis 7.2, or newer")


def _hidden(what: str, key: str) -> str:
    """The key in Valkey: hashed, so that KEYS, MONITOR and a dump show neither tickets nor e-mails."""
    return f"fd:{what}:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
