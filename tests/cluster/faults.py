"""What happens to a cluster in the middle of the talk."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from server.core.partitions import Partitions, slot_of
from tests.cluster.servers import Cluster, Node
from tests.people import eventually

Fault = Callable[[Cluster, random.Random], Awaitable[None]]
PARTITIONS = Partitions(16)
# No server has a password, so that whoever shows one is not let in.
WRONG = "wrong"


def _some_slot(chance: random.Random) -> int:
    return slot_of(chance.choice(PARTITIONS.all).shard)


async def _primary(cluster: Cluster, slot: int) -> Node:
    return await asyncio.to_thread(cluster.primary_of, slot)


async def kill_primary(cluster: Cluster, chance: random.Random) -> None:
    """Its replica takes over, with all that it had got."""
    dying = await _primary(cluster, _some_slot(chance))
    replica = await asyncio.to_thread(cluster.replica_of, dying)
    await asyncio.to_thread(dying.valkey.kill)
    await _leads(replica)


async def _leads(replica: Node) -> None:
    """Wait until the others have made this one a primary; whoever died may come back after that."""

    async def is_so() -> bool:
        return "role:master" in await asyncio.to_thread(replica.ask, "INFO", "replication")

    await eventually(is_so, patience=30.0)


async def _cut_off(replica: Node, chance: random.Random) -> None:
    """Whatever is accepted from now on this replica will not have."""
    replica.ask("CONFIG", "SET", "primaryauth", WRONG)
    replica.ask("CLIENT", "KILL", "TYPE", "master")
    await asyncio.sleep(chance.uniform(0.3, 1.0))
    assert "master_link_status:down" in replica.ask("INFO", "replication")


async def kill_primary_ahead(cluster: Cluster, chance: random.Random) -> None:
    """Its replica was cut off a moment before: what was accepted since then is lost, and its numbers are given anew."""
    dying = await _primary(cluster, _some_slot(chance))
    replica = await asyncio.to_thread(cluster.replica_of, dying)
    await _cut_off(replica, chance)
    await asyncio.to_thread(dying.valkey.kill)
    replica.ask("CONFIG", "SET", "primaryauth", "")
    await _leads(replica)


async def take_over(cluster: Cluster, chance: random.Random) -> None:
    """Somebody lets a replica that was cut off take the place of a primary that lives, which then knows no better."""
    going = await _primary(cluster, _some_slot(chance))
    replica = await asyncio.to_thread(cluster.replica_of, going)
    await _cut_off(replica, chance)
    replica.ask("CLUSTER", "FAILOVER", "TAKEOVER")
    replica.ask("CONFIG", "SET", "primaryauth", "")


async def hand_over(cluster: Cluster, chance: random.Random) -> None:
    """As for an upgrade: the replica takes over in peace, and its primary follows it from then on."""
    going = await _primary(cluster, _some_slot(chance))
    replica = await asyncio.to_thread(cluster.replica_of, going)
    replica.ask("CLUSTER", "FAILOVER")
    await _leads(replica)


async def move_slot(cluster: Cluster, chance: random.Random) -> None:
    """Key by key, as the tools of all versions do it: some of a conversation's keys are here, and some there."""
    slot = _some_slot(chance)
    here = await _primary(cluster, slot)
    there = chance.choice([each for each in await asyncio.to_thread(cluster.primaries) if each is not here])
    there.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", here.id)
    here.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", there.id)
    while keys := here.ask("CLUSTER", "GETKEYSINSLOT", slot, 2):
        here.ask("MIGRATE", "127.0.0.1", there.port, "", 0, 5000, "KEYS", *keys)
        await asyncio.sleep(0.02)
    # In this order, so that there is no moment when nobody has it.
    for node in (there, here):
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", there.id)
    for node in await asyncio.to_thread(cluster.primaries):
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", there.id)


async def move_slot_at_once(cluster: Cluster, chance: random.Random) -> None:
    """As Valkey does it since version 9: the slot is copied under load, and changes hands in one step."""
    slot = _some_slot(chance)
    here = await _primary(cluster, slot)
    there = chance.choice([each for each in await asyncio.to_thread(cluster.primaries) if each is not here])
    here.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", there.id)

    async def is_done() -> bool:
        return await _primary(cluster, slot) is there

    await eventually(is_done)


FAULTS: dict[str, Fault] = {
    each.__name__: each
    for each in (kill_primary, kill_primary_ahead, take_over, hand_over, move_slot, move_slot_at_once)
}
