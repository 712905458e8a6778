"""Keeps what the bot says until the server has stored it, and sends it, in order, as often as that takes."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from frontdesk_bot.allowance import Allowance
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.codes import RefusalCode
from frontdesk_bot.protocol.collaboration_values import Collaboration
from frontdesk_bot.protocol.server_frames import Accepted, CollaborationChanged, Refused, SuggestionChanged, Welcome

Decision = say.HandOffConversation | say.TagConversation | say.SetAttributes
Outgoing = say.PostMessage | say.EditMessage | say.DeleteMessage | say.SuggestAnswer | say.ConsultAgents | Decision
# These say "later", not "no".
LATER = frozenset({RefusalCode.BUSY, RefusalCode.UNAVAILABLE, RefusalCode.TOO_FAST})
DEFAULT_WAIT = 2.0


class Rejected(Exception):  # noqa: N818 - it carries a frame
    """The server will not take what the bot said; `code` is one of docs/protocol.md, section 10."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"{refused.code.value}: {refused.message}")
        self.code, self.message = refused.code, refused.message


class NotApproved(Rejected):
    """What the bot would have said is not heard: `outcome` is rejected, outdated or expired, and `reason` says why."""

    def __init__(self, told: Collaboration) -> None:
        self.outcome = told.outcome
        self.reason = next((each.body for each in told.contributions if each.verdict == "reject"), "")
        super().__init__(Refused(RefusalCode.CONFLICT, f"{self.outcome}: {self.reason}", told.id))


class Place(NamedTuple):
    """Where something stands in a log."""

    epoch: int
    seq: int


NOWHERE = Place(0, 0)


class Item:
    """Something that is on its way."""

    __slots__ = ("answer", "frame", "is_approved", "is_kept", "place", "sent_epoch")

    def __init__(self, frame: Outgoing) -> None:
        self.frame = frame
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # The epoch that was known when it was sent on this connection.
        self.sent_epoch: int | None = None
        self.place: Place | None = None
        # On this connection: the server keeps it until somebody approves it, or others have answered; it is approved.
        self.is_kept = self.is_approved = False


