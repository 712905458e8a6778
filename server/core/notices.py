"""Notices: what every web node must hear at once, such as a session that was ended or a channel that was changed.

A notice only says that something changed, and what; whoever hears it looks for itself. It is a hint that may be lost:
whoever depends on it looks anyway, now and then and whenever the connection was away (`on_gap`).
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog

from server.core.cache import Cache
from server.core.errors import Unavailable
from server.core.valkey import ReplyError, Serves, Valkey, Wire

logger = structlog.get_logger(__name__)

Kind = Literal["token", "agent", "organization", "channel", "closed_channel", "contact", "question", "answer"]
Heard = Callable[[UUID], None]

CHANNEL = b"fd:notices"
# A connection that only listens would not notice that the other end is gone.
PING_EVERY = 5.0


class Notice(msgspec.Struct, frozen=True):
    """Something changed: a token was revoked; a seat, an organization, a channel or a contact is not what it was.

    Or something lies in Valkey for whoever it is: a question for a bot, by the bot's id, and its answer, by its own.
    """

    kind: Kind
    id: UUID


_decode = msgspec.json.Decoder(Notice).decode


async def publish(cache: Cache, kind: Kind, *ids: UUID) -> None:
    """Let every node know that these changed; from a web process use `Notices.tell`, which hears itself too."""
    try:
        for each in ids:
            await cache.publish(CHANNEL, msgspec.json.encode(Notice(kind, each)))
    except Unavailable as error:
        # The change is committed; nodes that hear nothing find it when they look by themselves.
        logger.warning("a notice could not be sent", kind=kind, error=str(error))


class Notices:
    """One node's ear and mouth for notices."""

    def __init__(self, valkey: Valkey, cache: Cache) -> None:
        self._valkey, self._cache = valkey, cache
        self._heard: dict[str, list[Heard]] = {}
        self._on_gap: list[Callable[[], None]] = []
        valkey.on_push = self._pushed
        valkey.on_connected.append(self._subscribe)

    def on(self, kind: Kind, heard: Heard) -> None:
        """Call `heard` with the id of whatever of this kind changed."""
        self._heard.setdefault(kind, []).append(heard)

    def on_gap(self, missed: Callable[[], None]) -> None:
        """Call `missed` whenever anything may have been missed."""
        self._on_gap.append(missed)

    async def tell(self, kind: Kind, *ids: UUID) -> None:
        """Let every node know that these changed; call it after the commit, for they look at once.

        This node has heard it when the call returns: whoever is answered by it meets nothing older here.
        """
        for each in ids:
            self._hear(kind, each)
        await publish(self._cache, kind, *ids)

    async def run(self) -> None:
        """Listen, and see that the connection lives; ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._valkey.run())
            while True:
                await asyncio.sleep(PING_EVERY)
                try:
                    await self._valkey.call_near(CHANNEL, "PING")
                except (Unavailable, ReplyError) as error:
                    logger.warning("notices are not heard", error=str(error))

    async def _subscribe(self, wire: Wire, serves: Serves) -> None:
        # A notice reaches every server of a cluster; one of them is enough to hear it.
        if not serves(CHANNEL):
            return
        wire.tell("SUBSCRIBE", CHANNEL)
        await wire.call("PING")
        # From here on nothing is missed; what was said before may have been.
        for missed in self._on_gap:
            missed()

    def _pushed(self, push: list[Any]) -> None:
        if push[0] != b"message":
            return
        try:
            notice = _decode(push[2])
        except msgspec.DecodeError:
            # A node of a newer version speaks of what this one does not know.
            return
        self._hear(notice.kind, notice.id)

    def _hear(self, kind: Kind, id: UUID) -> None:
        for heard in self._heard.get(kind, ()):
            heard(id)
