"""What other bots said that a bot has consulted, and a bot that is asked itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol
from uuid import UUID

from frontdesk_bot.aside import Aside
from frontdesk_bot.protocol.client_frames import AnswerQuestion, ClientFrame, Contribute
from frontdesk_bot.protocol.collaboration_values import Collaboration, Contribution
from frontdesk_bot.protocol.server_frames import ContributionRequested, Question, Said
from frontdesk_bot.protocol.values import CollaborationType
from frontdesk_bot.room import Job, Room

logger = logging.getLogger("frontdesk_bot")


class Consulted:
    """What came of asking others: `consensus_reached` is None where they were not to come to one."""

    def __init__(self, told: Collaboration) -> None:
        self.outcome, self.consensus_reached = told.outcome, told.consensus_reached
        # All of it in the order in which it was said, and the names of those who did not answer in time.
        self.contributions = [each for each in told.contributions if not each.is_skipped]
        self.skipped = [each.agent_name for each in told.contributions if each.is_skipped]

    @property
    def last(self) -> Contribution | None:
        """What was said last: of a sequence its result, of a debate the last position."""
        return self.contributions[-1] if self.contributions else None

    @property
    def best(self) -> Contribution | None:
        """What somebody is surest of; the first of several."""
        return max(self.contributions, key=lambda each: each.confidence or 0.0, default=None)


class Asked:
    """A bot is asked about a conversation that another one holds; it answers once, with one of three words."""

    def __init__(self, frame: ContributionRequested) -> None:
        self.collaboration_id, self.conversation_id = frame.id, frame.conversation_id
        self.type: CollaborationType = frame.collaboration_type
        # The question, or of a verification what the other bot would say.
        self.text = frame.body
        self.round, self.seconds = frame.round, frame.seconds
        self.coordinator_name = frame.coordinator_name
        # What was said with the visitor, the oldest first, and what others have said to it.
        self.history: Sequence[Said] = frame.history
        self.contributions: Sequence[Contribution] = frame.contributions
        self.answer: Contribute | None = None

    def contribute(self, text: str, *, confidence: float | None = None, agrees: bool | None = None) -> None:
        """Say something to it; in a debate whether one has nothing against what the others said."""
        self._answer(body=text, confidence=confidence, agrees=agrees)

    def approve(self, text: str = "") -> None:
        """Let the other bot say what it would, or this text in its place."""
        self._answer(body=text, verdict="approve")

    def reject(self, reason: str) -> None:
        """Do not let it; the other bot hears why."""
        self._answer(body=reason, verdict="reject")

    def _answer(self, **fields: object) -> None:
        found = {"id": self.collaboration_id, "conversation_id": self.conversation_id, "round": self.round} | fields
        self.answer = Contribute(**found)  # type: ignore[arg-type]


OnAsked = Callable[[Asked], Awaitable[object]]


class Attends(Protocol):
    """Whoever has the handler for visitors called."""

    async def attend(self, room: Room, job: Job, voice: Any = None) -> None:
        """Call it, and have `voice` hear what it says."""


class Consultant:
    """Answers what a bot is asked outside of its own conversations: by other bots, and by people who try it."""

    def __init__(self, handler: OnAsked | None, attendant: Attends, send: Callable[[ClientFrame], bool]) -> None:
        self._handler, self._attendant, self._send = handler, attendant, send
        self._tasks: set[asyncio.Task[None]] = set()
        # A question of another bot is asked again after a reconnect.
        self._at_work: set[tuple[UUID, int]] = set()

    def heard(self, frame: Question | ContributionRequested, bot_id: UUID, at: int) -> None:
        """Answer, beside whatever else is done."""
        if isinstance(frame, Question):
            task = asyncio.create_task(self._answer(frame, bot_id, at))
        else:
            task = asyncio.create_task(self._contribute(frame, bot_id, at))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Nobody waits for the answers any more."""
        for task in self._tasks:
            task.cancel()

    async def _answer(self, question: Question, bot_id: UUID, at: int) -> None:
        self._send(await self._said(question, bot_id, at))

    async def _said(self, question: Question, bot_id: UUID, at: int) -> AnswerQuestion:
        aside = Aside(question, bot_id, at)
        await self._attendant.attend(aside.room(), aside.message, aside)
        return aside.answer()

    async def _contribute(self, frame: ContributionRequested, bot_id: UUID, at: int) -> None:
        """Call the handler, and send what it says; without one the handler for visitors answers questions."""
        key = frame.id, frame.round
        if key in self._at_work:
            return
        self._at_work.add(key)
        asked = Asked(frame)
        try:
            async with asyncio.timeout(frame.seconds):
                await (self._handler(asked) if self._handler is not None else self._by_default(asked, bot_id, at))
        except TimeoutError:
            logger.error("a question of another bot was not answered within %s seconds", frame.seconds)
        except Exception:
            # A handler is somebody else's code, and one mistake in it is not the end of the bot.
            logger.exception("the handler failed")
        finally:
            self._at_work.discard(key)
        if asked.answer is not None:
            self._send(asked.answer)

    async def _by_default(self, asked: Asked, bot_id: UUID, at: int) -> None:
        if asked.type == "verification":
            logger.warning("the bot is to approve what others say, and has no handler for that")
            return
        question = Question(asked.collaboration_id, asked.text, asked.seconds, list(asked.history))
        found = await self._said(question, bot_id, at)
        if found.body:
            asked.contribute(found.body, confidence=found.answer.confidence if found.answer else None)
