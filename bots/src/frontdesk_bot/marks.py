"""Tells the server how far the bot has got: delivered when a message came, read when the bot is through with it."""

import asyncio
from collections.abc import Callable

from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.room import Room

# Not more than about once a second, says the protocol; the newest mark says everything.
TELL_EVERY = 1.0


class Marks:
    """What is to be told of some conversations."""

    def __init__(self, hint: Callable[[say.ClientFrame], bool]) -> None:
        self._hint = hint
        self._dirty: dict[Room, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def moved(self, room: Room) -> None:
        """The marks of a conversation have moved."""
        if room.is_copilot:
            # The visitor sees nothing of it.
            return
        self._dirty[room] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TELL_EVERY, self.tell)

    def tell(self) -> None:
        """Tell what has moved; what cannot be told now is told with the next."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        dirty, self._dirty = self._dirty, {}
        for room in dirty:
            frames: list[say.ClientFrame] = []
            if room.delivered > room.read:
                frames.append(say.MarkDelivered(room.conversation_id, room.delivered))
            if room.read:
                frames.append(say.MarkRead(room.conversation_id, room.read))
            if not all(map(self._hint, frames)):
                self.moved(room)
