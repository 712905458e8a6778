"""How a turn speaks to the server."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from frontdesk_bot.outbox import Outgoing
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.collaboration_values import Collaboration
from frontdesk_bot.protocol.entries import AnyConversationEntry, MessagePosted
from frontdesk_bot.protocol.server_frames import Accepted
from frontdesk_bot.streaming import Hint


class Voice(Protocol):
    """How a turn speaks to the server."""

    bot_id: UUID

    async def post(self, frame: Outgoing) -> Accepted:
        """Say something; comes back when it has its number, and raises Rejected when it never will."""

    async def history(self, conversation_id: UUID, before: MessagePosted, limit: int) -> Sequence[AnyConversationEntry]:
        """What was said before a message."""

    async def consult(self, frame: say.ConsultAgents) -> Collaboration:
        """Ask others; comes back when they are through, or the time is."""

    def hint(self, frame: Hint) -> None:
        """Say something that nobody keeps."""
