"""What the bots of this node hold, and where they are co-pilots: each socket of a bot hears of it by itself.

A hint on the bus tells when to look, and what a bot holds is read from Postgres; a lost hint costs some seconds.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from server.core.db import Db
from server.core.errors import Refused, Unavailable
from server.core.notices import Notices
from server.domain.chat.collaborating import setup_of
from server.domain.chat.consulting import asked_of, ended_among
from server.domain.chat.holding import card_for, held_by, say_capacity
from server.domain.chat.suggesting import helped_by, people_of
from server.domain.identity.bots import configuration_of
from server.gateway.commands import look_back_at
from server.protocol.client_frames import Hello, Resume
from server.protocol.collaboration_values import CollaborationSetup
from server.protocol.server_frames import (
    BotConfigured,
    CollaborationChanged,
    ConversationAssisted,
    ConversationHeld,
    ConversationLeft,
)  # fmt: skip

if TYPE_CHECKING:
    from server.gateway.session import Session

logger = structlog.get_logger(__name__)

LOOK_EVERY = 3.0


class Held:
    """What one socket of a bot holds: the turn that it may speak as, by conversation; and where it is the co-pilot."""

    __slots__ = ("asked", "helps", "lock", "people", "setup", "turns", "waits")

    def __init__(self) -> None:
        self.turns: dict[bytes, int] = {}
        self.helps: set[bytes] = set()
        # Whom it helps: what they begin and cease to hold is called out like what it holds itself.
        self.people: set[bytes] = set()
        # How it works with others; asked again at each look, and of no use before the first.
        self.setup: CollaborationSetup | None = None
        # What it was asked about conversations of others, by collaboration: the last round of it that it was told of.
        self.asked: dict[UUID, int] = {}
        # Collaborations of its own that go on, with their conversations.
        self.waits: dict[UUID, UUID] = {}
        # One look at a time, or an older one could be told last.
        self.lock = asyncio.Lock()


class Holdings:
    """Keeps the sockets of this node's bots told of what they hold."""

    def __init__(self, db: Db, sessions: Callable[[], Iterable["Session"]]) -> None:
        self._db, self._sessions = db, sessions

    async def begin(self, session: "Session", hello: Hello, capacity: int) -> None:
        """A bot was welcomed: it hears of everything that it holds, from where it stands."""
        assert session.actor is not None
        session.held = Held()
        session.follow(session.actor.id.bytes)
        await say_capacity(self._db, session.actor, capacity)
        await self._configure(session)
        await self.look(session, known=hello.resume)

    def listen(self, notices: Notices) -> None:
        """Tell a bot at once when somebody has set it up otherwise."""
        notices.on("agent", self._changed)

    def _changed(self, agent_id: UUID) -> None:
        for session in self._sessions():
            if session.held is not None and session.actor is not None and session.actor.id == agent_id:
                session.door.spawn(self._changed_for(session), lambda _: None)

    async def _changed_for(self, session: "Session") -> None:
        await self._configure(session)
        await self.look(session)

    async def _configure(self, session: "Session") -> None:
        assert session.actor is not None
        assert session.held is not None
        found = await configuration_of(self._db, session.actor)
        session.held.setup = found.collaboration
        session.say(BotConfigured(found))

    async def look(self, session: "Session", conversation_id: UUID | None = None, known: Sequence[Resume] = ()) -> None:
        """Compare what a socket was told with what its bot holds and where it helps: all of it, or one conversation."""
        assert session.actor is not None
        held = session.held
        if held is None or session.socket.is_going:
            return
        async with held.lock:
            found = await held_by(self._db, session.actor, conversation_id)
            if conversation_id is None:
                held.setup = await setup_of(self._db, session.actor)
                await self._follow_people(session, held)
            helped = await helped_by(self._db, session.actor, conversation_id) if held.people else []
            now = {each.id.bytes: each.turn for each in found}
            helps = {each.id.bytes for each in helped}
            looked = {*held.turns, *held.helps} if conversation_id is None else {conversation_id.bytes}
            for topic in looked:
                if (topic in held.turns and topic not in now) or (topic in held.helps and topic not in helps):
                    held.turns.pop(topic, None)
                    held.helps.discard(topic)
                    session.leave(topic)
                    session.say(ConversationLeft(UUID(bytes=topic)))
            places = {each.conversation_id: each for each in known}
            for each in found:
                if held.turns.get(each.id.bytes) != each.turn:
                    await self._tell(session, held, each.turn, places.get(each.id) or Resume(each.id))
            for each in helped:
                if each.id.bytes not in held.helps:
                    await self._tell(session, held, None, places.get(each.id) or Resume(each.id))
            await self._ask(session, held)

    async def _ask(self, session: "Session", held: Held) -> None:
        """Tell a bot what it is asked, and what came of what it asked others."""
        assert session.actor is not None
        for each in await asked_of(self._db, session.door.history, session.actor, held.asked):
            held.asked[each.id] = each.round
            session.say(each)
        for ended in await ended_among(self._db, session.actor, held.waits) if held.waits else ():
            held.waits.pop(ended.id, None)
            session.say(CollaborationChanged(ended))

    async def _follow_people(self, session: "Session", held: Held) -> None:
        assert session.actor is not None
        people = {each.bytes for each in await people_of(self._db, session.actor)}
        for each in held.people - people:
            session.leave(each)
        for each in people - held.people:
            session.follow(each)
        held.people = people

    async def _tell(self, session: "Session", held: Held, turn: int | None, resume: Resume) -> None:
        bot = session.actor
        assert bot is not None
        assert resume.conversation_id is not None
        topic = resume.conversation_id.bytes
        session.hold()
        try:
            session.follow(topic)
            resumed = await look_back_at(session, resume)
            card = await card_for(self._db, bot, resume.conversation_id)
            if resumed.refused is not None or card is None:
                return
            if turn is None:
                held.helps.add(topic)
                session.say(ConversationAssisted(resume.conversation_id, card, resumed))
            else:
                held.turns[topic] = turn
                session.say(ConversationHeld(resume.conversation_id, turn, card, resumed))
        finally:
            session.release()

    async def run(self) -> None:
        """Look now and then without a hint; ends only by cancellation."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for session in [each for each in self._sessions() if each.held is not None]:
                try:
                    await self.look(session)
                except Unavailable:
                    break
                except Refused as refused:
                    logger.warning("a bot could not be told what it holds", error=str(refused))
