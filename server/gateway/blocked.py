"""Visitors who may not speak: every node keeps them in mind, so that no socket and no message asks Postgres for it."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from server.core.auth import Actor
from server.core.db import Db
from server.core.errors import Unavailable
from server.core.notices import Notices
from server.domain.customers.actions import blocked_contacts
from server.protocol.codes import CloseCode

if TYPE_CHECKING:
    from server.gateway.session import Session

logger = structlog.get_logger(__name__)


class Blocked:
    """The blocked contacts of all organizations: few, and read again whenever somebody says that they changed."""

    def __init__(self, db: Db, sessions: Callable[[], Iterable["Session"]], *, every: float) -> None:
        self._db, self._sessions, self._every = db, sessions, every
        self._contacts: frozenset[tuple[UUID, UUID]] = frozenset()
        # At the start nobody is known yet.
        self._wake = asyncio.Event()
        self._wake.set()

    def listen(self, notices: Notices) -> None:
        """Look at once when a contact was blocked or unblocked somewhere."""
        notices.on("contact", lambda _: self._wake.set())
        notices.on_gap(self._wake.set)

    def holds(self, actor: Actor) -> bool:
        """Whether this visitor may not speak. While Postgres is away it may: talk goes on without it."""
        return (actor.org_id, actor.id) in self._contacts

    async def run(self) -> None:
        """Look whenever there is a reason, and now and then without; ends only by cancellation."""
        while True:
            try:
                async with asyncio.timeout(self._every):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                self._contacts = await blocked_contacts(self._db)
            except Unavailable as error:
                logger.warning("nobody can say who is blocked", error=str(error))
                await asyncio.sleep(1)
                self._wake.set()
                continue
            for session in list(self._sessions()):
                if session.actor is not None and session.kind == "visitor" and self.holds(session.actor):
                    session.socket.close(CloseCode.REVOKED)
