"""The way to the log: one Valkey or a Valkey Cluster, behind the same few methods.

All keys of one command or script lie in one slot (core/partitions.py), and a command goes where its first key is.
Which of the two it is nobody above needs to know, but for this: what the log's numbers belong to is `identity(key)`,
and hooks are told of which keys they are to look after.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from server.core.address import addresses, is_cluster
from server.core.valkey_cluster import ValkeyCluster
from server.core.valkey_single import ValkeySingle
from server.core.wire import Answer, Hook, ReplyError, Script, Serves, Waiting, Wire

__all__ = ["ReplyError", "Script", "Serves", "Valkey", "Waiting", "Wire", "connection"]


class Valkey(Protocol):
    """A connection that comes back by itself; commands sent while it is away are refused at once."""

    on_push: Answer
    # Run for keys that are reached over a new connection, before any other command with them goes there.
    on_connected: list[Hook]

    @property
    def is_ready(self) -> bool:
        """Whether commands are taken now; of a cluster, whether some part of it takes them."""

    def identity(self, key: bytes) -> str:
        """Which run of which server has this key: another one may have lost what the one before had taken."""

    def call_script(self, script: Script, keys: tuple[bytes, ...], arguments: tuple[Any, ...], answer: Answer) -> None:
        """Call a script by its hash; `answer` gets the reply or the error, exactly once. The hot path's way."""

    def script(self, script: Script, keys: tuple[bytes, ...], *arguments: Any) -> Waiting:
        """Call a script; the future gets its reply, or raises ReplyError or Unavailable."""

    def call(self, *command: Any) -> Waiting:
        """Send one command whose first argument is its key."""

    def call_near(self, key: bytes, *command: Any) -> Waiting:
        """Send one command that names no key, to where this key is."""

    def tell(self, *command: Any) -> None:
        """Send one command whose reply nobody waits for; its first argument is its key."""

    async def read(self, cursors: Mapping[bytes, int], most: int, block_ms: int) -> dict[bytes, list[Any]]:
        """What some streams hold behind these numbers, at most so much of each; waits a little while there is nothing.

        Whoever uses a connection for this uses it for nothing else: it may be busy with waiting.
        """

    async def wait_ready(self) -> None:
        """Wait until commands are taken."""

    async def run(self) -> None:
        """Keep the connection; ends only by cancellation."""


def connection(url: str, *, deadline: float, scripts: tuple[Script, ...] = ()) -> Valkey:
    """The connection to where REDIS_URL leads; `run` opens it and keeps it."""
    if is_cluster(url):
        return ValkeyCluster(url, deadline=deadline, scripts=scripts)
    return ValkeySingle(addresses(url)[0], deadline=deadline, scripts=scripts)
