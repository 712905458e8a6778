"""Where Valkey is: what REDIS_URL says, read once for the hot connection and for redis-py."""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

PORT = 6379


class Address(NamedTuple):
    """One server, and how to introduce oneself to it."""

    host: str
    port: int
    # Of a Unix socket; then host and port mean nothing.
    path: str = ""
    username: str = "default"
    password: str = ""
    is_tls: bool = False

    def at(self, host: str, port: int) -> "Address":
        """Another server of the same cluster."""
        return self._replace(host=host, port=port)


def is_cluster(url: str) -> bool:
    """Whether the URL leads to a Valkey Cluster: it says `cluster=true` behind the question mark."""
    return parse_qs(urlsplit(url).query).get("cluster") == ["true"]


def addresses(url: str) -> list[Address]:
    """The server that the URL names, and those that it adds with `addr=host:port`."""
    parts = urlsplit(url)
    first = Address(
        parts.hostname or "127.0.0.1", parts.port or PORT, unquote(parts.path) if parts.scheme == "unix" else "",
        unquote(parts.username or "default"), unquote(parts.password or ""), parts.scheme == "rediss",
    )  # fmt: skip
    added = [urlsplit(f"//{each}") for each in parse_qs(parts.query).get("addr", [])]
    return [first, *(first.at(each.hostname or "127.0.0.1", each.port or PORT) for each in added)]
