"""A desk where what a bot says has to be approved."""

from typing import Any
from uuid import UUID

import msgspec

from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.collaboration_values import Collaboration, CollaborationSetup
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Visitor

DRAFT = "You can return it for ever."


async def set_up(people: Cast, bot: Bot, collaboration: dict[str, Any] | None, **fields: Any) -> None:
    """How the bot works with others from now on; it knows it."""
    await bot.is_there()
    olga = Agent(people.org, "olga")
    await olga.login()
    await olga.change(f"/api/bots/{bot.id}", {"collaboration": collaboration} | fields)
    await olga.leave()
    wanted = None if collaboration is None else msgspec.convert(collaboration, CollaborationSetup)
    await bot.hears(hear.BotConfigured, lambda each: each.configuration.collaboration == wanted)


class Desk:
    """A bot holds a visitor's conversation, and what it says has to be approved; Ada and Ben look on."""

    def __init__(self, visitor: Visitor, bot: Bot, ada: Agent, conversation_id: UUID) -> None:
        self.visitor, self.bot, self.ada, self.conversation_id = visitor, bot, ada, conversation_id

    async def drafts(self, body: str = DRAFT, **fields: Any) -> say.PostMessage:
        """The bot says something, and hears that it waits; what it said."""
        draft = self.bot.draft(self.conversation_id, body, **fields)
        await self.bot.send(draft)
        await self.bot.hears(hear.CollaborationChanged, lambda each: each.collaboration.id == draft.id)
        return draft

    async def becomes(self, who: Bot | Agent, draft_id: UUID, outcome: str, **fields: Any) -> Collaboration:
        """Wait until somebody hears what became of a draft."""

        def is_it(frame: hear.CollaborationChanged) -> bool:
            return frame.collaboration.id == draft_id and frame.collaboration.outcome == outcome

        return (await who.hears(hear.CollaborationChanged, is_it, **fields)).collaboration

    def verdict(self, draft_id: UUID, verdict: Any, body: str = "") -> say.Contribute:
        """What somebody says to a draft."""
        return say.Contribute(draft_id, self.conversation_id, verdict=verdict, body=body)

    async def read(self, who: Agent) -> list[dict[str, Any]]:
        """The collaborations of the conversation, as the API lists them."""
        found = await who.get(f"/api/conversations/{self.conversation_id}/collaborations")
        return list(found["collaborations"])


async def open_desk(people: Cast) -> Desk:
    """The bot on one node, Ada on the other."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada", node=0), await people.bot(node=1)
    await set_up(people, bot, {"type": "verification"})
    conversation_id = await visitor.start()
    await bot.given(conversation_id, ada)
    await ada.watch(conversation_id)
    await visitor.say(conversation_id, "May I return a plant?")
    await bot.hears_line("May I return a plant?")
    return Desk(visitor, bot, ada, conversation_id)


async def never_heard(desk: Desk, text: str = DRAFT) -> None:
    """The visitor heard nothing of it, reads nothing of it anywhere, and nothing stands in the log."""
    await desk.visitor.say(desk.conversation_id, "Hello?")
    assert text not in str(desk.visitor.heard)
    again = Visitor(desk.visitor.org)
    again.token, again.contact_id = desk.visitor.token, desk.visitor.contact_id
    await again.connect(say.Resume(desk.conversation_id))
    assert text not in str(again.heard)
    await again.leave()
    entries = await desk.ada.get(f"/api/conversations/{desk.conversation_id}/entries")
    assert text not in str(entries)
    assert text not in str(await desk.ada.get("/api/search?q=return%20it%20for%20ever"))
    rows = await desk.ada.org.house.rows(
        "select data::text as told from event where org_id = $1 and conversation_id = $2", desk.ada.org.id,
        desk.conversation_id,
    )  # fmt: skip
    assert text not in str([row["told"] for row in rows])
    cards = await desk.ada.get("/api/conversations")
    assert text not in str(cards)


async def never_heard_yet(desk: Desk) -> None:
    """Nothing of a draft has reached the visitor's socket."""
    assert DRAFT not in str(desk.visitor.heard)
    assert not [each for each in desk.visitor.heard if isinstance(each, hear.CollaborationChanged)]
