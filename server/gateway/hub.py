"""Who follows what on this node, and the fan-out: each entry is encoded once for each audience."""

import itertools
from collections.abc import Callable, Collection, Iterable
from typing import Protocol
from uuid import UUID

from server.gateway.awaiting import Awaiting
from server.gateway.sight import Sight
from server.protocol.line import PREFIX_BYTES, Audience, Kind, Line, for_public, for_team, parse

_NOBODY: frozenset["Follower"] = frozenset()
# Where organization and topic, contact and id stand in a line's prefix (server/protocol/line.py).
_LOG, _CONTACT, _ID = slice(38, 70), slice(70, 86), slice(86, 102)


class Follower(Protocol):
    """A session, as far as the hub knows it."""

    org: bytes
    person: bytes
    own: set[bytes]
    sight: Sight | None

    def called(self, conversation_id: UUID) -> None:
        """Look whether one holds a conversation."""

    def deliver(self, frame: bytes, *, may_drop: bool = False) -> None:
        """Write a frame, or hold it while the past is being read."""


class Hub:
    """The followers of this node, by what they follow.

    Team followers follow conversations, and the organization for its feed; whose log it is belongs to the key, so that
    nobody hears of another organization's, not even while being refused. Public followers follow their contact: a
    visitor hears of all its own conversations without asking for each. A member hears on all its sockets how far it has
    read on one of them. Members who see their own conversations only stand apart, so that nobody else pays for them.
    """

    def __init__(self) -> None:
        self._team: dict[bytes, set[Follower]] = {}
        self._limited: dict[bytes, set[Follower]] = {}
        self._public: dict[bytes, set[Follower]] = {}
        self._readers: dict[bytes, set[Follower]] = {}
        self.awaiting = Awaiting()
        # Entries and hints that were given to followers here, one for each of them.
        self.entries = self.hints = 0

    def follow(self, follower: Follower, topic: bytes, *, is_team: bool) -> None:
        """From now on the follower hears of the topic."""
        key = follower.org + topic if is_team else topic
        self._side(follower, is_team=is_team).setdefault(key, set()).add(follower)

    def leave(self, follower: Follower, topics: Iterable[bytes], *, is_team: bool) -> None:
        """The follower hears of these topics no longer."""
        side = self._side(follower, is_team=is_team)
        for topic in topics:
            key = follower.org + topic if is_team else topic
            followers = side.get(key)
            if followers is not None:
                followers.discard(follower)
                if not followers:
                    del side[key]

    def _side(self, follower: Follower, *, is_team: bool) -> dict[bytes, set[Follower]]:
        if not is_team:
            return self._public
        return self._team if follower.sight is None else self._limited

    def read_along(self, reader: Follower) -> None:
        """From now on the reader hears what it has read elsewhere."""
        self._readers.setdefault(reader.person, set()).add(reader)

    def read_no_more(self, reader: Follower) -> None:
        """The reader is gone."""
        sockets = self._readers.get(reader.person)
        if sockets is not None:
            sockets.discard(reader)
            if not sockets:
                del self._readers[reader.person]

    def is_visited(self, org: bytes) -> bool:
        """Whether a visitor of the organization is on this node."""
        return org in self._public

    def deliver(self, data: bytes) -> None:
        """Give a line of the bus to whoever follows it here; anything else is dropped unread."""
        if data[0] == Kind.STORED:
            self.awaiting.stored(parse(data))
            return
        team = self._team.get(data[_LOG], _NOBODY)
        if data[0] == Kind.HELD:
            for follower in tuple(team):
                follower.called(UUID(bytes=data[_ID]))
            return
        public = self._public.get(data[_CONTACT], _NOBODY) if data[1] == Audience.PUBLIC else _NOBODY
        if limited := self._limited.get(data[_LOG]):
            self._show(limited, parse(data))
        if data[0] == Kind.READ:
            _hint(team | public | self._readers.get(data[_ID], _NOBODY), data[PREFIX_BYTES:])
            return
        if not team and not public:
            return
        line = parse(data)
        if line.kind == Kind.ENTRY:
            self.entries += len(team) + len(public)
            _entry(team, line, for_team)
            _entry(public, line, for_public)
            return
        self.hints += len(team) + len(public)
        for follower in itertools.chain(team, public):
            if line.id != follower.person:
                follower.deliver(line.payload, may_drop=True)

    def _show(self, limited: Collection[Follower], line: Line) -> None:
        if line.kind == Kind.ENTRY:
            self.entries += len(limited)
        else:
            self.hints += len(limited)
        for follower in tuple(limited):
            assert follower.sight is not None
            follower.sight.hear(line)


def _hint(followers: Collection[Follower], frame: bytes) -> None:
    for follower in followers:
        follower.deliver(frame, may_drop=True)


def _entry(followers: Collection[Follower], line: Line, encode: Callable[[Line], bytes]) -> None:
    if not followers:
        return
    frame = encode(line)
    for follower in followers:
        if line.id in follower.own:
            # Its sender has it from `accepted`.
            follower.own.remove(line.id)
        else:
            follower.deliver(frame)
