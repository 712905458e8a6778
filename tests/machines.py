"""A bot for stories: it holds conversations, and speaks for the turn that it was told."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.people import Agent, Person, eventually
from tests.servers import Organization


async def connected(org: Organization, agent_id: UUID) -> None:
    """Wait until Postgres knows that somebody is connected."""
    query = "select 1 from agent where org_id = $1 and id = $2 and is_connected"
    await eventually(lambda: org.house.rows(query, org.id, agent_id))


async def first_answers(org: Organization) -> UUID:
    """From now on the company's bot holds new conversations first, while it is there; its id."""
    lead = Agent(org, "olga")
    await lead.login()
    bot_id: str = min((await lead.get("/api/bots"))["items"], key=lambda each: each["created_at"])["id"]
    await lead.change(f"/api/channels/{org.channel_id}", {"default_bot_id": bot_id})
    await lead.leave()
    return UUID(bot_id)


class Bot(Person):
    """A machine with a token."""

    def __init__(self, org: Organization, node: int = 0, token: str = "") -> None:
        super().__init__(org, node)
        self.token = token or org.bot_token

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

    async def is_there(self) -> None:
        """Postgres knows that it is connected, so that it may be given something."""
        await connected(self.org, self.id)

    async def given(self, conversation_id: UUID, by: Agent, version: int = 1) -> hear.ConversationHeld:
        """Somebody gives it a conversation to hold."""
        await self.is_there()
        await by.decide(say.AssignConversation(uuid7(), conversation_id, version, agent_id=self.id))
        return await self.hears(
            hear.ConversationHeld, lambda each: each.conversation_id == conversation_id and each.card.version > version
        )

    async def credentials(self) -> say.AsBot:
        """The bot's token."""
        return say.AsBot(self.token)


class Robbie(Bot):
    """A bot that says back every question from outside of conversations, as soon as it is asked."""

    async def took(self, frame: Any) -> None:
        """Answer."""
        if isinstance(frame, hear.Question):
            await self.send(say.AnswerQuestion(frame.id, frame.body))
