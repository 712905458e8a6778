"""An answer that is shown while it is being made: bounded in how often, and in how much."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from frontdesk_bot.protocol import client_frames as say

Hint = say.SetTyping | say.ShowPartial
# Ten a second, and fewer of what is long: each one has the whole text so far.
SHOW_EVERY = 0.1
BYTES_A_SECOND = 20_000
# Whoever watches forgets after six seconds what is not shown again.
AGAIN_AFTER = 3.0
# As many characters as a message may have, and as many bytes as a frame has room for.
MOST, MOST_BYTES = 8000, 12_000


def fitting(text: str) -> str:
    """As much of a text as there is room for in a message."""
    return text.encode()[:MOST_BYTES].decode(errors="ignore")[:MOST]


class Streaming:
    """What was written so far."""

    def __init__(self) -> None:
        self.text = ""
        self._is_new = asyncio.Event()

    def write(self, more: str) -> None:
        """Put more behind what there is; it is shown in a moment."""
        self.text += more
        self._is_new.set()

    def put(self, text: str) -> None:
        """Put a text in place of all that there is; nothing, where what was shown is no answer."""
        if text != self.text:
            self.text = text
            self._is_new.set()

    async def show(self, message_id: UUID, conversation_id: UUID, turn: int, hint: Callable[[Hint], None]) -> None:
        """Show it, as often as there is more; ends only by cancellation."""
        shown = ""
        while True:
            self._is_new.clear()
            if self.text or shown:
                shown = fitting(self.text)
                hint(say.ShowPartial(message_id, conversation_id, turn, shown))
            await asyncio.sleep(max(SHOW_EVERY, len(shown.encode()) / BYTES_A_SECOND))
            try:
                async with asyncio.timeout(AGAIN_AFTER):
                    await self._is_new.wait()
            except TimeoutError:
                # Nothing new, and not to be forgotten.
                continue
