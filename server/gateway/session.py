"""One client on one socket: who it is, what it may, and the match from each frame to what happens."""

import math
import time
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog

from server.core.auth import Actor, Client
from server.core.clock import now_ms
from server.core.errors import Invalid, Refused, TooFast
from server.core.ids import uuid7
from server.core.limits import Bucket
from server.core.permissions import needed
from server.gateway import commands, talk
from server.gateway.door import Door
from server.gateway.hello import greet
from server.gateway.holding import Held
from server.gateway.sight import Sight
from server.gateway.texts import holds_nul, id_of
from server.protocol import client_frames as say
from server.protocol.codes import CloseCode, RefusalCode
from server.protocol.senders import SENDERS, Audience
from server.protocol.server_frames import AnyServerFrame, Ping
from server.protocol.server_frames import Refused as RefusedFrame

if TYPE_CHECKING:
    from server.gateway.socket import Socket

logger = structlog.get_logger(__name__)

Frame = say.AnyClientFrame
_decode = msgspec.json.Decoder(say.AnyClientFrame).decode
_encode = msgspec.json.Encoder().encode
# So many frames over the allowance in a row are no burst any more.
PATIENCE = 100


class Session:
    """What the server remembers of a socket; nothing of it is needed to resume on another node."""

    __slots__ = (
        "_born", "_bucket", "_early", "_held", "_holds", "_may_wait", "_over", "_pinged", "_shared", "_unanswered",
        "actor", "awaiting", "client", "door", "ends_at", "held", "host", "id", "in_flight", "is_team", "is_welcome",
        "kind", "org", "origin", "own", "person", "questions", "sight", "socket", "watching",
    )  # fmt: skip

    def __init__(self, door: Door, socket: "Socket", *, origin: str, host: str, client: Client) -> None:
        self.door, self.socket = door, socket
        self.origin, self.host, self.client = origin, host, client
        self.id = uuid7()
        self.actor: Actor | None = None
        self.kind: Audience = "visitor"
        self.is_team = False
        self.is_welcome = False
        # When a visitor whom the company has named must have renewed its token, in milliseconds; 0 for all others.
        self.ends_at = 0
        self.org = self.person = b""
        # Ids this socket sent and has not heard of on the bus: it gets `accepted` in place of the entry.
        self.own: set[bytes] = set()
        # Conversations of which this socket waits for `stored` (awaiting.py).
        self.awaiting: set[bytes] = set()
        self.watching: set[bytes] = set()
        # What a bot holds (holding.py); None for everybody else.
        self.held: Held | None = None
        # What a bot was asked here and has not answered (questions.py).
        self.questions: set[UUID] = set()
        # Of a member who sees its own conversations only.
        self.sight: Sight | None = None
        self.in_flight = 0
        self._bucket: Bucket | None = None
        # What the whole organization may do on this node: nobody's storm is everybody's.
        self._shared: Bucket | None = None
        self._over = 0
        # What comes between hello and its end, and how much of it may: a welcome allows what its limits tell.
        self._early: list[tuple[Frame, str]] | None = None
        self._may_wait = door.settings.in_flight
        self._held: list[bytes] = []
        self._holds = 0
        self._born = self._pinged = time.monotonic()
        self._unanswered = 0

    # What the socket calls.

    def opened(self) -> None:
        """Count the socket; too many from one address are told when to come back."""
        self.door.sessions.add(self)
        self.door.opened += 1
        wait = self.door.connects.take(self.client.address, time.monotonic())
        if wait:
            self.socket.close(CloseCode.TOO_FAST, retry_after=wait)

    def lost(self) -> None:
        """The socket is gone: nobody follows anything through it any more."""
        self.door.forget(self)

    def heard(self) -> None:
        """A sign of life."""
        self._unanswered = 0

    def received(self, text: str) -> None:
        """Take one message of the client."""
        self._unanswered = 0
        try:
            frame = _decode(text)
        except msgspec.DecodeError as error:
            self._malformed(text, str(error))
            return
        except RecursionError:
            self._malformed("", "JSON is nested too deeply")
            return
        if self._early is not None and len(self._early) < self._may_wait:
            self._early.append((frame, text))
        elif self.is_welcome and self._early is None:
            self._take(frame, text)
        elif self.is_welcome:
            self._refuse(frame, TooFast("your hello is still looked at", code=RefusalCode.TOO_MANY, retry_after=0.5))
        elif self._early is None and isinstance(frame, say.Hello):
            self._early = []
            self.door.spawn(greet(self, frame), lambda _: self.socket.close(CloseCode.UNHEALTHY, retry_after=2))
        else:
            self.socket.close(CloseCode.BAD_HELLO)

    # What the rest of the gateway calls.

    def welcomed(self, actor: Actor, kind: Audience, rate: float, burst: float, shared: Bucket) -> None:
        """The hello was good: from here on frames are taken, those that came early first."""
        self.actor, self.kind, self.is_team = actor, kind, kind != "visitor"
        self.org, self.person = actor.org_id.bytes, actor.id.bytes
        if self.is_team and actor.sees_only is not None:
            self.sight = Sight(self, actor.sees_only)
        self._bucket, self._shared = Bucket(rate, burst), shared
        self._may_wait = max(self._may_wait, int(burst))
        self.is_welcome = True

    def begin(self) -> None:
        """Take what came while the hello was looked at."""
        early, self._early = self._early or [], None
        for frame, text in early:
            self._take(frame, text)

    def say(self, frame: AnyServerFrame) -> None:
        """Send one frame."""
        self.socket.send(_encode(frame))

    def refuse(self, refused: Refused, frame_id: UUID | None = None, conversation_id: UUID | None = None) -> None:
        """Tell that a frame was not taken, and why."""
        self.door.refusals[refused.code.value] += 1
        self.say(RefusedFrame(refused.code, refused.message, frame_id, conversation_id, refused.retry_after))

    def deliver(self, frame: bytes, *, may_drop: bool = False) -> None:
        """Write a frame of the bus, or hold it while the past is being read, so that the order stays right."""
        if self._holds and not may_drop:
            self._held.append(frame)
        else:
            self.socket.send(frame, may_drop=may_drop)

    def called(self, conversation_id: UUID) -> None:
        """A bot may hold a conversation that it was not told of, or hold one no longer."""
        self.door.spawn(self.door.holdings.look(self, conversation_id), lambda _: None)

    def follow(self, topic: bytes) -> None:
        """Hear of a topic from now on; a socket that went meanwhile would stay in the hub for ever."""
        if self.socket.is_going:
            return
        self.watching.add(topic)
        if self.sight is not None:
            self.sight.doubt(topic)
        self.door.hub.follow(self, topic, is_team=self.is_team)

    def leave(self, topic: bytes) -> None:
        """Hear of a topic no longer."""
        self.watching.discard(topic)
        if self.sight is not None:
            self.sight.forget(topic)
        self.door.hub.leave(self, (topic,), is_team=self.is_team)

    def contact_of(self, topic: bytes) -> bytes | None:
        """The contact of a conversation that this session has to do with; None for anybody else's."""
        assert self.actor is not None
        if self.sight is not None and not self.sight.is_sure(topic):
            return None
        contact = self.door.history.contact_of(self.actor.org_id.bytes, topic)
        return contact if self.is_team or contact == self.person else None

    def hold(self) -> None:
        """From here on entries wait: somebody reads what came before them."""
        self._holds += 1

    def release(self) -> None:
        """What was read is written; let those go that waited."""
        self._holds -= 1
        if not self._holds:
            held, self._held = self._held, []
            for frame in held:
                self.socket.send(frame)

    def tick(self, now: float) -> None:
        """Ping in time; close who said no hello, and who no longer answers."""
        settings = self.door.settings
        if not self.is_welcome:
            if now - self._born > settings.hello_deadline:
                self.socket.close(CloseCode.NO_HELLO)
        elif 0 < self.ends_at < now_ms():
            self.socket.close(CloseCode.UNAUTHENTICATED)
        elif now - self._pinged >= settings.ping_every:
            self._pinged = now
            if self._unanswered >= 2:
                self.socket.close(CloseCode.SILENT)
                return
            self._unanswered += 1
            self.say(Ping(now_ms()))

    def _take(self, frame: Frame, text: str) -> None:
        try:
            self._check(frame, text)
            self._dispatch(frame)
        except Refused as refused:
            self._refuse(frame, refused)

    def _refuse(self, frame: Frame, refused: Refused) -> None:
        self.refuse(refused, getattr(frame, "id", None), getattr(frame, "conversation_id", None))

    def _check(self, frame: Frame, text: str) -> None:
        self._spend()
        if self.kind not in SENDERS[type(frame)]:
            raise Invalid("there is no such frame for you", code=RefusalCode.UNKNOWN_FRAME)
        if self.is_team and (permission := needed(frame)):
            assert self.actor is not None
            self.actor.require(permission)
        # Legal in JSON, and refused by Postgres for text and jsonb alike.
        if "\\u0000" in text and holds_nul(frame):
            raise Invalid("a text holds a NUL character")
        if isinstance(frame, _COUNTED) and self.in_flight >= self.door.settings.in_flight:
            raise TooFast("too many frames are unanswered", code=RefusalCode.TOO_MANY, retry_after=0.5)

    def _spend(self) -> None:
        assert self._bucket is not None
        assert self._shared is not None
        now = time.monotonic()
        wait = self._bucket.take(now)
        if not wait and (shared := self._shared.take(now)):
            raise TooFast("your organization spent its allowance", retry_after=math.ceil(shared * 100) / 100)
        if wait:
            self._over += 1
            if self._over > PATIENCE:
                self.socket.close(CloseCode.TOO_FAST, retry_after=5)
            raise TooFast("you spent your allowance", retry_after=math.ceil(wait * 100) / 100)
        self._over = 0

    def _dispatch(self, frame: Frame) -> None:
        match frame:
            case say.PostMessage() | say.EditMessage() | say.DeleteMessage():
                talk.post(self, frame)
            case say.SetTyping():
                talk.type_(self, frame)
            case say.ShowPartial():
                talk.show(self, frame)
            case say.MarkDelivered() | say.MarkRead():
                talk.mark(self, frame)
            case say.Pong():
                pass
            case say.Unwatch():
                commands.unwatch(self, frame)
            case say.RenewToken() | say.AnswerQuestion():
                commands.say_back(self, frame)
            case say.Hello():
                raise Invalid("hello was said already", code=RefusalCode.UNKNOWN_FRAME)
            case (
                say.Watch() | say.FetchHistory() | say.SuggestAnswer() | say.ConsultAgents() | say.Contribute()
                | say.DeclareTools()
            ):  # fmt: skip
                self.door.spawn(commands.APART[type(frame)](self, frame), self.refuse)
            case _:
                topic = frame.id if isinstance(frame, say.StartConversation) else frame.conversation_id
                self.door.spawn(commands.decide(self, frame), partial(talk.answered, self, frame.id, topic))

    def _malformed(self, text: str, told: str) -> None:
        if not self.is_welcome:
            self.socket.close(CloseCode.BAD_HELLO)
            return
        code = RefusalCode.UNKNOWN_FRAME if "`$.type`" in told else RefusalCode.MALFORMED
        refused: Refused = Invalid(told, code=code)
        try:
            self._spend()
        except TooFast as too_fast:
            refused = too_fast
        self.refuse(refused, id_of(text))


_COUNTED = (
    say.PostMessage, say.SuggestAnswer, say.ConsultAgents, say.Contribute, say.EditMessage, say.DeleteMessage,
    say.StartConversation, say.TakeConversation, say.AcceptOffer, say.DeclineOffer, say.ReleaseConversation,
    say.AssignConversation, say.HandOffConversation, say.JoinConversation, say.LeaveConversation, say.TagConversation,
    say.PrioritizeConversation, say.ClassifyConversation, say.CloseConversation, say.ReopenConversation, say.Watch,
    say.FetchHistory, say.DeclareTools, say.SetAttributes,
)  # fmt: skip
