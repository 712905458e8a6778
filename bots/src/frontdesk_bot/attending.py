"""Runs a bot's handlers: many conversations at once, up to a number, and none of them ends the bot."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from frontdesk_bot.consulting import OnAsked
from frontdesk_bot.events import Event
from frontdesk_bot.outbox import NotApproved, Rejected
from frontdesk_bot.patience import Patience
from frontdesk_bot.protocol.entries import MessagePosted
from frontdesk_bot.protocol.values import HandoffReason
from frontdesk_bot.room import Job, Room
from frontdesk_bot.tools import CALLS, USED
from frontdesk_bot.turn import Turn
from frontdesk_bot.voice import Voice

logger = logging.getLogger("frontdesk_bot")
Handler = Callable[[Any], Awaitable[object]]
# Hears of everything that a handler is through with, and of what it failed.
Done = Callable[[Job, Exception | None], None]


class Handlers:
    """What a bot does about what happens: a handler for messages, and one for each kind of event."""

    def __init__(self, *, capacity: int, deadline: float) -> None:
        self.capacity, self.deadline = capacity, deadline
        self.by_kind: dict[type[Turn | Event], Handler] = {}
        # What it does about words that were not approved, and about what other bots ask it.
        self.rejected: Callable[[Turn, NotApproved], Awaitable[object]] | None = None
        self.asked: OnAsked | None = None

    def add(self, kind: type[Turn | Event], handler: Handler) -> None:
        """Have a handler called for a kind; one each, so that nobody wonders which comes first."""
        if not inspect.iscoroutinefunction(handler):
            raise TypeError(f"{handler!r} is called from the event loop: write it as `async def`")
        if kind in self.by_kind:
            raise ValueError(f"there is a handler for {kind.__name__} already")
        self.by_kind[kind] = handler


class Attendant:
    """Has the handlers of a bot called."""

    def __init__(self, handlers: Handlers, voice: Voice, done: Done) -> None:
        self._handlers, self._voice, self._done = handlers, voice, done
        self._places = asyncio.Semaphore(handlers.capacity)

    async def attend(self, room: Room, job: Job, voice: Voice | None = None) -> None:
        """Call the handler of a message or event, when there is a place for it; `voice` hears it in our place."""
        handler = self._handlers.by_kind.get(Turn if isinstance(job, MessagePosted) else type(job))
        failure = None
        if handler is not None:
            async with self._places:
                failure = await self._call(handler, room, job, voice or self._voice)
        self._done(job, failure)

    async def _call(self, handler: Handler, room: Room, job: Job, voice: Voice) -> Exception | None:
        """What the handler failed of, if it did; then somebody else is asked to hold the conversation."""
        turn: Turn | None = None
        try:
            async with asyncio.timeout(self._handlers.deadline) as scope:
                patience = Patience(scope)
                turn = Turn(job, voice, room, patience) if isinstance(job, MessagePosted) else None
                USED.set(turn.tools_used if turn is not None else [])
                CALLS.set(turn.tool_calls if turn is not None else [])
                try:
                    await self._heed(handler, turn, job)
                finally:
                    patience.is_over = True
        except NotApproved as error:
            logger.warning("what the handler said was not approved: %s", error)
            if turn is not None and error.outcome == "rejected" and room.is_held and not room.is_handed_over:
                await _give_up(turn, "policy", f"what the bot said was rejected: {error.reason}"[:200])
            return error
        except Rejected as error:
            logger.warning("what the handler said was refused: %s", error)
            return error
        except Exception as error:
            # A handler is somebody else's code, and one mistake in it is not the end of the bot.
            is_late = isinstance(error, TimeoutError) and scope.expired()
            if is_late:
                logger.error("the handler took more than %s seconds and was stopped", self._handlers.deadline)
            else:
                logger.exception("the handler failed")
            if turn is not None and room.is_held and not room.is_handed_over:
                await _give_up(turn, "timeout" if is_late else "tool_failure")
            return error
        return None

    async def _heed(self, handler: Handler, turn: Turn | None, job: Job) -> None:
        """Call the handler, and the one for rejected words as often as there are some."""
        try:
            await handler(turn or job)
        except NotApproved as error:
            rejected: NotApproved | None = error
        else:
            rejected = None
        while rejected is not None:
            if turn is None or self._handlers.rejected is None or rejected.outcome != "rejected":
                raise rejected
            try:
                await self._handlers.rejected(turn, rejected)
            except NotApproved as error:
                rejected = error
            else:
                rejected = None
        if turn is not None:
            await turn.suggest()


async def _give_up(turn: Turn, reason_code: HandoffReason, why: str = "the bot could not answer") -> None:
    """The visitor is not left alone with a bot that cannot answer."""
    try:
        await turn.hand_off(why, reason_code=reason_code)
    except Rejected as refused:
        logger.warning("the conversation could not be handed over: %s", refused)
