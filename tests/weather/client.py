"""A client with the habits of a real one: it resends what is unanswered, asks for what it missed, and comes back."""

import asyncio
import random
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import ClientError
from picows import WSError

from bench.wire import Wire, wire
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.entries import ConversationEntry, MessagePosted
from server.protocol.values import PROTOCOL, Position, Sender
from tests.hearing import read
from tests.people import Person
from tests.weather.timeline import Number, Timeline

# These say "later", not "no".
LATER = {"busy", "unavailable", "too_fast", "too_many"}
# A socket that says nothing for so long to a question is not there any more.
DOUBT = 5.0
HELLO = 10.0


class Draft(msgspec.Struct):
    """Something said that is not known to be stored."""

    frame: say.PostMessage
    number: Number | None = None
    is_sent: bool = False
    # The newest epoch that was known when it was sent last.
    epoch: int = 0


class Client:
    """A person at one socket at a time, on whichever node answers; `said` and `promised` are what the laws look at."""

    def __init__(self, person: Person, conversations: list[UUID], chance: random.Random) -> None:
        self.person, self._chance = person, chance
        self.timelines = {each: Timeline() for each in conversations}
        # Everything ever said, and the number at which the server said that it is stored.
        self.said: dict[UUID, say.PostMessage] = {}
        self.promised: dict[UUID, Number] = {}
        # What should not have happened to the client itself.
        self.mistakes: list[str] = []
        # What a log that is gone had accepted: it is said again, behind what was said meanwhile.
        self.lost: set[UUID] = set()
        self.refusals: list[hear.Refused] = []
        self._drafts: dict[UUID, Draft] = {}
        self._stored: dict[UUID, Number] = {}
        # Where each conversation stood when the server was asked; answers may overtake each other.
        self._asked: dict[UUID, Position | None] = {}
        self._wire: Wire | None = None
        self._closed = asyncio.Event()
        self._unanswered_since: float | None = None
        self._is_welcome = False

    # What a scene makes it do.

    def post(self, conversation_id: UUID, body: str) -> None:
        """Write a line; it goes out as soon as the lines before it have a number."""
        frame = say.PostMessage(uuid7(), conversation_id, body)
        self.said[frame.id] = frame
        self._drafts[frame.id] = Draft(frame)
        self._pump()

    @property
    def is_settled(self) -> bool:
        """Whether everything that was said is stored, and nothing is known to be missing."""
        holes = any(each.has_hole or each.position is None for each in self.timelines.values())
        return self._is_welcome and not self._drafts and not holes

    @property
    def trouble(self) -> str:
        """What this client still waits for, for whoever has to find out why."""
        drafts = [(each.frame.body, each.number, each.is_sent) for each in self._drafts.values()]
        holes = [(each, one.position) for each, one in self.timelines.items() if one.has_hole or one.position is None]
        return f"welcome {self._is_welcome}, drafts {drafts[:3]}, holes {holes[:3]}, stored {self._stored}"

    def cut(self) -> None:
        """Lose the connection without a word."""
        if self._wire is not None:
            self._wire.cut()

    def doze(self, seconds: float) -> None:
        """Read nothing for a while, as a laptop that is closed."""
        if self._wire is not None:
            self._wire.pause()
            asyncio.get_running_loop().call_later(seconds, self._wire.resume)

    async def live(self) -> None:
        """Stay connected, come what may; ends only by cancellation."""
        try:
            while True:
                self._closed.clear()
                self._is_welcome = False
                try:
                    await self._connect()
                    await self._watch_over()
                except (OSError, ClientError, WSError, AssertionError, TimeoutError):
                    pass
                except Exception as error:  # noqa: BLE001 - whatever it is, the law book has it
                    self.mistakes.append(repr(error))
                finally:
                    self._is_welcome = False
                    if self._wire is not None:
                        self._wire.cut()
                # Full jitter, as the real one has it, on the scale of a short storm.
                await asyncio.sleep(self._chance.uniform(0.02, 0.4))
        finally:
            if self._wire is not None:
                self._wire.close()

    # How it keeps its word.

    async def _connect(self) -> None:
        house = self.person.org.house
        self.person.node = self._chance.randrange(len(house.webs))
        async with asyncio.timeout(HELLO):
            credentials = await self.person.credentials()
            self._wire = await wire(house.url(self.person.node), self._hear, lambda _: self._closed.set())
        self._asked = {each: timeline.position for each, timeline in self.timelines.items()}
        resume = [say.Resume(*each) for each in self._asked.items()]
        self._send(say.Hello(PROTOCOL, credentials, resume=resume))
        self._begin_waiting()

    async def _watch_over(self) -> None:
        """Until the socket is closed, or does not answer."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.25):
                    await self._closed.wait()
            since = self._unanswered_since
            has_doubt = since is not None and asyncio.get_running_loop().time() - since > DOUBT
            if self._closed.is_set() or has_doubt:
                return

    def _hear(self, data: bytes) -> None:
        frame = read(data.decode())
        self._unanswered_since = None
        match frame:
            case hear.Ping():
                self._send(say.Pong())
            case hear.Welcome():
                self._is_welcome = True
                self._take(frame.resumed)
                for draft in self._drafts.values():
                    draft.is_sent = False
                    draft.number = None
                self._pump()
            case hear.ResumedFrame():
                self._take(frame.resumed)
            case hear.Accepted():
                self._accepted(frame)
            case hear.Refused():
                self._refused(frame)
            case hear.Stored():
                self._store(frame.conversation_id, (frame.epoch, frame.upto))
            case ConversationEntry():
                timeline = self.timelines.get(frame.conversation_id)
                if timeline is not None:
                    timeline.place(frame)
                    self._ask_if_missing(frame.conversation_id)

    def _take(self, answers: list[hear.Resumed]) -> None:
        for resumed in answers:
            conversation_id = resumed.conversation_id
            assert conversation_id is not None
            timeline = self.timelines[conversation_id]
            timeline.take(resumed, self._asked.pop(conversation_id))
            if resumed.refused is not None:
                self._soon(0.3, self._ask, conversation_id)
            elif resumed.has_more:
                self._ask(conversation_id)
            else:
                self._ask_if_missing(conversation_id)
            if resumed.refused is None and resumed.summary is not None:
                self._store(conversation_id, (resumed.position.epoch, resumed.summary.stored))

    def _ask_if_missing(self, conversation_id: UUID) -> None:
        if self.timelines[conversation_id].has_hole:
            self._ask(conversation_id)

    def _ask(self, conversation_id: UUID) -> None:
        if conversation_id in self._asked or not self._is_welcome:
            return
        position = self.timelines[conversation_id].position
        self._asked[conversation_id] = position
        self._send(say.Watch([say.Resume(conversation_id, position)]))
        self._begin_waiting()

    def _accepted(self, frame: hear.Accepted) -> None:
        draft = self._drafts.get(frame.id)
        if draft is None:
            return
        draft.number = (frame.epoch, frame.seq)
        said = draft.frame
        entry = MessagePosted(
            id=frame.id, epoch=frame.epoch, seq=frame.seq, after=frame.after, at=frame.at,
            conversation_id=frame.conversation_id, sender=Sender("contact", None), body=said.body,
        )  # fmt: skip
        self.timelines[frame.conversation_id].place(entry)
        self._ask_if_missing(frame.conversation_id)
        if frame.epoch < draft.epoch:
            # An answer of an epoch that was over when it was asked for can only have come from what is stored.
            self._let_go(draft)
        self._settle(frame.conversation_id)

    def _refused(self, frame: hear.Refused) -> None:
        if frame.code not in LATER:
            self.refusals.append(frame)
            return
        draft = self._drafts.get(frame.id) if frame.id else None
        if draft is not None:
            draft.is_sent = False
            self._soon(frame.retry_after or 0.5, self._pump)

    def _store(self, conversation_id: UUID, upto: Number) -> None:
        if upto > self._stored.get(conversation_id, (0, 0)):
            self._stored[conversation_id] = upto
            self._settle(conversation_id)

    def _settle(self, conversation_id: UUID) -> None:
        """Let go of what is stored, and send again what an older epoch had accepted and may have lost."""
        epoch, upto = self._stored.get(conversation_id, (0, 0))
        for draft in [each for each in self._drafts.values() if each.frame.conversation_id == conversation_id]:
            if draft.number is None:
                continue
            if draft.number[0] == epoch and draft.number[1] <= upto:
                self._let_go(draft)
            elif draft.number[0] < epoch:
                self.lost.add(draft.frame.id)
                draft.is_sent, draft.number = False, None
        self._pump()

    def _let_go(self, draft: Draft) -> None:
        assert draft.number is not None
        self.promised[draft.frame.id] = draft.number
        del self._drafts[draft.frame.id]

    def _pump(self) -> None:
        """Send the first draft of each conversation that has no number yet."""
        held: set[UUID] = set()
        for draft in self._drafts.values():
            conversation_id = draft.frame.conversation_id
            if draft.number is not None or conversation_id in held:
                continue
            held.add(conversation_id)
            if not draft.is_sent and self._is_welcome:
                draft.is_sent, draft.epoch = True, self._stored.get(conversation_id, (0, 0))[0]
                self._send(draft.frame)
                self._begin_waiting()

    def _begin_waiting(self) -> None:
        if self._unanswered_since is None:
            self._unanswered_since = asyncio.get_running_loop().time()

    def _soon(self, wait: float, act: Any, *arguments: Any) -> None:
        asyncio.get_running_loop().call_later(wait, act, *arguments)

    def _send(self, frame: say.ClientFrame) -> None:
        if self._wire is not None:
            self._wire.send(msgspec.json.encode(frame))
