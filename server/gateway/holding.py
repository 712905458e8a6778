"""What the bots of this node hold: each socket of a bot hears by itself of the conversations that it may speak in.

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
from server.domain.chat.holding import card_for, held_by, say_capacity
from server.domain.identity.bots import configuration_of
from server.gateway.commands import look_back_at
from server.protocol.client_frames import Hello, Resume
from server.protocol.server_frames import BotConfigured, ConversationHeld, ConversationLeft

if TYPE_CHECKING:
    from server.gateway.session import Session

logger = structlog.get_logger(__name__)

LOOK_EVERY = 3.0


class Held:
    """What one socket of a bot holds: the turn that it may speak as, by conversation."""

    __slots__ = ("lock", "turns")

    def __init__(self) -> None:
        self.turns: dict[bytes, int] = {}
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
                session.door.spawn(self._configure(session), lambda _: None)

    async def _configure(self, session: "Session") -> None:
        assert session.actor is not None
        session.say(BotConfigured(await configuration_of(self._db, session.actor)))

    async def look(self, session: "Session", conversation_id: UUID | None = None, known: Sequence[Resume] = ()) -> None:
        """Compare what a socket was told with what its bot holds: all of it, or one conversation."""
        assert session.actor is not None
        held = session.held
        if held is None or session.socket.is_going:
            return
        async with held.lock:
            found = await held_by(self._db, session.actor, conversation_id)
            now = {each.id.bytes: each.turn for each in found}
            looked = held.turns.keys() if conversation_id is None else {conversation_id.bytes}
            for topic in [each for each in looked if each in held.turns and each not in now]:
                del held.turns[topic]
                session.leave(topic)
                session.say(ConversationLeft(UUID(bytes=topic)))
            places = {each.conversation_id: each for each in known}
            for each in found:
                if held.turns.get(each.id.bytes) != each.turn:
                    await self._tell(session, held, each.turn, places.get(each.id) or Resume(each.id))

    async def _tell(self, session: "Session", held: Held, turn: int, resume: Resume) -> None:
        bot = session.actor
        assert bot is not None
        assert resume.conversation_id is not None
        topic = resume.conversation_id.bytes
        session.hold()
        try:
            session.follow(topic)
            resumed = await look_back_at(session, resume)
            card = await card_for(self._db, bot, resume.conversation_id)
            if resumed.refused is None and card is not None:
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
