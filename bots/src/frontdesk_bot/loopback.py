"""What a bot takes for a socket: its frames are heard by a function, which answers with others."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from frontdesk_bot.protocol import client_frames as say

_read = msgspec.json.Decoder(say.AnyClientFrame).decode
_encode = msgspec.json.Encoder().encode


class Loopback:
    """A wire whose other end is in the same process."""

    def __init__(self, heard: Callable[[say.AnyClientFrame], None]) -> None:
        self._heard = heard
        self._to_bot: asyncio.Queue[str] = asyncio.Queue()

    def tell(self, frame: Any) -> None:
        """Say something to the bot."""
        self._to_bot.put_nowait(_encode(frame).decode())

    async def send(self, text: str) -> None:
        """What the bot says."""
        self._heard(_read(text))

    async def receive(self) -> str:
        """What the bot hears."""
        return await self._to_bot.get()

    async def close(self) -> None:
        """The bot goes; a next one has a wire of its own."""
