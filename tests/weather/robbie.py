"""Bots in any weather: they answer, hand over, fail or say nothing, and come back when they are cut off."""

import asyncio
import random
from contextlib import suppress
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import HandoffReason
from tests.machines import Bot
from tests.people import Refused
from tests.servers import Organization
from tests.weather.desk import TROUBLE

# Why it gives up: the first two leave it to the next bot, and the second counts against it.
WHYS: tuple[HandoffReason, ...] = ("low_confidence", "tool_failure", "transfer")


class Robbie:
    """A bot of the company, on whichever node lets it in."""

    def __init__(
        self, org: Organization, chance: random.Random, token: str = "", *, is_held_back: bool = False
    ) -> None:
        self._org, self._chance, self._token = org, chance, token
        # Somebody has to approve what it says, and mostly has the time to.
        self._is_held_back = is_held_back
        self._breath = (0.4, 1.2) if is_held_back else (0.1, 0.4)
        # What it may have said: nobody says it again where a log lost it.
        self.said: set[UUID] = set()
        self.is_talking = True

    async def live(self) -> None:
        """Stay connected, come what may; ends only by cancellation."""
        while True:
            bot = Bot(self._org, self._chance.randrange(len(self._org.house.webs)), self._token)
            with suppress(*TROUBLE):
                async with asyncio.timeout(5):
                    await bot.connect()
                await self._work(bot)
            with suppress(*TROUBLE):
                await bot.leave()
            await asyncio.sleep(self._chance.uniform(0.05, 0.4))

    async def _work(self, bot: Bot) -> None:
        while bot.close_code is None:
            await asyncio.sleep(self._chance.uniform(*self._breath))
            for conversation_id, turn in _held(bot).items():
                act = self._chance.choice(("answer", "answer", "hand off", ""))
                with suppress(Refused):
                    async with asyncio.timeout(3):
                        if act == "answer" and self.is_talking:
                            draft = say.PostMessage(uuid7(), conversation_id, "beep", turn=turn)
                            self.said.add(draft.id)
                            await bot.send(draft)
                            if not self._is_held_back:
                                await bot.answer(draft.id)
                        elif act == "hand off":
                            why = self._chance.choice(WHYS)
                            await bot.decide(
                                say.HandOffConversation(uuid7(), conversation_id, turn=turn, reason_code=why)
                            )


def _held(bot: Bot) -> dict[UUID, int]:
    """What it was told that it holds, and for which turn it may speak."""
    held: dict[UUID, int] = {}
    for each in bot.heard:
        if isinstance(each, hear.ConversationHeld):
            held[each.conversation_id] = each.turn
        elif isinstance(each, hear.ConversationLeft):
            held.pop(each.conversation_id, None)
    return held
