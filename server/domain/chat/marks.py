"""Delivered and read marks: how far each participant has got. Watermarks, kept in Valkey and flushed by ingest."""

from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import msgspec

from server.core.partitions import Partitions
from server.core.valkey import Script, Valkey
from server.protocol.line import Audience, Kind, build
from server.protocol.server_frames import MarksChanged
from server.protocol.values import Marks, SenderKind

MARKS = Script((Path(__file__).parent / "marks.lua").read_text())
# As long as a silent conversation's state is kept (workers/sweep.py); Postgres has them for ever.
KEPT_SECONDS = 30 * 86_400
_LETTERS: dict[SenderKind, bytes] = {"contact": b"c", "member": b"m", "bot": b"b"}
_KINDS: dict[bytes, SenderKind] = {letter: kind for kind, letter in _LETTERS.items()}
# A number that stands for the one that the script puts in.
_HOLE = 9_007_199_254_740_991
Mark = Literal["delivered", "read"]


class MarkKeeper:
    """Moves marks and reads them back."""

    def __init__(self, valkey: Valkey, partitions: Partitions) -> None:
        self._valkey, self._partitions = valkey, partitions

    def move(
        self, *, org: bytes, topic: bytes, contact: bytes, by: UUID, kind: SenderKind, mark: Mark, upto: int, epoch: int
    ) -> None:
        """Move a mark forward and tell the others; nobody waits for it."""
        partition = self._partitions.of(topic)
        marks = Marks(by, kind, read=_HOLE) if mark == "read" else Marks(by, kind, delivered=_HOLE)
        frame = msgspec.json.encode(MarksChanged(UUID(bytes=topic), marks))
        before, _, behind = frame.partition(b"%d" % _HOLE)
        if mark == "read" and kind == "member":
            head = build(Kind.READ, Audience.PUBLIC, org, topic, contact, b"", by=by.bytes)
        else:
            head = build(Kind.HINT, Audience.PUBLIC, org, topic, contact, b"")
        self._valkey.call_script(
            MARKS,
            (partition.state(org, topic), partition.marks(org, topic), partition.prefix + b"dirty", partition.bus),
            (epoch, field(kind, by, mark), upto, org + topic, head, before, behind, KEPT_SECONDS),
            _ignore,
        )


def field(kind: SenderKind, by: UUID, mark: Mark) -> bytes:
    """The name of one mark in a conversation's hash."""
    return _LETTERS[kind] + by.hex.encode() + mark[:1].encode()


def read_marks(found: Any) -> list[Marks]:
    """The marks in a conversation's hash, as RESP3 gives it."""
    seen: dict[tuple[SenderKind, UUID], dict[str, int]] = {}
    for name, value in found.items():
        who = (_KINDS[name[:1]], UUID(name[1:33].decode()))
        seen.setdefault(who, {})["read" if name.endswith(b"r") else "delivered"] = int(value)
    return [Marks(by, kind, **marks) for (kind, by), marks in seen.items()]


def _ignore(_: Any) -> None:
    """A lost mark is followed by the next one."""
