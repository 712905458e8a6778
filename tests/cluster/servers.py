"""A real Valkey Cluster on loopback: primaries with a replica each, joined by commands of our own."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from server.core.partitions import SLOTS
from server.up.owner import Owner
from server.up.valkey import Valkey
from tests.servers import free_port

# A primary that is silent for so long is followed by its replica; as short as a busy machine bears.
NODE_TIMEOUT_MS = 2000
PATIENCE = 30.0


class Node:
    """One server of the cluster."""

    def __init__(self, folder: Path, owner: Owner, port: int, settings: dict[str, str]) -> None:
        self.port = port
        own = {"port": str(port), "bind": "127.0.0.1", "cluster-port": str(free_port())}
        self.valkey = Valkey(folder, owner, appendfsync="no", settings=own | settings)
        self.bus_port = int(own["cluster-port"])

    def ask(self, *command: Any) -> Any:
        """Send one command to this server and to no other."""
        with redis.Redis(port=self.port, socket_timeout=5, decode_responses=True) as client:
            # As they are told: redis-py reads some of them into words of its own.
            client.response_callbacks.clear()
            return client.execute_command(*command)

    @property
    def id(self) -> str:
        """Its name in the cluster."""
        return str(self.ask("CLUSTER", "MYID"))

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self.valkey.child.ended() is None


class Cluster:
    """Stands where the tests have one Valkey else; the first half of the nodes begin as primaries."""

    def __init__(self, folder: Path, owner: Owner, *, primaries: int = 3) -> None:
        self._primaries = primaries
        settings = {
            "cluster-enabled": "yes",
            # Where slots have no primary, the others serve theirs.
            "cluster-require-full-coverage": "no",
            "cluster-node-timeout": str(NODE_TIMEOUT_MS),
            # A replica may follow its primary however long it was cut off, and at once.
            "cluster-replica-validity-factor": "0",
            "repl-diskless-sync-delay": "0",
            "cluster-allow-replica-migration": "no",
        }
        self.folder = folder
        self.nodes = [Node(folder / f"node-{number}", owner, free_port(), settings) for number in range(primaries * 2)]

    @property
    def url(self) -> str:
        """Where to connect; any of them knows the others."""
        first, *others = self.nodes
        added = "".join(f"&addr=127.0.0.1:{node.port}" for node in others)
        return f"redis://127.0.0.1:{first.port}?cluster=true{added}"

    def start(self) -> None:
        """Start all, join them, and return when every slot has a primary and every primary a replica."""
        for node in self.nodes:
            node.valkey.folder.parent.mkdir(parents=True, exist_ok=True)
            node.valkey.start()
        first, primaries = self.nodes[0], self.nodes[: self._primaries]
        for number, node in enumerate(self.nodes):
            # Chosen by us, for they would need seconds to agree on it.
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            if node is not first:
                node.ask("CLUSTER", "MEET", "127.0.0.1", first.port, first.bus_port)
        for number, node in enumerate(primaries):
            span = [SLOTS * at // self._primaries for at in (number, number + 1)]
            node.ask("CLUSTER", "ADDSLOTSRANGE", span[0], span[1] - 1)
        _until(lambda: all(self._knows_all(node) for node in self.nodes))
        for primary, replica in zip(primaries, self.nodes[self._primaries :], strict=True):
            replica.ask("CLUSTER", "REPLICATE", primary.id)
        self.until_whole()

    def until_whole(self) -> None:
        """Wait until every server says that all slots are served, and every replica follows."""
        _until(lambda: all(self._is_well(node) for node in self.nodes))

    def primary_of(self, slot: int) -> Node:
        """The server that takes this slot's commands now."""
        for node in self.nodes:
            try:
                told = node.ask("CLUSTER", "SLOTS")
            except redis.ConnectionError:
                continue
            for first, last, (_, port, *_), *_ in told:
                if first <= slot <= last:
                    return next(each for each in self.nodes if each.port == port)
        raise AssertionError("nobody knows whose the slot is")

    def primaries(self) -> list[Node]:
        """Those that take commands now."""
        return [node for node in self.nodes if node.is_running and "role:master" in node.ask("INFO", "replication")]

    def replica_of(self, primary: Node) -> Node:
        """The server that follows this one."""
        followed = f"master_port:{primary.port}\r\n"
        return next(node for node in self.nodes if node.is_running and followed in node.ask("INFO", "replication"))

    def mend(self) -> None:
        """Start whatever has died, and wait until everything is whole again."""
        for node in self.nodes:
            if not node.is_running:
                node.valkey.start()
        self.until_whole()

    def elections(self) -> int:
        """How often somebody was made primary, or a slot was moved, so far."""
        found = re.search(r"cluster_current_epoch:(\d+)", self.nodes[0].ask("CLUSTER", "INFO"))
        assert found is not None
        return int(found[1])

    def kill(self) -> None:
        """Let all of them die."""
        for node in self.nodes:
            node.valkey.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _knows_all(self, node: Node) -> bool:
        told = node.ask("CLUSTER", "INFO")
        return "cluster_state:ok" in told and f"cluster_known_nodes:{len(self.nodes)}" in told

    def _is_well(self, node: Node) -> bool:
        told = node.ask("INFO", "replication")
        follows = "role:master" in told or "master_link_status:up" in told
        pairs = all(len(servers) == 2 for _, _, *servers in node.ask("CLUSTER", "SLOTS"))
        return follows and pairs and self._knows_all(node)


def _until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "the cluster did not come together"
        time.sleep(0.02)
