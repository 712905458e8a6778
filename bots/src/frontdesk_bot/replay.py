"""Past conversations once more, with another version of a bot or other settings, before nobody.

outcomes = await replay(bot, talks, configuration=...)

The bot is asked each question that was asked then, with the history as it was then: what it says now leads to no other
question, so that each of its answers can be held against the one that was given. It speaks to the harness alone, but
its tools do what they do: `bot.is_rehearsing` tells them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from frontdesk_bot.bot import Bot
from frontdesk_bot.harness import Harness
from frontdesk_bot.ids import HANDOFF, answer_id
from frontdesk_bot.protocol.entries import MessagePosted
from frontdesk_bot.protocol.values import BotConfiguration

# As many conversations at once as a model's server usually bears.
AT_ONCE = 4
PATIENCE = 60.0
# More than anybody says to one message.
MOST_REPLIES = 8


class HandedOff(msgspec.Struct, frozen=True):
    """The bot gave the conversation away; `at` is in milliseconds since the epoch."""

    id: UUID
    at: int
    reason_code: str


class PastTalk(msgspec.Struct, frozen=True):
    """A conversation as it was: its messages in order, and when this bot handed it off."""

    conversation_id: UUID
    bot_id: UUID
    messages: list[MessagePosted]
    handoffs: list[HandedOff] = []


class Said(msgspec.Struct, frozen=True):
    """What a bot did about a message; `seconds` is how long it took, and None where nobody wrote it down."""

    replies: list[str] = []
    sources: list[str] = []
    confidence: float | None = None
    handed_off: str = ""
    seconds: float | None = None
    # What its handler raised, in one line.
    failure: str = ""

    @property
    def is_silent(self) -> bool:
        """Neither an answer nor a handoff."""
        return not self.replies and not self.handed_off

    @property
    def words(self) -> int:
        """How long the answer is."""
        return sum(len(each.split()) for each in self.replies)


class Outcome(msgspec.Struct, frozen=True):
    """One question, what was said then, and what is said now."""

    conversation_id: UUID
    question: str
    then: Said
    now: Said = Said()


async def replay(
    bot: Bot,
    talks: Sequence[PastTalk],
    *,
    configuration: BotConfiguration | None = None,
    at_once: int = AT_ONCE,
    patience: float = PATIENCE,
) -> AsyncIterator[Outcome]:
    """Ask a bot what another one was asked, `at_once` questions at a time, each with `patience` seconds to be answered.

    Gives an outcome for each question, in the order of the talks, as soon as it is there.
    """
    harness = Harness(bot, patience=patience, configuration=configuration)
    free = asyncio.Semaphore(at_once)
    bot.is_rehearsing = True
    try:
        async with harness:
            tasks = [
                asyncio.create_task(_ask(harness, free, talk, at, then))
                for talk in talks for at, then in recorded(talk)
            ]  # fmt: skip
            try:
                for task in tasks:
                    yield await task
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        bot.is_rehearsing = False


def recorded(talk: PastTalk) -> list[tuple[int, Said]]:
    """The visitor's messages that the bot answered or handed the conversation off for, by their place, and how.

    What was said by this package names its question in its ids; anything else belongs to the question before it.
    """
    asked = {each.id: at for at, each in enumerate(talk.messages) if each.sender.kind == "contact"}
    named = {answer_id(talk.bot_id, each, n): each for each in asked for n in (*range(MOST_REPLIES), HANDOFF)}
    said: dict[UUID, list[MessagePosted]] = {}
    before: UUID | None = None
    for each in talk.messages:
        if each.id in asked:
            before = each.id
        elif each.sender.id == talk.bot_id and not (each.is_internal or each.is_deleted):
            question = named.get(each.id, before)
            if question is not None:
                said.setdefault(question, []).append(each)
    handed_off: dict[UUID, str] = {}
    for given in talk.handoffs:
        earlier = (each for each, at in reversed(asked.items()) if talk.messages[at].at <= given.at)
        question = named.get(given.id) or next(earlier, None)
        if question is not None:
            handed_off[question] = given.reason_code
    return [
        (at, _said(said.get(each, []), handed_off.get(each, "")))
        for each, at in asked.items() if each in said or each in handed_off
    ]  # fmt: skip


async def _ask(harness: Harness, free: asyncio.Semaphore, talk: PastTalk, at: int, then: Said) -> Outcome:
    async with free:
        question = talk.messages[at]
        here = harness.newcomer(question.sender.name, past=talk.messages[:at], spoken_by=talk.bot_id)
        began = time.monotonic()
        try:
            answer = await here.say(question.body)
        except Exception as failure:  # noqa: BLE001 - what a handler raises is told, and the next question is asked
            now = Said(failure=f"{type(failure).__name__}: {failure}"[:200])
        else:
            now = _said(answer.said, answer.hand_off.reason_code if answer.hand_off is not None else "")
        harness.leave(here)
        now = replace(now, seconds=time.monotonic() - began)
        return Outcome(talk.conversation_id, question.body, then, now)


def _said(messages: Sequence[MessagePosted], handed_off: str) -> Said:
    facts = next((each.answer for each in messages if each.answer is not None), None)
    return Said(
        [each.body for each in messages],
        sorted({citation.title for each in messages for citation in each.citations}),
        facts.confidence if facts is not None else None,
        handed_off,
        facts.processing_ms / 1000 if facts is not None else None,
    )
