"""Where an agent is connected just now, by the leases of its sockets (server/gateway/presence.py)."""

from contextlib import suppress
from uuid import UUID

from server.core.clock import now
from server.core.errors import Unavailable
from server.core.house import House
from server.core.ids import uuid7_ms
from server.core.partitions import Partitions
from server.domain.identity.bot_types import BotConnection

# Organization, agent and session, of 16 bytes each; behind them stands the node's name.
SESSION, NODE = 32, 48


async def connections_of(house: House, org_id: UUID, agent_id: UUID) -> list[BotConnection]:
    """The sockets of an agent, the oldest first; none where Valkey does not tell.

    One whose node died is among them until its lease has ended.
    """
    leases: list[bytes] = []
    with suppress(Unavailable):
        leases = await house.cache.unended(Partitions(house.settings.partitions).of(org_id.bytes).presence, now())
    seat = org_id.bytes + agent_id.bytes
    found = [
        BotConnection(each[NODE:].decode(), uuid7_ms(UUID(bytes=each[SESSION:NODE])))
        for each in leases
        # Without a node it is closed, and in its grace.
        if each.startswith(seat) and len(each) > NODE
    ]
    return sorted(found, key=lambda each: (each.since, each.node))