class Outbox:
    """What this bot said and the server has not stored."""

    def __init__(self, send: Callable[[say.ClientFrame], bool], allowance: Allowance) -> None:
        self._send, self._allowance = send, allowance
        self._items: dict[UUID, Item] = {}
        # What waits to be sent, by conversation: one of each is on its way, so that "later" turns no order round.
        self._waiting: dict[UUID, deque[Item]] = {}
        self._ready: deque[UUID] = deque()
        self._busy: set[UUID] = set()
        self._placed: dict[UUID, list[Item]] = {}
        # By conversation: everything up to here is committed. Its epoch is the newest that is known.
        self._stored: dict[UUID, Place] = {}
        self._most = 0
        self._timer: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, frame: Outgoing) -> asyncio.Future[Any]:
        """Take something on its way; an id that is on its way already is the same thing."""
        if frame.id in self._items:
            return self._items[frame.id].answer
        item = self._items[frame.id] = Item(frame)
        self._empty.clear()
        self._wait(item)
        self._pump()
        return item.answer

    def welcomed(self, welcome: Welcome) -> None:
        """A connection is there: everything that is not stored goes out again, under its old id."""
        self._most = welcome.limits.in_flight
        self._waiting.clear()
        self._ready.clear()
        for each in (self._busy, self._placed):
            each.clear()
        for item in self._items.values():
            item.sent_epoch = item.place = None
            item.is_kept = item.is_approved = False
            self._wait(item)
        self._pump()

    def parted(self) -> None:
        """Nothing can be sent until the next welcome."""
        self._most = 0

    def accepted(self, frame: Accepted) -> bool:
        """Something has its number; tells whether it was ours."""
        item = self._items.get(frame.id)
        if item is None:
            return False
        if not item.answer.done():
            item.answer.set_result(frame)
        if item.sent_epoch is None:
            # The answer to an earlier sending, while it waits to be sent again.
            return True
        # An answer of an epoch that was over when it was asked for can only have come from what is stored; and a
        # decision was committed before it was accepted.
        if frame.epoch < item.sent_epoch or isinstance(item.frame, Decision):
            self._remove(item)
        elif item.place is None:
            item.place = Place(frame.epoch, frame.seq)
            self._placed.setdefault(frame.conversation_id, []).append(item)
        self._free(frame.conversation_id)
        self._settle(frame.conversation_id)
        self._pump()
        return True

    def suggested(self, frame: SuggestionChanged) -> None:
        """A suggestion is there, or something became of it."""
        told = frame.suggestion
        item = self._items.get(told.id)
        if item is not None and isinstance(item.frame, say.SuggestAnswer):
            if not item.answer.done():
                item.answer.set_result(Accepted(told.id, told.conversation_id, 0, 0, 0, told.at))
            self._remove(item)
            self._free(told.conversation_id)
            self._pump()

    def collaborated(self, frame: CollaborationChanged) -> None:
        """Others are asked, or have to approve what was said, or are through with it."""
        told = frame.collaboration
        item = self._items.get(told.id)
        if item is None or item.sent_epoch is None or item.place is not None:
            return
        if not item.is_kept:
            # Meanwhile the bot may say other things, such as notes.
            item.is_kept = True
            self._free(told.conversation_id)
        if told.outcome in {"approved", "edited"}:
            if not item.is_approved:
                # Said again it is said, or was, and tells its number.
                item.is_approved, item.sent_epoch = True, None
                self._wait(item)
        elif told.outcome is not None:
            self._remove(item)
            if isinstance(item.frame, say.ConsultAgents):
                item.answer.set_result(told)
            else:
                item.answer.set_exception(NotApproved(told))
                # Whoever waits for it hears of it; nobody has to.
                item.answer.exception()
        self._pump()

    def refused(self, frame: Refused) -> bool:
        """Something was not taken: it goes again later, or its sender is told; tells whether it was ours."""
        item = self._items.get(frame.id) if frame.id is not None else None
        if item is None or item.sent_epoch is None:
            return False
        item.sent_epoch = None
        conversation_id = item.frame.conversation_id
        if frame.code in LATER or frame.retry_after is not None:
            self._allowance.pause(DEFAULT_WAIT if frame.retry_after is None else frame.retry_after)
            self._waiting.setdefault(conversation_id, deque()).appendleft(item)
        else:
            self._remove(item)
            if not item.answer.done():
                item.answer.set_exception(Rejected(frame))
                # Whoever waits for it hears of it; nobody has to.
                item.answer.exception()
        self._free(conversation_id)
        self._pump()
        return True

    def stored(self, conversation_id: UUID, upto: Place) -> None:
        """Everything of a conversation up to here is committed."""
        if upto > self._stored.get(conversation_id, NOWHERE):
            self._stored[conversation_id] = upto
            self._settle(conversation_id)
            self._pump()

    def forget(self, conversation_id: UUID) -> None:
        """Nobody looks after this conversation any more."""
        self._stored.pop(conversation_id, None)

    async def drained(self) -> None:
        """Wait until the server has stored everything."""
        await self._empty.wait()

    def _settle(self, conversation_id: UUID) -> None:
        """Let go of what is stored, and send again what an older epoch had accepted and may have lost."""
        upto = self._stored.get(conversation_id, NOWHERE)
        kept = []
        for item in self._placed.pop(conversation_id, ()):
            assert item.place is not None
            if item.place.epoch == upto.epoch and item.place <= upto:
                self._remove(item)
            elif item.place.epoch < upto.epoch:
                item.place = item.sent_epoch = None
                self._wait(item)
            else:
                kept.append(item)
        if kept:
            self._placed[conversation_id] = kept

    def _wait(self, item: Item) -> None:
        conversation_id = item.frame.conversation_id
        queue = self._waiting.setdefault(conversation_id, deque())
        queue.append(item)
        if len(queue) == 1 and conversation_id not in self._busy:
            self._ready.append(conversation_id)

    def _free(self, conversation_id: UUID) -> None:
        """The one that was on its way has its answer."""
        if conversation_id in self._busy:
            self._busy.discard(conversation_id)
            if self._waiting.get(conversation_id):
                self._ready.append(conversation_id)

    def _pump(self) -> None:
        while self._ready and len(self._busy) < self._most:
            wait = self._allowance.take()
            if wait:
                self._later(wait)
                return
            conversation_id = self._ready.popleft()
            queue = self._waiting[conversation_id]
            item = queue.popleft()
            if not queue:
                del self._waiting[conversation_id]
            item.sent_epoch = self._stored.get(conversation_id, NOWHERE).epoch
            self._busy.add(conversation_id)
            self._send(item.frame)

    def _later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._pump)

    def _remove(self, item: Item) -> None:
        self._items.pop(item.frame.id, None)
        if not self._items:
            self._empty.set()
