"""Business hours as visitors see them: whether their channel is open, told when they come and whenever that changes."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from server.core.clock import now_ms
from server.core.errors import Unavailable
from server.core.fresh import Fresh
from server.core.hours import HoursPlan
from server.core.notices import Notices
from server.domain.channels.opening import Opening, opening_of
from server.domain.channels.types import Channel
from server.protocol.server_frames import HoursChanged

if TYPE_CHECKING:
    from server.gateway.session import Session

# How late an open panel may learn that somebody is back.
TICK = 1.0


class _Place:
    """A channel that somebody has visited on this node, and what its visitors know."""

    __slots__ = ("key", "known", "org_id", "plan")

    def __init__(self, key: str, org_id: UUID) -> None:
        self.key, self.org_id = key, org_id
        self.plan: HoursPlan | None = None
        self.known = Opening()


class Hours:
    """Tells this node's visitors when their channel opens and closes, by the server's clock."""

    def __init__(
        self, channels: Fresh[str, Channel | None], sessions: Callable[[], Iterable["Session"]], *, every: float,
        clock: Callable[[], int] = now_ms,
    ) -> None:  # fmt: skip
        self._channels, self._sessions, self._every, self._clock = channels, sessions, every, clock
        self._places: dict[UUID, _Place] = {}
        self._stale: set[UUID] = set()
        self._wake = asyncio.Event()

    def listen(self, notices: Notices) -> None:
        """Look at once when hours may have changed."""
        notices.on("channel", lambda changed: self._look_at(lambda channel_id, _: channel_id == changed))
        notices.on("organization", lambda changed: self._look_at(lambda _, place: place.org_id == changed))
        notices.on_gap(lambda: self._look_at(lambda *_: True))

    def _look_at(self, concerned: Callable[[UUID, _Place], bool]) -> None:
        self._stale |= {each for each, place in self._places.items() if concerned(each, place)}
        if self._stale:
            self._wake.set()

    async def tell(self, session: "Session", widget_key: str) -> None:
        """Tell one visitor whether the channel is open; while nobody can say, nothing."""
        with suppress(Unavailable):
            channel = await self._channels.get(widget_key)
            if channel is not None:
                place = self._places.setdefault(channel.id, _Place(widget_key, channel.org_id))
                self._keep(channel.id, place, channel.hours)
                session.say(_frame(place.known))

    async def run(self) -> None:
        """Follow the clock and what is changed; ends only by cancellation."""
        looked = self._clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._wake.wait()
            self._wake.clear()
            if self._clock() - looked >= self._every * 1000:
                # A notice may be lost; and nobody need be told anything where nobody is any more.
                looked = self._clock()
                self._forget()
                self._stale |= self._places.keys()
            await self.look()

    async def look(self) -> None:
        """Take in what was changed, and tell everybody whose channel has opened or closed since."""
        stale, self._stale = self._stale, set()
        for channel_id, place in tuple(self._places.items()):
            plan = place.plan
            if channel_id in stale:
                try:
                    channel = await self._channels.get(place.key)
                except Unavailable:
                    # Until then by the plan that is known.
                    self._stale.add(channel_id)
                else:
                    plan = channel.hours if channel is not None else plan
            self._keep(channel_id, place, plan)

    def _keep(self, channel_id: UUID, place: _Place, plan: HoursPlan | None) -> None:
        now, before = self._clock(), place.known
        if plan is place.plan and (before.changes_at is None or now < before.changes_at):
            return
        place.plan, place.known = plan, opening_of(plan, now)
        if _frame(before) != _frame(place.known):
            for session in self._sessions():
                if session.is_welcome and session.actor is not None and session.actor.channel_id == channel_id:
                    session.say(_frame(place.known))

    def _forget(self) -> None:
        visited = {each.actor.channel_id for each in self._sessions() if each.actor is not None}
        for each in self._places.keys() - visited:
            del self._places[each]


def _frame(known: Opening) -> HoursChanged:
    return HoursChanged(known.is_open, known.opens_at)
