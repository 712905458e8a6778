"""What one socket may hear whose member sees its own conversations only.

A decision may end that. It is true in Postgres before it comes by here, so from each decision on whatever follows in
its conversation waits until Postgres has said whether the conversation is still one of this member's. Where it is not,
the socket hears nothing of what waited, and is told what it would be told of a conversation that is not there.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from server.core.errors import Refused
from server.domain.chat.log import no_conversation
from server.domain.chat.sight import is_seen, limited, require_seen
from server.protocol.line import Kind, Line, for_team
from server.protocol.server_frames import Resumed, ResumedFrame
from server.protocol.values import Position

if TYPE_CHECKING:
    from server.gateway.session import Session

# What an entry begins with that is no decision.
_TALK = (b'{"type":"message_', b'{"type":"entry_')


class Doubt:
    """A conversation of which it is asked just now whether it is seen, and what came of it meanwhile."""

    __slots__ = ("has_news", "is_asked", "waiting")

    def __init__(self) -> None:
        # A decision came, and after the last question: it has to be asked, and asked again.
        self.is_asked = self.has_news = False
        self.waiting: list[bytes] = []


class Sight:
    """Stands between the hub and one session."""

    def __init__(self, session: "Session", agent_id: UUID) -> None:
        self._session, self._agent_id = session, agent_id
        self._doubts: dict[bytes, Doubt] = {}

    def is_sure(self, topic: bytes) -> bool:
        """Whether a conversation is followed, and known to be seen."""
        return topic in self._session.watching and topic not in self._doubts

    def doubt(self, topic: bytes) -> None:
        """From here on what comes of a conversation waits; the inbox's feed is taken line by line."""
        if topic != self._session.org:
            self._doubts.setdefault(topic, Doubt())

    def looked(self, topic: bytes) -> None:
        """Whoever asked for its past has found it seen; unless somebody decided something since."""
        doubt = self._doubts.get(topic)
        if doubt is not None and not doubt.is_asked:
            self._let_go(topic, doubt)

    def forget(self, topic: bytes) -> None:
        """It is not followed any more."""
        self._doubts.pop(topic, None)

    def hear(self, line: Line) -> None:
        """A line of what this session follows."""
        if line.topic == line.org:
            feed = limited(line)
            is_own = feed.whose is None or self._session.person in feed.whose
            self._session.deliver(feed.shown if is_own else feed.hidden)
        elif line.kind == Kind.ENTRY:
            self._entry(line)
        elif line.topic not in self._doubts and line.id != self._session.person:
            self._session.deliver(line.payload, may_drop=True)

    async def require(self, topic: bytes) -> None:
        """Refuse a conversation that is not one of this member's."""
        await require_seen(self._session.door.house.db, self._org_id, self._agent_id, UUID(bytes=topic))

    @property
    def _org_id(self) -> UUID:
        return UUID(bytes=self._session.org)

    def _entry(self, line: Line) -> None:
        if line.id in self._session.own:
            # It has it from `accepted`.
            self._session.own.remove(line.id)
            return
        doubt = self._doubts.get(line.topic)
        if not line.payload.startswith(_TALK):
            doubt = self._doubts.setdefault(line.topic, Doubt())
            doubt.has_news = True
            self._ask(line.topic, doubt)
        if doubt is None:
            self._session.deliver(for_team(line))
        else:
            doubt.waiting.append(for_team(line))

    def _ask(self, topic: bytes, doubt: Doubt) -> None:
        if not doubt.is_asked:
            doubt.is_asked = True
            self._session.door.spawn(self._settle(topic, doubt), lambda _: self._lose(topic, doubt, no_conversation()))

    async def _settle(self, topic: bytes, doubt: Doubt) -> None:
        """Ask until nothing was decided while the answer was on its way."""
        is_one = True
        try:
            while doubt.has_news:
                doubt.has_news = False
                is_one = await is_seen(self._session.door.house.db, self._org_id, self._agent_id, UUID(bytes=topic))
        except Refused as refused:
            # Postgres is away: the client asks for it again.
            self._lose(topic, doubt, refused)
            return
        if is_one:
            self._let_go(topic, doubt)
        else:
            self._lose(topic, doubt, no_conversation())

    def _let_go(self, topic: bytes, doubt: Doubt) -> None:
        # Another question may have been asked since, after the conversation was left and followed again.
        if self._doubts.get(topic) is doubt:
            del self._doubts[topic]
            for frame in doubt.waiting:
                self._session.deliver(frame)

    def _lose(self, topic: bytes, doubt: Doubt, refused: Refused) -> None:
        if self._doubts.get(topic) is not doubt:
            return
        self._session.leave(topic)
        nothing = Resumed(UUID(bytes=topic), recovered=False, position=Position(0, 0), refused=refused.code)
        self._session.say(ResumedFrame([nothing]))
