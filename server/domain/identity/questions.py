"""Asking a bot outside of any conversation: what it would say, and how it came to it."""

from time import monotonic
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from server.core.auth import Actor
from server.core.db import Db
from server.core.ids import uuid7
from server.domain.identity.bots import show_bot
from server.protocol.server_frames import Question, Said
from server.protocol.values import Body, Citation, HandoffReason

# Longer than this nobody's HTTP client waits.
LONGEST = 60


class AskBot(Struct, frozen=True):
    """A message to a bot, and what was said before it, the oldest first."""

    agent_id: UUID
    message: Body
    history: Annotated[list[Said], Meta(max_length=50)] = []


class BotAnswer(Struct, frozen=True):
    """What the bot would say; with a `hand_off` it would ask somebody else to go on, and `reason` says why.

    `ms` is how long it took as seen from the server. An empty `body` is a bot that would say nothing.
    """

    body: str
    citations: list[Citation]
    confidence: float | None
    intent: str
    model: str
    tokens_in: int
    tokens_out: int
    tools_used: list[str]
    ms: int
    hand_off: HandoffReason | None
    reason: str


async def ask_bot(db: Db, questions: Any, actor: Actor, body: AskBot) -> BotAnswer:
    """Put a question to a bot, wherever it is connected, and wait for its answer."""
    bot = await show_bot(db, actor, body.agent_id)
    seconds = min(bot.configuration.answer_seconds, LONGEST)
    began = monotonic()
    found = await questions.ask(actor.org_id, bot.id, Question(uuid7(), body.message, seconds, body.history))
    how = found.answer
    return BotAnswer(
        found.body, found.citations,
        confidence=how.confidence if how else None,
        intent=how.intent if how else "",
        model=how.model if how else "",
        tokens_in=how.tokens_in if how else 0,
        tokens_out=how.tokens_out if how else 0,
        tools_used=how.tools_used if how else [],
        ms=round((monotonic() - began) * 1000),
        hand_off=found.hand_off, reason=found.reason,
    )  # fmt: skip
