"""Reading a log: what follows a position, and what lies before it.

History is Postgres united with the ring above the stored mark. Whatever is answered was checked to be without holes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import msgspec

from server.core.db import Db
from server.core.errors import Refused
from server.core.partitions import Partitions
from server.core.sql import load
from server.core.valkey import Valkey
from server.domain.chat.log import Log, no_conversation
from server.domain.chat.marks import read_marks
from server.domain.chat.sight import feed_for, require_seen
from server.domain.chat.types import HistoryRow
from server.protocol.content import Content
from server.protocol.entries import MessagePosted
from server.protocol.line import Audience, for_public, for_team, parse
from server.protocol.server_frames import Resumed
from server.protocol.values import Answer, Citation, Position, Sender, Summary

sql = load(__file__)

# The most entries that one answer gives of one conversation, and that a client without a position gets.
ANSWER = 200
TAIL = 50
# Nor more than this of its text: a frame that is larger than what may wait for a slow reader would never arrive.
ANSWER_BYTES = 65_536
# Conversations whose contact is remembered; 32 bytes of key and 16 of value each.
CONTACTS = 50_000


class Viewer(msgspec.Struct, frozen=True):
    """Whose eyes read: a contact sees the public entries of its own conversations, the team sees all.

    But for a member who `sees_only` its own.
    """

    org_id: UUID
    contact_id: UUID | None = None
    sees_only: UUID | None = None

    @property
    def is_team(self) -> bool:
        """Whether notes and whispers are seen."""
        return self.contact_id is None


class State(msgspec.Struct, frozen=True):
    """A topic as Valkey has it, with the recent entries after the asked position."""

    epoch: int
    seq: int
    public_seq: int
    summary: Summary
    contact: bytes
    ring: list[bytes]
    marks: Any


class Entry(msgspec.Struct, frozen=True):
    """An entry on its way to one viewer: where it stands, and its JSON."""

    epoch: int
    seq: int
    json: msgspec.Raw


class History:
    """Answers every question about the past of a log."""

    def __init__(self, db: Db, calm: Valkey, partitions: Partitions, log: Log) -> None:
        self._db, self._calm, self._partitions, self._log = db, calm, partitions, log
        self._contacts: OrderedDict[bytes, bytes] = OrderedDict()

    def contact_of(self, org: bytes, topic: bytes) -> bytes | None:
        """Whose conversation this is, if it was read or written here lately."""
        return self._contacts.get(org + topic)

    def remember(self, org: bytes, topic: bytes, contact: bytes) -> None:
        """Keep whose conversation this is, for the hints that need no more than that."""
        self._contacts[org + topic] = contact
        if len(self._contacts) > CONTACTS:
            self._contacts.popitem(last=False)

    async def resume(self, viewer: Viewer, conversation_id: UUID | None, position: Position | None) -> Resumed:
        """What a viewer missed of a conversation, or of the inbox feed; `recovered` false brings the tail instead."""
        try:
            if conversation_id is None:
                return await self._resume_feed(viewer, position)
            return await self._resume(viewer, conversation_id, position)
        except Refused as refused:
            return Resumed(conversation_id, recovered=False, position=Position(0, 0), refused=refused.code)

    async def before(self, viewer: Viewer, conversation_id: UUID, position: Position, limit: int) -> list[Entry]:
        """Up to `limit` entries before a position, oldest first; raises NotFound for somebody else's conversation."""
        state = await self._state(viewer, conversation_id.bytes, position.seq)
        if state.summary.stored < min(state.seq, position.seq - 1):
            # What Postgres does not have yet stands in the ring, such as what the asker has just said.
            state = await self._state(viewer, conversation_id.bytes, state.summary.stored)
        stored = await self._stored_before(viewer, conversation_id, position.seq, limit)
        unstored = [each for each in self._ringed(viewer, state) if each.seq < position.seq]
        await self._require_sight(viewer, conversation_id)
        return _merged(stored, unstored)[-limit:]

    async def position_of_feed(self, org_id: UUID) -> Position:
        """Where the inbox feed stands now; read it before the snapshot that it belongs to."""
        state = await self._state(Viewer(org_id), org_id.bytes, 2**53, is_feed=True)
        return Position(state.epoch, state.seq)

    async def marks_named(self, org_id: UUID, name: bytes, ids: Sequence[UUID]) -> dict[UUID, int]:
        """One mark of some conversations, as Valkey has it by now; raises Unavailable."""
        org = org_id.bytes
        keys = [self._partitions.of(each.bytes).marks(org, each.bytes) for each in ids]
        found = await asyncio.gather(*(self._calm.call("HGET", key, name) for key in keys))
        return {conversation_id: int(seq) for conversation_id, seq in zip(ids, found, strict=True) if seq is not None}

    async def _resume(self, viewer: Viewer, conversation_id: UUID, position: Position | None) -> Resumed:
        after = position.seq if position else 0
        state = await self._state(viewer, conversation_id.bytes, after)
        is_recovered = position is not None and await self._is_known(viewer, conversation_id, position, state)
        if is_recovered:
            entries = await self._after(viewer, conversation_id, after, state)
        else:
            entries = await self._tail(viewer, conversation_id, state)
        await self._require_sight(viewer, conversation_id)
        wanted = _fitting(entries, backwards=not is_recovered)
        has_more = is_recovered and len(wanted) < len(entries)
        entries = wanted
        last = state.seq if viewer.is_team else state.public_seq
        if has_more or (entries and entries[-1].seq > last):
            reached = Position(entries[-1].epoch, entries[-1].seq)
        else:
            reached = Position(state.epoch, max(last, after if is_recovered else 0))
        return Resumed(
            conversation_id, recovered=is_recovered, position=reached,
            entries=cast("Any", [each.json for each in entries]), summary=state.summary,
            marks=read_marks(state.marks), has_more=has_more,
        )  # fmt: skip

    async def _resume_feed(self, viewer: Viewer, position: Position | None) -> Resumed:
        after = position.seq if position else 0
        state = await self._state(viewer, viewer.org_id.bytes, after, is_feed=True)
        lines = [parse(data) for data in state.ring]
        # The feed is in the ring or nowhere: whoever is further behind loads the snapshot.
        reaches = position is not None and position.epoch == state.epoch and after + len(lines) == state.seq
        return Resumed(
            None, recovered=reaches, position=Position(state.epoch, state.seq),
            entries=cast("Any", [msgspec.Raw(feed_for(line, viewer.sees_only)) for line in lines] if reaches else []),
        )  # fmt: skip

    async def _require_sight(self, viewer: Viewer, conversation_id: UUID) -> None:
        # After everything was read: whatever took the conversation away came later than what was read.
        if viewer.sees_only is not None:
            await require_seen(self._db, viewer.org_id, viewer.sees_only, conversation_id)

    async def _state(self, viewer: Viewer, topic: bytes, after: int, *, is_feed: bool = False) -> State:
        org = viewer.org_id.bytes
        if topic == org and not is_feed:
            # The inbox feed is a log as well, for whoever may see the inbox, and no conversation.
            raise no_conversation()
        epoch = self._log.epoch_of(topic)
        found = await self._read(org, topic, after)
        if int(found[0][0] or -1) != epoch:
            await self._log.seed(org, topic, epoch, is_feed=is_feed)
            found = await self._read(org, topic, after)
        (e, s, p, turn, status, v, b, c), ring, marks = found
        if viewer.contact_id is not None and c != viewer.contact_id.bytes:
            raise no_conversation()
        if not is_feed:
            self.remember(org, topic, c)
        summary = Summary(status.decode(), int(turn), int(v), int(b))
        return State(int(e), int(s), int(p), summary, c, [fields[1] for _, fields in ring], marks)

    async def _read(self, org: bytes, topic: bytes, after: int) -> Any:
        partition = self._partitions.of(topic)
        state = self._calm.call("HMGET", partition.state(org, topic), "e", "s", "p", "turn", "status", "v", "b", "c")
        ring = self._calm.call("XRANGE", partition.ring(org, topic), min(after + 1, 2**53), "+", "COUNT", ANSWER + 1)
        marks = self._calm.call("HGETALL", partition.marks(org, topic))
        return await asyncio.gather(state, ring, marks)

    async def _is_known(self, viewer: Viewer, conversation_id: UUID, position: Position, state: State) -> bool:
        """Whether what the client has is what everybody has, up to its position."""
        if position.seq == 0:
            return True
        if position.epoch == state.epoch:
            return position.seq <= state.seq
        # Of an older epoch only what was stored is true; the same number may have come back under a newer one.
        async with self._db.scope(viewer.org_id) as tx:
            epoch = await tx.value(sql.epoch_at, conversation_id=conversation_id, seq=position.seq)
        return bool(epoch == position.epoch)

    async def _after(self, viewer: Viewer, conversation_id: UUID, after: int, state: State) -> list[Entry]:
        ringed = self._ringed(viewer, state)
        if state.seq == after or (state.ring and parse(state.ring[0]).seq == after + 1):
            return ringed
        async with self._db.scope(viewer.org_id) as tx:
            rows = await tx.many(
                sql.entries_after, HistoryRow, conversation_id=conversation_id, after=after,
                is_team=viewer.is_team, limit=ANSWER + 1,
            )  # fmt: skip
        stored = _entries(rows, first_after=after, is_team=viewer.is_team)
        if len(stored) > ANSWER:
            return stored
        if ringed and stored and ringed[0].seq > stored[-1].seq + 1:
            # The ring began behind the last stored one when we read it; by now more is stored.
            state = await self._state(viewer, conversation_id.bytes, stored[-1].seq)
            ringed = self._ringed(viewer, state)
        return _merged(stored, ringed)

    async def _tail(self, viewer: Viewer, conversation_id: UUID, state: State) -> list[Entry]:
        last = max(state.seq - TAIL, 0)
        recent = await self._state(viewer, conversation_id.bytes, last)
        ringed = self._ringed(viewer, recent)
        if recent.ring and parse(recent.ring[0]).seq <= max(state.seq - TAIL, 0) + 1:
            return ringed
        stored = await self._stored_before(viewer, conversation_id, state.seq + 1, TAIL)
        return _merged(stored, ringed)[-TAIL:]

    async def _stored_before(self, viewer: Viewer, conversation_id: UUID, before: int, limit: int) -> list[Entry]:
        async with self._db.scope(viewer.org_id) as tx:
            rows = await tx.many(
                sql.entries_before, HistoryRow, conversation_id=conversation_id, before=before,
                is_team=viewer.is_team, limit=limit + 1,
            )  # fmt: skip
        rows.reverse()
        entries = _entries(rows, first_after=0, is_team=viewer.is_team)
        # One more than asked was read, for the `after` of the first.
        return entries[1:] if len(entries) > limit else entries

    def _ringed(self, viewer: Viewer, state: State) -> list[Entry]:
        lines = (parse(data) for data in state.ring)
        if viewer.is_team:
            return [Entry(line.epoch, line.seq, msgspec.Raw(for_team(line))) for line in lines]
        return [
            Entry(line.epoch, line.seq, msgspec.Raw(for_public(line)))
            for line in lines
            if line.audience == Audience.PUBLIC
        ]


