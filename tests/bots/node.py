"""A node in memory, which says what a story gives it and keeps what it hears: for what no real node does on demand."""

import asyncio
from typing import Any

import msgspec

from frontdesk_bot.harness import LIMITS
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.values import Identity
from frontdesk_bot.wire import Closed
from tests.bots.test_rules import ASKED, BOT
from tests.people import eventually

_read = msgspec.json.Decoder(say.AnyClientFrame).decode


class Node:
    """One connection."""

    def __init__(self, *says: Any) -> None:
        self.heard: list[Any] = []
        self._says: asyncio.Queue[Any] = asyncio.Queue()
        for each in says:
            self.say(each)

    def say(self, frame: Any) -> None:
        """Say a frame next, or end like this."""
        self._says.put_nowait(frame)

    async def hears(self, kind: type, count: int = 1) -> Any:
        """The last of so many frames of a kind."""

        async def found() -> Any:
            heard = [each for each in self.heard if isinstance(each, kind)]
            return heard[count - 1 : count]

        return (await eventually(found))[0]

    async def send(self, text: str) -> None:
        """Take a frame."""
        self.heard.append(_read(text))

    async def receive(self) -> str:
        """Say the next thing, or nothing for ever."""
        frame = await self._says.get()
        if isinstance(frame, Closed):
            raise frame
        return msgspec.json.encode(frame).decode()

    async def close(self) -> None:
        """Be left."""


def welcome(*, ping_every: float = 3600) -> hear.Welcome:
    """What it says to a bot."""
    limits = msgspec.structs.replace(LIMITS, ping_every=ping_every)
    return hear.Welcome(ASKED, Identity("bot", BOT, "Robbie", ASKED), 0, limits)
