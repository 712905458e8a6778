"""A bot for stories: it holds conversations, and speaks for the turn that it was told."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.people import Agent, Person, eventually


class Bot(Person):
    """A machine with a token."""

    @property
    def id(self) -> UUID:
        """Its seat's id."""
        return self.welcome.identity.id

    def draft(self, conversation_id: UUID, body: str, **fields: Any) -> say.PostMessage:
        """A message for the turn that it holds; for none where it was told of none."""
        turns = [
            each.turn
            for each in self.heard
            if isinstance(each, hear.ConversationHeld) and each.conversation_id == conversation_id
        ]
        return super().draft(conversation_id, body, **({"turn": turns[-1] if turns else 0} | fields))

    async def given(self, conversation_id: UUID, by: Agent, version: int = 1) -> hear.ConversationHeld:
        """Somebody gives it a conversation to hold."""
        query = "select 1 from agent where org_id = $1 and id = $2 and is_connected"
        await eventually(lambda: self.org.house.rows(query, self.org.id, self.id))
        await by.decide(say.AssignConversation(uuid7(), conversation_id, version, agent_id=self.id))
        return await self.hears(
            hear.ConversationHeld, lambda each: each.conversation_id == conversation_id and each.card.version > version
        )

    async def credentials(self) -> say.AsBot:
        """The bot's token."""
        return say.AsBot(self.org.bot_token)
