"""Whether those who are connected still may be: sockets of ended sessions, closed seats and removed bots are closed.

Notices tell when to look; what to do is read from Postgres. So a notice that was lost costs time and no safety: every
socket is looked at now and then, and whenever notices may have been missed.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog

from server.core.auth import Actor
from server.core.db import Db
from server.core.errors import Unavailable
from server.core.notices import Notices
from server.domain.identity.tokens import is_open, standings
from server.domain.identity.types import Standing
from server.protocol.codes import CloseCode

if TYPE_CHECKING:
    from server.gateway.session import Session

logger = structlog.get_logger(__name__)

# Tokens that one statement asks about.
AT_ONCE = 500


class Watchman:
    """Compares this node's sockets with what Postgres says of the tokens they came with."""

    def __init__(self, db: Db, sessions: Callable[[], Iterable["Session"]], *, every: float) -> None:
        self._db, self._sessions, self._every = db, sessions, every
        self._due: set[Session] = set()
        self._wake = asyncio.Event()

    def listen(self, notices: Notices) -> None:
        """Look at once at whomever a notice is about."""
        notices.on("token", lambda token: self._look_at(lambda actor: actor.session_id == token))
        notices.on("agent", lambda agent: self._look_at(lambda actor: actor.id == agent))
        notices.on("organization", lambda org: self._look_at(lambda actor: actor.org_id == org))
        notices.on("closed_channel", self._close_channel)
        notices.on_gap(self._look_at_all)

    def _look_at(self, concerned: Callable[[Actor], bool]) -> None:
        found = {each for each in self._sessions() if each.actor is not None and concerned(each.actor)}
        if found:
            self._due |= found
            self._wake.set()

    def _look_at_all(self) -> None:
        # A visitor's token is looked up nowhere, so that only the end of the whole organization concerns it.
        self._look_at(lambda actor: actor.kind != "contact")

    def _close_channel(self, channel_id: UUID) -> None:
        for each in tuple(self._sessions()):
            if each.actor is not None and each.actor.channel_id == channel_id:
                # Whoever asks for another session hears that there is no such widget.
                each.socket.close(CloseCode.UNAUTHENTICATED)

    async def run(self) -> None:
        """Look whenever there is a reason, and now and then without; ends only by cancellation."""
        while True:
            try:
                async with asyncio.timeout(self._every):
                    await self._wake.wait()
            except TimeoutError:
                self._look_at_all()
            self._wake.clear()
            due, self._due = self._due, set()
            try:
                await self.look(due)
            except Unavailable as error:
                logger.warning("nobody can say who may still be here", error=str(error))
                self._due |= due
                self._wake.set()
                await asyncio.sleep(1)

    async def look(self, sessions: Iterable["Session"]) -> None:
        """Close the sockets of those who may no longer be here, or no longer be who they were."""
        known = [(each, each.actor) for each in sessions if each.actor is not None]
        tokens = {actor.session_id: actor.org_id for _, actor in known if actor.session_id is not None}
        found: dict[UUID, Standing] = {}
        for at in range(0, len(tokens), AT_ONCE):
            part = list(tokens)[at : at + AT_ONCE]
            found |= await standings(self._db, [tokens[each] for each in part], part)
        visited = {actor.org_id for _, actor in known if actor.kind == "contact"}
        closed = {org_id for org_id in visited if not await is_open(self._db, org_id)}
        for session, actor in known:
            if actor.session_id is not None:
                _compare(session, actor, found.get(actor.session_id))
            elif actor.org_id in closed:
                session.socket.close(CloseCode.REVOKED)


def _compare(session: "Session", actor: Actor, now: Standing | None) -> None:
    if now is None:
        session.socket.close(CloseCode.REVOKED)
    elif now.role != actor.role or now.withheld != actor.withheld:
        # What it may see and do was settled at the welcome: it comes back for another one.
        session.socket.close(CloseCode.RELOAD)
    elif now.name != actor.name:
        session.actor = msgspec.structs.replace(actor, name=now.name)
