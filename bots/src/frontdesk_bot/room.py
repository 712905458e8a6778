"""One conversation that the bot attends: what waits to be answered, in order, and one handler at a time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from frontdesk_bot.events import Deleted, Edited, Event, Left
from frontdesk_bot.protocol import entries as told
from frontdesk_bot.protocol.server_frames import Resumed
from frontdesk_bot.protocol.values import Position
from frontdesk_bot.reading import Reading, Step

Job = told.MessagePosted | Event
Attend = Callable[["Room", Job], Awaitable[None]]


class Room:
    """One conversation."""

    def __init__(
        self, conversation_id: UUID, attend: Attend, dirty: Callable[["Room"], None], over: Callable[["Room"], None]
    ) -> None:
        self.conversation_id = conversation_id
        # Called when the log says that the turn is over.
        self.over = over
        # Called when the marks have moved.
        self.dirty = dirty
        # Whom it speaks for: the turn that it holds, or the present one where it only reads along.
        self.turn = 0
        self.is_held = False
        # A person holds it, to whom the bot suggests answers.
        self.is_copilot = False
        # It is no conversation: somebody asks from outside (aside.py).
        self.is_aside = False
        # Whoever works at it has handed it over, and may finish what it does.
        self.is_handed_over = False
        self.reading = Reading()
        # Where the last question to the server began; the answer follows it.
        self.asked: Position | None = None
        # How far it has got messages, and is through with them.
        self.delivered = self.read = 0
        self._attend = attend
        self._jobs: deque[Job] = deque()
        self._attends = True
        self._is_over = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Nothing waits and nobody works."""
        return self._task is None

    def place(self, entry: Step) -> None:
        """Take a live entry, or the number of the bot's own."""
        self._take(self.reading.place(entry))

    def resumed(self, answer: Resumed, bot_id: UUID) -> int:
        """Take what the server says of the past; how far the server knows the bot to have read."""
        known = next((each.read for each in answer.marks if each.by == bot_id), 0)
        is_new = self.reading.position is None
        fresh = self.reading.resumed(answer, self.asked)
        if answer.summary is not None:
            self._see_turn(answer.summary.turn)
        if is_new or not answer.recovered:
            # What others have answered meanwhile is nothing to answer now.
            fresh = fresh[_unanswered_from(fresh, bot_id) :]
        if is_new:
            # Nor is what a run before this one was through with.
            fresh = [each for each in fresh if each.seq > known]
        self._take(fresh)
        return known

    def begin_no_more(self) -> None:
        """What was not begun waits for the next run."""
        self._attends = False
        self._jobs.clear()

    async def close(self) -> None:
        """Attend it no longer; whoever works at it is canceled."""
        self.begin_no_more()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def leave(self) -> None:
        """The turn is over: what waits is dropped, whoever works at it is canceled, and the bot is told."""
        self._is_over = True
        before = self._task
        if before is not None and not self.is_handed_over:
            before.cancel()
        self._jobs.clear()
        self._jobs.append(Left(conversation_id=self.conversation_id))
        self._task = asyncio.create_task(self._work(before))

    def happens(self, event: Event) -> None:
        """Tell the bot of something, when it is through with what came before."""
        self._jobs.append(event)
        self._begin()

    async def idle(self) -> None:
        """Wait until nothing waits and nobody works."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def _take(self, entries: Sequence[Any]) -> None:
        for entry in entries:
            if not self._is_over:
                self._take_one(entry)
        self._begin()

    def _begin(self) -> None:
        if self._jobs and self._attends and self._task is None:
            self._task = asyncio.create_task(self._work())

    def _take_one(self, entry: Any) -> None:
        if isinstance(entry, told.Decided):
            self._see_turn(entry.turn)
        if not isinstance(entry, told.ConversationEntry) or entry.sender.kind != "contact":
            return
        self.delivered = entry.seq
        self.dirty(self)
        match entry:
            case told.MessagePosted(is_deleted=False):
                if self.is_copilot:
                    # Nobody wants a suggestion for what is not the last word any more.
                    self._jobs = deque(each for each in self._jobs if not isinstance(each, told.MessagePosted))
                self._jobs.append(entry)
            case told.MessageEdited():
                self._edit(entry)
            case told.MessageDeleted():
                self._delete(entry)

    def _edit(self, edit: told.MessageEdited) -> None:
        for number, job in enumerate(self._jobs):
            if isinstance(job, told.MessagePosted) and _is_of(job, edit):
                self._jobs[number] = msgspec.structs.replace(job, body=edit.body, is_edited=True)
                return
        self._jobs.append(
            Edited(conversation_id=self.conversation_id, message_id=edit.message_id, text=edit.body, sender=edit.sender)
        )

    def _delete(self, deletion: told.MessageDeleted) -> None:
        for job in self._jobs:
            if isinstance(job, told.MessagePosted) and _is_of(job, deletion):
                self._jobs.remove(job)
                return
        self._jobs.append(
            Deleted(conversation_id=self.conversation_id, message_id=deletion.message_id, sender=deletion.sender)
        )

    def _see_turn(self, turn: int) -> None:
        """A turn was seen in the log: one that is higher than the bot's own says that its own is over."""
        if not self.is_held:
            self.turn = max(self.turn, turn)
        elif turn > self.turn:
            self.over(self)

    async def _work(self, before: asyncio.Task[None] | None = None) -> None:
        try:
            if before is not None:
                await _end_of(before)
            while self._jobs and self._attends:
                job = self._jobs.popleft()
                await self._attend(self, job)
                if isinstance(job, told.MessagePosted):
                    self.read = job.seq
                    self.dirty(self)
        finally:
            if self._task is asyncio.current_task():
                self._task = None


async def _end_of(before: asyncio.Task[None]) -> None:
    try:
        await asyncio.wait([before])
    finally:
        before.cancel()


def _is_of(message: told.MessagePosted, change: told.MessageEdited | told.MessageDeleted) -> bool:
    return message.id == change.message_id and message.sender.id == change.sender.id


def has_spoken(bot_id: UUID, entries: Sequence[Any]) -> bool:
    """Whether the bot has said something to the visitor."""
    said = (each for each in entries if isinstance(each, told.MessagePosted) and not each.is_internal)
    return any(each.sender.id == bot_id for each in said)


def _unanswered_from(entries: Sequence[Any], bot_id: UUID) -> int:
    """Behind the last thing that somebody else of the team said to the visitor."""
    for number in range(len(entries), 0, -1):
        entry = entries[number - 1]
        is_public = isinstance(entry, told.MessagePosted) and not entry.is_internal
        if is_public and entry.sender.kind in {"member", "bot"} and entry.sender.id != bot_id:
            return number
    return 0
