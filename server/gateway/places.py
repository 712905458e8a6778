"""Places in line for visitors who come or look again; what moves while they are here is told by the worker."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from server.core.errors import Unavailable
from server.core.partitions import Partitions
from server.core.valkey import ReplyError, Valkey
from server.protocol.server_frames import QueueMoved, Resumed

if TYPE_CHECKING:
    from server.gateway.session import Session

_decode = msgspec.json.Decoder(QueueMoved).decode


class Places:
    """Reads what the worker keeps of each waiting conversation."""

    def __init__(self, valkey: Valkey, partitions: Partitions) -> None:
        self._valkey, self._partitions = valkey, partitions

    async def tell(self, session: "Session", resumed: Sequence[Resumed]) -> None:
        """Tell a visitor the places of those of its conversations that wait."""
        assert session.actor is not None
        for each in resumed:
            if each.conversation_id is None or each.summary is None or each.summary.status != "waiting":
                continue
            topic = each.conversation_id.bytes
            try:
                kept = await self._valkey.call(
                    "GET", self._partitions.of(topic).place(session.actor.org_id.bytes, topic)
                )
            except (Unavailable, ReplyError):
                return
            if kept is not None:
                session.say(_decode(kept))
