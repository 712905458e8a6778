"""What a bot has before it: its conversations, what it says, and what it asks."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast
from uuid import UUID

import msgspec

from frontdesk_bot.allowance import Allowance
from frontdesk_bot.asking import AGAIN_AFTER, HOLE_PATIENCE, RESUME_MOST, Histories, Lines, in_portions
from frontdesk_bot.attending import Attendant, Done, Handlers
from frontdesk_bot.consulting import Consultant
from frontdesk_bot.events import Held
from frontdesk_bot.hearing import Unknown
from frontdesk_bot.ids import Clock
from frontdesk_bot.link import Link, encode
from frontdesk_bot.marks import Marks
from frontdesk_bot.outbox import Outbox, Outgoing, Place
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.bot_values import DeclaredTool
from frontdesk_bot.protocol.codes import RefusalCode
from frontdesk_bot.protocol.collaboration_values import Collaboration
from frontdesk_bot.protocol.entries import ConversationEntry, MessagePosted
from frontdesk_bot.protocol.server_frames import Accepted
from frontdesk_bot.protocol.values import PROTOCOL, Position
from frontdesk_bot.room import Room, has_spoken
from frontdesk_bot.streaming import Hint
from frontdesk_bot.wire import Dial

logger = logging.getLogger("frontdesk_bot")
MESSAGE_BYTES = 16_384
HINTS_KEEP = 0.5
# These say that a conversation is not the bot's, or is gone.
NOT_OURS = frozenset({RefusalCode.NOT_FOUND, RefusalCode.FORBIDDEN})


class Desk:
    """One run of a bot."""

    def __init__(self, dial: Dial, token: str, handlers: Handlers, done: Done) -> None:
        self._token, self._handlers = token, handlers
        self.link = Link(dial, self)
        self.allowance = Allowance()
        self.outbox = Outbox(self.link.send, self.allowance)
        self.attendant = Attendant(handlers, self, done)
        self._consultant = Consultant(handlers.asked, self.attendant, self.link.send)
        self.marks = Marks(self._hint)
        self.clock = Clock()
        self.rooms: dict[UUID, Room] = {}
        self.bot_id = UUID(int=0)
        # Until a server says its own.
        self._largest = MESSAGE_BYTES
        self._histories = Histories(self.link.send)
        # Of which the server said, on this connection, that the bot holds them.
        self._told: set[Room] = set()
        # Called with how people have set the bot up.
        self.configured: Callable[[BotConfiguration], None] = lambda _: None
        # Called for the tools that it has.
        self.declared: Callable[[], list[DeclaredTool]] = list
        # Conversations that were left, while somebody is still told of it.
        self._leaving: set[Room] = set()

    # What the bot and its handlers call.

    def watch(self, conversation_id: UUID) -> None:
        """Attend a conversation."""
        if conversation_id not in self.rooms:
            room = self.rooms[conversation_id] = self._open(conversation_id)
            self._ask([room])

    async def unwatch(self, conversation_id: UUID) -> None:
        """Attend a conversation no longer."""
        room = self.rooms.pop(conversation_id, None)
        if room is not None:
            self.link.send(say.Unwatch(conversation_id))
            self.outbox.forget(conversation_id)
            await room.close()

    def turn_of(self, conversation_id: UUID) -> int:
        """The turn that the bot may speak for in a conversation; 0, which was over before the first, in all others."""
        room = self.rooms.get(conversation_id)
        return room.turn if room is not None and room.is_held else 0

    async def consult(self, frame: say.ConsultAgents) -> Collaboration:
        """Ask others; comes back when they are through, or the time is."""
        return cast("Collaboration", await asyncio.shield(self.outbox.add(frame)))

    async def post(self, frame: Outgoing) -> Accepted:
        """Say something; comes back when it has its number, and raises Rejected when it never will."""
        if len(encode(frame)) > self._largest:
            # The server would close the connection, however often it were sent.
            raise ValueError(f"this is longer than the {self._largest} bytes that the server takes")
        return cast("Accepted", await asyncio.shield(self.outbox.add(frame)))

    async def history(self, conversation_id: UUID, before: MessagePosted, limit: int) -> Lines:
        """What was said before a message."""
        return await self._histories.ask(conversation_id, Position(before.epoch, before.seq), limit)

    def hint(self, frame: Hint) -> None:
        """Say something that nobody keeps; what is shown again in a moment leaves half of the allowance to all else."""
        if len(encode(frame)) <= self._largest:
            self._hint(frame, keep=HINTS_KEEP if isinstance(frame, say.ShowPartial) else 0.0)

    def _hint(self, frame: say.ClientFrame, keep: float = 0.0) -> bool:
        return not self.allowance.take(keep=keep) and self.link.send(frame)

    async def close(self, patience: float) -> None:
        """Begin nothing more, finish what was begun, and wait until it is stored, all within so many seconds."""
        try:
            async with asyncio.timeout(patience):
                for room in self.rooms.values():
                    room.begin_no_more()
                for room in [*self.rooms.values(), *self._leaving]:
                    await room.idle()
                self.marks.tell()
                await self.outbox.drained()
        except TimeoutError:
            logger.warning("stopped before everything was finished and stored")
        self._consultant.close()
        for room in [*self.rooms.values(), *self._leaving]:
            await room.close()

    # What the connection calls.

    def hello(self) -> say.Hello:
        """Who comes, and where it stands."""
        positions = [self._question(room) for room in list(self.rooms.values())[:RESUME_MOST]]
        return say.Hello(PROTOCOL, say.AsBot(self._token, self._handlers.capacity), resume=positions)

    def welcomed(self, welcome: hear.Welcome) -> None:
        """The server knows the bot: what was missed comes first, then what was not stored goes out again."""
        self.bot_id = welcome.identity.id
        self.clock.set(welcome.server_time)
        self._largest = welcome.limits.message_bytes
        self.allowance.set(welcome.limits.rate, welcome.limits.burst)
        logger.info("connected as %s", welcome.identity.name)
        self._resumed(welcome.resumed)
        # Of what it holds the server tells by itself.
        self._ask([room for room in list(self.rooms.values())[RESUME_MOST:] if not room.is_held])
        self.outbox.welcomed(welcome)
        self._histories.again()
        for each in self.declared():
            # One a frame: some schemas are long, and no frame may be.
            frame = say.DeclareTools([each])
            if len(encode(frame)) <= self._largest:
                self.link.send(frame)

    def heard(self, frame: Any) -> None:
        """Take an answer, or news."""
        match frame:
            case ConversationEntry() | Unknown():
                self._place(frame.conversation_id, frame)
            case hear.Accepted():
                self._place(frame.conversation_id, frame)
                self.outbox.accepted(frame)
            case hear.Stored() | hear.SuggestionChanged() | hear.CollaborationChanged():
                self._settled(frame)
            case hear.ResumedFrame():
                self._resumed(frame.resumed)
            case hear.ConversationHeld() | hear.ConversationAssisted():
                self._attend(frame)
            case hear.ConversationLeft():
                self._left(frame.conversation_id)
            case hear.BotConfigured() | hear.Question() | hear.ContributionRequested():
                self._addressed(frame)
            case hear.History():
                self._histories.heard(frame)
            case hear.Refused() if not self.outbox.refused(self._doubted(frame)):
                logger.warning("refused: %s: %s", frame.code.value, frame.message)
                self._histories.refused(frame)
                self._later(frame.retry_after or AGAIN_AFTER, self._with_holes)

    def parted(self, *, forget: bool) -> None:
        """The connection is gone."""
        self._told.clear()
        self.outbox.parted()
        if forget:
            for room in self.rooms.values():
                room.reading.forget()

    # Inside.

    def _addressed(self, frame: hear.BotConfigured | hear.Question | hear.ContributionRequested) -> None:
        """Take what concerns the bot, and no conversation of its own."""
        if isinstance(frame, hear.BotConfigured):
            self.configured(frame.configuration)
        else:
            self._consultant.heard(frame, self.bot_id, self.clock.now())

    def _place(self, conversation_id: UUID, entry: Any) -> None:
        room = self.rooms.get(conversation_id)
        if room is None:
            return
        had_hole = room.reading.has_hole
        room.place(entry)
        if room.reading.has_hole and not had_hole:
            self._later(HOLE_PATIENCE, lambda: [room] if room.reading.has_hole else [])

    def _resumed(self, answers: Iterable[hear.Resumed]) -> None:
        for answer in answers:
            room = self.rooms.get(answer.conversation_id) if answer.conversation_id is not None else None
            if room is None:
                continue
            if answer.refused in NOT_OURS:
                logger.warning("conversation %s is not this bot's to read", room.conversation_id)
                del self.rooms[room.conversation_id]
            elif answer.refused is not None:
                self._later(AGAIN_AFTER, partial(list, [room]))
            else:
                self._take(room, answer)

    def _doubted(self, frame: hear.Refused) -> hear.Refused:
        """A server that could not look yet what the bot holds says that its turn is over; that is asked again."""
        room = self.rooms.get(frame.conversation_id) if frame.conversation_id is not None else None
        if frame.code == RefusalCode.STALE_TURN and room is not None and room.is_held and room not in self._told:
            return msgspec.structs.replace(frame, retry_after=AGAIN_AFTER)
        return frame

    def _open(self, conversation_id: UUID) -> Room:
        def over(room: Room) -> None:
            self._left(room.conversation_id)

        return Room(conversation_id, self.attendant.attend, self.marks.moved, over)

    def _settled(self, frame: hear.Stored | hear.SuggestionChanged | hear.CollaborationChanged) -> None:
        if isinstance(frame, hear.Stored):
            self.outbox.stored(frame.conversation_id, Place(frame.epoch, frame.upto))
        elif isinstance(frame, hear.CollaborationChanged):
            self.outbox.collaborated(frame)
        else:
            self.outbox.suggested(frame)

    def _attend(self, frame: hear.ConversationHeld | hear.ConversationAssisted) -> None:
        room = self.rooms.get(frame.conversation_id)
        if room is None:
            room = self.rooms[frame.conversation_id] = self._open(frame.conversation_id)
        if isinstance(frame, hear.ConversationHeld):
            self._hold(room, frame)
        else:
            room.is_copilot = True
        self._take(room, frame.resumed)

    def _hold(self, room: Room, frame: hear.ConversationHeld) -> None:
        self._told.add(room)
        is_new = not (room.is_held and room.turn == frame.turn)
        room.is_held, room.is_copilot, room.is_handed_over, room.turn = True, False, False, frame.turn
        if is_new:
            is_first = not has_spoken(self.bot_id, frame.resumed.entries)
            room.happens(Held(conversation_id=frame.conversation_id, card=frame.card, is_first=is_first))

    def _left(self, conversation_id: UUID) -> None:
        room = self.rooms.pop(conversation_id, None)
        if room is not None:
            self.outbox.forget(conversation_id)
            room.leave()
            self._told.discard(room)
            self._leaving = {each for each in {*self._leaving, room} if not each.is_idle}

    def _take(self, room: Room, answer: hear.Resumed) -> None:
        if answer.summary is not None:
            self.outbox.stored(room.conversation_id, Place(answer.position.epoch, answer.summary.stored))
        if room.resumed(answer, self.bot_id) < room.read:
            self.marks.moved(room)
        if answer.has_more:
            self._ask([room])
        elif room.reading.has_hole:
            self._later(HOLE_PATIENCE, lambda: [room])

    def _with_holes(self) -> list[Room]:
        return [room for room in self.rooms.values() if room.reading.has_hole or room.reading.position is None]

    def _later(self, seconds: float, rooms: Callable[[], list[Room]]) -> None:
        asyncio.get_running_loop().call_later(seconds, lambda: self._ask(rooms()))

    def _ask(self, rooms: list[Room]) -> None:
        """Ask what these have after the position; without a connection hello does it."""
        if self.link.is_live:
            here = [room for room in rooms if self.rooms.get(room.conversation_id) is room]
            for frame in in_portions([self._question(room) for room in here]):
                self.link.send(frame)

    def _question(self, room: Room) -> say.Resume:
        room.asked = room.reading.position
        return say.Resume(room.conversation_id, room.asked)
