"""One client of the replay: it speaks the real protocol, keeps to it, and writes down whatever it sees."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from bench.wire import Wire, wire
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.entries import ConversationEntry, MessagePosted
from server.protocol.values import PROTOCOL, Position
from tests.hearing import read
from tests.people import Person

T = TypeVar("T")
# On two busy cores with everything on them; nothing waits so long when all is well.
PATIENCE = 60.0
# Refusals that mean: the same again, later.
_LATER = {"too_fast", "too_many", "busy", "unavailable"}


class Seen(NamedTuple):
    """One numbered line as one client got it: live, as the answer to its own, or in a resume."""

    how: Literal["live", "accepted", "resumed"]
    epoch: int
    seq: int
    after: int
    id: UUID
    type: str
    body: str | None


class Transcript:
    """What one client saw of one conversation, in the order in which it came."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.stored = 0
        self.was_cut = False
        self.recovered = True
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    def position(self) -> Position:
        """The last number up to which nothing is missing."""
        reached = Position(0, 0)
        for each in sorted(self.seen, key=lambda one: (one.epoch, one.seq)):
            if each.after <= reached.seq:
                reached = Position(each.epoch, max(each.seq, reached.seq))
        return reached

    def holds(self, entry_id: UUID) -> bool:
        """Whether a line of this id was seen."""
        return any(each.id == entry_id for each in self.seen)

    def changed(self) -> None:
        """Look again at what is waited for."""
        for is_so, future in self._waiting:
            if not future.done() and is_so():
                future.set_result(None)

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until it is so."""
        if is_so():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((is_so, future))
        try:
            async with asyncio.timeout(PATIENCE):
                await future
        except TimeoutError:
            raise TimeoutError(f"{what} did not come; seen: {self.seen[-5:]}") from None
        finally:
            self._waiting = [each for each in self._waiting if each[1] is not future]


class Seat:
    """A visitor or an agent at one socket; `person` knows the credentials."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.transcripts: dict[UUID, Transcript] = {}
        self._said: dict[UUID, say.PostMessage] = {}
        self._answers: dict[UUID, asyncio.Future[Any]] = {}
        self._resumed: list[asyncio.Future[hear.ResumedFrame]] = []
        self._welcome: asyncio.Future[hear.Welcome] | None = None
        self._wire: Wire

    async def connect(self, *resume: UUID, node: int | None = None) -> None:
        """Open a socket and say hello; go on with these conversations from where they were."""
        self.person.node = self.person.node if node is None else node
        credentials = await self.person.credentials()
        self._welcome = asyncio.get_running_loop().create_future()
        self._wire = await wire(self.person.org.house.url(self.person.node), self._hear, self._lost)
        positions = [say.Resume(each, self.transcript(each).position()) for each in resume]
        self._send(say.Hello(PROTOCOL, credentials, resume=positions))
        for each in (await self._within(self._welcome, "welcome")).resumed:
            self._take(each)

    def transcript(self, conversation_id: UUID) -> Transcript:
        """What was seen of a conversation so far."""
        return self.transcripts.setdefault(conversation_id, Transcript())

    async def watch(self, conversation_id: UUID) -> hear.Resumed:
        """Follow a conversation from its beginning."""
        answer: asyncio.Future[hear.ResumedFrame] = asyncio.get_running_loop().create_future()
        self._resumed.append(answer)
        self._send(say.Watch([say.Resume(conversation_id, Position(0, 0))]))
        (resumed,) = (await self._within(answer, "resumed")).resumed
        return resumed

    def unwatch(self, conversation_id: UUID) -> None:
        """Follow a conversation no longer."""
        self._send(say.Unwatch(conversation_id))

    async def ask(self, frame: Any) -> hear.Accepted:
        """Send a frame, again with the same id while the server asks to come later, until it has its number."""
        if isinstance(frame, say.PostMessage):
            self._said[frame.id] = frame
        while True:
            answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._answers[frame.id] = answer
            self._send(frame)
            got = await self._within(answer, f"an answer to {type(frame).__name__}")
            if isinstance(got, hear.Accepted):
                return got
            if got.code not in _LATER:
                raise RuntimeError(f"{type(frame).__name__} was refused {got.code}: {got.message}")
            await asyncio.sleep(got.retry_after or 0.5)

    async def say_through_a_tunnel(self, frame: say.PostMessage, node: int) -> None:
        """Say something, lose the socket before the answer, come back elsewhere and bring the line home."""
        self._said[frame.id] = frame
        transcript = self.transcript(frame.conversation_id)
        transcript.was_cut = True
        self._send(frame)
        self._wire.cut()
        await self.connect(frame.conversation_id, node=node)
        if not transcript.holds(frame.id):
            await self.ask(frame)

    def leave(self) -> None:
        """Close the socket properly."""
        self._wire.close()

    def _send(self, frame: say.ClientFrame) -> None:
        self._wire.send(msgspec.json.encode(frame))

    async def _within(self, future: "asyncio.Future[T]", what: str) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                return await future
        except TimeoutError:
            raise TimeoutError(f"{what} did not come") from None

    def _lost(self, code: int) -> None:
        if code not in (0, 1000) and self._welcome is not None and not self._welcome.done():
            self._welcome.set_exception(ConnectionError(f"the socket was closed with {code}"))

    def _hear(self, data: bytes) -> None:
        frame = read(data.decode())
        match frame:
            case hear.Ping():
                self._send(say.Pong())
            case hear.Welcome():
                assert self._welcome is not None
                self._welcome.set_result(frame)
            case hear.ResumedFrame():
                for each in frame.resumed:
                    self._take(each)
                self._resumed.pop(0).set_result(frame)
            case hear.Accepted() | hear.Refused():
                self._answered(frame)
            case hear.Stored():
                transcript = self.transcript(frame.conversation_id)
                transcript.stored = max(transcript.stored, frame.upto)
                transcript.changed()
            case ConversationEntry():
                self._see("live", frame)

    def _answered(self, frame: hear.Accepted | hear.Refused) -> None:
        said = self._said.get(frame.id) if frame.id else None
        if isinstance(frame, hear.Accepted) and said is not None:
            # Its own word is told by its number alone; of its own decision the entry comes, too.
            transcript = self.transcript(frame.conversation_id)
            transcript.seen.append(
                Seen("accepted", frame.epoch, frame.seq, frame.after, frame.id, "message_posted", said.body)
            )
            transcript.changed()
        answer = self._answers.pop(frame.id, None) if frame.id else None
        if answer is not None and not answer.done():
            answer.set_result(frame)

    def _take(self, resumed: hear.Resumed) -> None:
        if resumed.conversation_id is None:
            return
        transcript = self.transcript(resumed.conversation_id)
        transcript.recovered &= resumed.recovered
        if resumed.summary is not None:
            transcript.stored = max(transcript.stored, resumed.summary.stored)
        for each in resumed.entries:
            assert isinstance(each, ConversationEntry)
            self._see("resumed", each)

    def _see(self, how: Literal["live", "resumed"], entry: ConversationEntry) -> None:
        body = entry.body if isinstance(entry, MessagePosted) else None
        kind = str(entry.__struct_config__.tag)
        transcript = self.transcript(entry.conversation_id)
        transcript.seen.append(Seen(how, entry.epoch, entry.seq, entry.after, entry.id, kind, body))
        transcript.changed()