def _fitting(entries: list[Entry], *, backwards: bool) -> list[Entry]:
    """As many as one answer takes, at least one: the first of them, or the last where the tail is asked for."""
    size = 0
    for count, entry in enumerate(reversed(entries) if backwards else entries):
        size += len(bytes(entry.json))
        if count and (count == ANSWER or size > ANSWER_BYTES):
            return entries[-count:] if backwards else entries[:count]
    return entries


def _merged(stored: Sequence[Entry], recent: Sequence[Entry]) -> list[Entry]:
    """Both in one order; what was stored meanwhile stands in both and comes once."""
    known = {entry.seq for entry in stored}
    return sorted([*stored, *(each for each in recent if each.seq not in known)], key=lambda each: each.seq)


def _entries(rows: Sequence[HistoryRow], *, first_after: int, is_team: bool) -> list[Entry]:
    entries, previous = [], first_after
    for row in rows:
        after = row.seq - 1 if is_team else previous
        entries.append(Entry(row.epoch, row.seq, msgspec.Raw(_json(row, after))))
        previous = row.seq
    return entries


def _json(row: HistoryRow, after: int) -> bytes:
    if row.data is not None:
        return msgspec.json.encode(row.data | {"epoch": row.epoch, "seq": row.seq, "after": after, "at": row.at})
    return msgspec.json.encode(message_of(row, after))


def message_of(row: HistoryRow, after: int) -> MessagePosted:
    """A stored message as its entry; `after` is the number before it that the reader sees."""
    assert row.sender_kind is not None
    return MessagePosted(
        id=row.id, epoch=row.epoch, seq=row.seq, after=after, at=row.at, conversation_id=row.conversation_id,
        sender=Sender(row.sender_kind, row.sender_id, row.sender_name or ""), body=row.body or "",
        message_type=cast("Any", row.type), is_internal=row.is_internal, reply_to_id=row.reply_to_id,
        attachment_ids=row.attachment_ids or [], is_edited=row.is_edited, is_deleted=row.is_deleted,
        citations=msgspec.convert(row.citations or [], list[Citation]),
        suggestion_id=row.suggestion_id,
        content=None if row.content is None else msgspec.convert(row.content, Content),
        answer=None if row.answer is None else msgspec.convert(row.answer, Answer),
    )  # fmt: skip
