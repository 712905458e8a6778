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
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.entries import MessagePosted

# As many conversations at once as a model's server usually bears.
AT_ONCE = 4
PATIENCE = 60.0
# What the house looks for in the words of visitors.
RULES = {"user_request", "keyword", "sentiment", "policy"}
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
    # The visitor's own words were what gave it away, whatever the bot said to them.
    by_rule: bool = False
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

    Gives an outcome for each question, in the order of the talks, as soon as it is there. What the house does about
    words of the visitor and about answers below the threshold, it does in the replay as well.
    """
    harness = Harness(bot, patience=patience, configuration=configuration)
    free, threshold = asyncio.Semaphore(at_once), configuration.handoff_threshold if configuration else 0.0
    bot.is_rehearsing = True
    try:
        async with harness:
            tasks = [
                asyncio.create_task(_ask(harness, free, talk, at, then, threshold))
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
    said: dict[UUID | None, list[MessagePosted]] = {}
    before: UUID | None = None
    for line in talk.messages:
        if line.id in asked:
            before = line.id
        elif line.sender.id == talk.bot_id and not (line.is_internal or line.is_deleted):
            said.setdefault(named.get(line.id, before), []).append(line)
    handed_off: dict[UUID | None, HandedOff] = {}
    for given in talk.handoffs:
        earlier = (each for each, at in reversed(asked.items()) if talk.messages[at].at <= given.at)
        handed_off[named.get(given.id) or next(earlier, None)] = given
    found = []
    for each, at in asked.items():
        if each in said or each in handed_off:
            given_away = handed_off.get(each)
            reason = given_away.reason_code if given_away is not None else ""
            is_own = given_away is not None and given_away.id in named
            found.append((at, replace(_said(said.get(each, []), reason), by_rule=reason in RULES and not is_own)))
    return found


async def _ask(
    harness: Harness, free: asyncio.Semaphore, talk: PastTalk, at: int, then: Said, threshold: float
) -> Outcome:
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
            if then.by_rule:
                now = replace(now, handed_off=then.handed_off, by_rule=True)
            elif not now.handed_off and now.confidence is not None and now.confidence < threshold:
                now = replace(now, handed_off="low_confidence")
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
