"""A line: the bytes of one entry or hint as they lie in the stream, in the ring and on the bus.

A fixed prefix stands before the JSON, so that whoever is not concerned drops a line without parsing it. The JSON of an
entry has no numbers: they are in the prefix, given by the accept script, and are put in front for each audience.
"""

from enum import IntEnum
from functools import lru_cache
from struct import Struct
from typing import NamedTuple
from uuid import UUID

# Keep in step with struct.pack in domain/chat/accept.lua: '>BBI8I4I8I8I8' and four ids of 16 bytes.
_PREFIX = Struct(">BBQIQQQ16s16s16s16s")
PREFIX_BYTES = _PREFIX.size
NOBODY = bytes(16)
_TEAM = b"\0"


class Kind(IntEnum):
    """What a line is."""

    ENTRY = 1
    """Numbered, in the stream, seen by whoever follows its topic."""
    HINT = 2
    """Not numbered and never stored: typing, marks, presence."""
    STORED = 3
    """Tells whoever waits for it that a topic is committed up to `seq`."""
    CANARY = 4
    """Proves that the bus carries; `n` is the last number of the partition."""
    READ = 5
    """A hint of how far a member has read; `id` names the member, who hears it on every socket."""
    HELD = 6
    """A hint to the agent that is its topic: look whether you hold the conversation that `id` names. For bots."""


class Audience(IntEnum):
    """Who may see a line."""

    PUBLIC = 1
    TEAM = 2


@lru_cache(maxsize=65_536)
def _uuid(raw: bytes) -> UUID:
    """Making a UUID costs as much as taking a line apart, and the same few come again and again."""
    return UUID(bytes=raw)


class Line(NamedTuple):
    """A line taken apart. `n` numbers the partition without holes; `after` is the public audience's."""

    kind: int
    audience: int
    n: int
    epoch: int
    seq: int
    after: int
    at: int
    org: bytes
    topic: bytes
    contact: bytes
    id: bytes
    payload: bytes

    @property
    def topic_id(self) -> UUID:
        """The conversation; for the inbox feed, the organization."""
        return _uuid(self.topic)

    @property
    def org_id(self) -> UUID:
        """The organization."""
        return _uuid(self.org)


def parse(data: bytes) -> Line:
    """Take a line apart."""
    return Line._make((*_PREFIX.unpack_from(data), data[PREFIX_BYTES:]))


def pack(line: Line) -> bytes:
    """The bytes that a line was taken apart from."""
    return _PREFIX.pack(*line[:-1]) + line.payload


def build(
    kind: Kind,
    audience: Audience,
    org: bytes,
    topic: bytes,
    contact: bytes,
    payload: bytes,
    *,
    epoch: int = 0,
    seq: int = 0,
    by: bytes = NOBODY,
) -> bytes:
    """Make a line that gets no number; entries are made by the accept script."""
    return _PREFIX.pack(kind, audience, 0, epoch, seq, 0, 0, org, topic, contact, by) + payload


def numbered(line: Line, after: int, payload: bytes) -> bytes:
    """The JSON of an entry with its numbers, for the audience whose previous number is `after`."""
    return b'{"epoch":%d,"seq":%d,"after":%d,"at":%d,' % (line.epoch, line.seq, after, line.at) + payload[1:]


def with_team_part(payload: bytes, fields: bytes) -> bytes:
    """A public entry's JSON, with fields (a JSON object that is not empty) that the team alone sees.

    They stand behind a NUL, which is in no JSON: what visitors are sent is cut off before it, and never taken apart.
    """
    return payload + _TEAM + fields


def whole(payload: bytes) -> bytes:
    """The JSON of an entry with everything that is in it."""
    public, _, fields = payload.partition(_TEAM)
    return public[:-1] + b"," + fields[1:] if fields else public


def for_team(line: Line) -> bytes:
    """An entry as the team sees it, which sees every number."""
    return numbered(line, line.seq - 1, whole(line.payload))


def for_public(line: Line) -> bytes:
    """An entry as the visitor sees it."""
    return numbered(line, line.after, line.payload.partition(_TEAM)[0])
