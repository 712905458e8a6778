"""One ingest batch: from lines to the columns of a few statements."""

import hashlib
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from server.core.db import Transaction
from server.core.ids import uuid7_from
from server.core.sql import load
from server.protocol.entries import (
    AgentChanged,
    AnyEntry,
    EntryVoided,
    InboxChanged,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
)
from server.protocol.line import Audience, Kind, Line, build, for_team, whole
from server.protocol.values import Sender

sql = load(__file__)
_decode = msgspec.json.Decoder(AnyEntry).decode
PREVIEW = 120
MORE = ("citations", "answer", "suggestion_id", "content")
CHANGES = (MessageEdited, MessageDeleted, EntryVoided)


class Live:
    """What one batch adds to a conversation."""

    __slots__ = (
        "activity_at",
        "by_contact",
        "by_team",
        "conversation_id",
        "count",
        "epoch",
        "first",
        "last",
        "message_at",
        "message_seq",
        "org_id",
        "preview",
        "preview_seq",
        "public",
        "sender",
    )  # fmt: skip

    def __init__(self, line: Line) -> None:
        self.org_id, self.conversation_id = line.org_id, line.topic_id
        self.epoch = self.last = self.public = self.count = self.first = self.message_seq = 0
        self.activity_at = 0
        self.message_at: int | None = None
        self.preview: str | None = None
        self.preview_seq: int | None = None
        self.sender: UUID | None = None
        self.by_contact = self.by_team = False


class Batch:
    """Lines, taken apart once and stored in a handful of statements."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.unreadable = False
        # The last message's number, and that of the preview, where something newer is stored.
        self._newest = 0, 0
        self.void_lines: list[bytes] = []
        self._talk: list[tuple[Line, MessagePosted]] = []
        self._changes: list[tuple[Line, MessageEdited | MessageDeleted | EntryVoided]] = []
        self._decisions: list[Line] = []
        # By organization and conversation, as bytes: a UUID computes its hash anew each time.
        self._live: dict[bytes, Live] = {}
        for line in lines:
            try:
                entry = _decode(whole(line.payload))
            except msgspec.DecodeError:
                self.unreadable = True
                return
            self._sort(line, entry)
        self.org_ids = [UUID(bytes=each) for each in {line.org for line in lines}]

    @classmethod
    def of_void(cls, line: Line, reason: Literal["repeated", "refused"]) -> "Batch":
        """A batch that stores a void in the place of an entry, so that the numbers stay without holes."""
        batch = cls([])
        batch.org_ids = [line.org_id]
        batch._void(line, reason)
        return batch

    def _sort(self, line: Line, entry: Any) -> None:
        # By the exact type: isinstance goes through ABCMeta here, and this runs for every line.
        kind = type(entry)
        if kind is MessagePosted:
            self._talk.append((line, entry))
        elif kind is InboxChanged or kind is AgentChanged:
            return
        elif kind in CHANGES:
            self._changes.append((line, entry))
        else:
            self._decisions.append(line)
        self._reach(line)

    def _reach(self, line: Line) -> None:
        live = self._live.get(line.org + line.topic)
        if live is None:
            live = self._live[line.org + line.topic] = Live(line)
        # A void is found when what came behind it has been counted.
        if line.seq > live.last:
            live.epoch, live.last, live.activity_at = line.epoch, line.seq, line.at
        if line.seq > live.public and line.audience == Audience.PUBLIC:
            live.public = line.seq

    def come_late(self, message_seq: int, preview_seq: int) -> None:
        """The conversation has gone on without this batch: what is newer there stays what a list shows."""
        self._newest = message_seq, preview_seq

    async def store(self, tx: Transaction) -> None:
        """Store the batch within the caller's transaction."""
        if self._talk:
            await self._store_talk(tx)
        if self._decisions:
            lines = self._decisions
            await tx.run(
                sql.number_decisions, org_ids=_orgs(lines), ids=_ids(lines), epochs=[each.epoch for each in lines],
                seqs=[each.seq for each in lines], ats=[each.at for each in lines],
            )  # fmt: skip
        if self._changes:
            await self._store_changes(tx)
        if self._live:
            await self._count(tx)
        changed = [(line, each) for line, each in self._changes if not isinstance(each, EntryVoided)]
        if changed:
            targets = _targets(changed)
            await tx.run(sql.follow_changes, org_ids=targets["org_ids"], ids=targets["ids"], preview=PREVIEW)

    async def _store_talk(self, tx: Transaction) -> None:
        lines = [line for line, _ in self._talk]
        entries = [entry for _, entry in self._talk]
        agents = [None if each.sender.kind == "contact" else each.sender.id for each in entries]
        rows = await tx.records(
            sql.store_messages, org_ids=_orgs(lines), ids=_ids(lines), conversation_ids=_topics(lines),
            epochs=[each.epoch for each in lines], seqs=[each.seq for each in lines],
            ats=[each.at for each in lines], sender_kinds=[each.sender.kind for each in entries],
            sender_agent_ids=agents,
            sender_contact_ids=[each.sender.id if each.sender.kind == "contact" else None for each in entries],
            sender_names=[each.sender.name for each in entries], types=[each.message_type for each in entries],
            bodies=[each.body for each in entries], internals=[each.is_internal for each in entries],
            reply_to_ids=[each.reply_to_id for each in entries],
            attachment_ids=["{" + ",".join(map(str, each.attachment_ids)) + "}" for each in entries],
        )  # fmt: skip
        await self._keep_answers(tx)
        if len(rows) == len(lines):
            for line, entry in self._talk:
                self._count_message(line, entry)
            return
        new = {(row["org_id"], row["id"]) for row in rows}
        repeated = []
        for line, entry in self._talk:
            if (line.org_id, entry.id) in new:
                new.discard((line.org_id, entry.id))
                self._count_message(line, entry)
            else:
                repeated.append(line)
        await self._look_at_repeated(tx, repeated)

    async def _keep_answers(self, tx: Transaction) -> None:
        """What only few messages have, such as how a bot came to it: all others would pay for its columns."""
        told = [each for each in self._talk if any(getattr(each[1], name) for name in MORE)]
        if told:
            await tx.run(
                sql.keep_answers, org_ids=_orgs([line for line, _ in told]), ids=[entry.id for _, entry in told],
                answers=[msgspec.structs.asdict(entry.answer) if entry.answer else {} for _, entry in told],
                # Objects: a list of lists would be taken for an array of two dimensions.
                told=[_told(entry) for _, entry in told],
                contents=[msgspec.to_builtins(entry.content) if entry.content else {} for _, entry in told],
            )  # fmt: skip

    def _count_message(self, line: Line, entry: MessagePosted) -> None:
        live = self._live[line.org + line.topic]
        live.count += 1
        live.first = live.first or line.seq
        live.message_at, live.message_seq, live.sender = line.at, line.seq, entry.sender.id
        if entry.sender.kind == "contact":
            live.by_contact = True
        elif not entry.is_internal:
            live.by_team = True
        if not entry.is_internal:
            live.preview, live.preview_seq = entry.body[:PREVIEW], line.seq

    async def _look_at_repeated(self, tx: Transaction, lines: list[Line]) -> None:
        """A known id under its own number came twice through the stream; under another one it is void there."""
        rows = await tx.records(sql.stored_before, org_ids=_orgs(lines), ids=_ids(lines))
        places = {(row["org_id"], row["id"]): (row["conversation_id"], row["epoch"], row["seq"]) for row in rows}
        for line in lines:
            if places.get((line.org_id, UUID(bytes=line.id))) != (line.topic_id, line.epoch, line.seq):
                self._void(line, "repeated")

    def _void(self, line: Line, reason: Literal["repeated", "refused"]) -> None:
        entry = EntryVoided(
            id=void_id(line), conversation_id=line.topic_id, sender=Sender("system"),
            voided_id=UUID(bytes=line.id), reason=reason,
        )  # fmt: skip
        void = line._replace(id=entry.id.bytes, payload=msgspec.json.encode(entry))
        self._changes.append((void, entry))
        self._reach(void)
        self.void_lines.append(hint(void))

    async def _store_changes(self, tx: Transaction) -> None:
        lines = [line for line, _ in self._changes]
        entries = [entry for _, entry in self._changes]
        await tx.records(
            sql.store_changes, org_ids=_orgs(lines), ids=_ids(lines), ats=[each.at for each in lines],
            kinds=[msgspec.to_builtins(each)["type"] for each in entries],
            actor_kinds=[each.sender.kind for each in entries], actor_ids=[each.sender.id for each in entries],
            subject_ids=[each.voided_id if isinstance(each, EntryVoided) else each.message_id for each in entries],
            conversation_ids=_topics(lines), epochs=[each.epoch for each in lines], seqs=[each.seq for each in lines],
            data=[msgspec.to_builtins(each) for each in entries],
        )  # fmt: skip
        edits = [(line, each) for line, each in self._changes if isinstance(each, MessageEdited)]
        if edits:
            await tx.run(
                sql.edit_messages, bodies=[each.body for _, each in edits], ats=[line.at for line, _ in edits],
                **_targets(edits),
            )  # fmt: skip
        gone = [(line, each) for line, each in self._changes if isinstance(each, MessageDeleted)]
        if gone:
            targets = _targets(gone)
            await tx.run(sql.delete_messages, ats=[line.at for line, _ in gone], **targets)
            await tx.run(sql.forget_edits, org_ids=targets["org_ids"], ids=targets["ids"])

    async def _count(self, tx: Transaction) -> None:
        live = list(self._live.values())
        for each in live:
            if each.message_seq < self._newest[0]:
                each.message_at, each.sender = None, None
            if (each.preview_seq or 0) < self._newest[1]:
                each.preview, each.preview_seq = None, None
        talked = [each for each in live if each.count]
        await tx.run(
            sql.count_entries, org_ids=[each.org_id for each in live],
            conversation_ids=[each.conversation_id for each in live],
            epochs=[each.epoch for each in live], last_seqs=[each.last for each in live],
            public_seqs=[each.public for each in live], message_seqs=[each.message_seq for each in live],
            sender_ids=[each.sender for each in live],
            message_counts=[each.count for each in live],
            message_ats=[each.message_at for each in live], activity_ats=[each.activity_at for each in live],
            previews=[each.preview for each in live], preview_seqs=[each.preview_seq for each in live],
            talk_org_ids=[each.org_id for each in talked],
            talk_conversation_ids=[each.conversation_id for each in talked],
            talk=[
                {"from": each.first, "upto": each.last, "count": each.count, "by_contact": each.by_contact,
                 "by_team": each.by_team}
                for each in talked
            ],
        )  # fmt: skip


def void_id(line: Line) -> UUID:
    """The id of the void in a line's place: the same whoever makes it, and however often."""
    digest = hashlib.sha256(b"%s%d:%d" % (line.topic, line.epoch, line.seq)).digest()
    return uuid7_from(line.at, int.from_bytes(digest[:10]))


def hint(line: Line) -> bytes:
    """What tells listeners now of a line that stands further back in its log."""
    told = for_team(line)
    return build(Kind.HINT, Audience(line.audience), line.org, line.topic, line.contact, told, epoch=line.epoch)


def _told(entry: MessagePosted) -> dict[str, Any]:
    how = entry.answer
    more: dict[str, Any] = {"citations": entry.citations, "suggestion_id": entry.suggestion_id}
    more |= {"tool_calls": how.tool_calls, "is_estimated": how.is_estimated} if how else {}
    return {name: msgspec.to_builtins(each) for name, each in more.items() if each}


def _orgs(lines: Sequence[Line]) -> list[UUID]:
    return [line.org_id for line in lines]


def _ids(lines: Sequence[Line]) -> list[UUID]:
    return [UUID(bytes=line.id) for line in lines]


def _topics(lines: Sequence[Line]) -> list[UUID]:
    return [line.topic_id for line in lines]


def _targets(changes: Sequence[tuple[Line, MessageEdited | MessageDeleted]]) -> dict[str, Any]:
    lines = [line for line, _ in changes]
    return {
        "org_ids": _orgs(lines), "ids": [each.message_id for _, each in changes], "conversation_ids": _topics(lines),
        "sender_ids": [each.sender.id for _, each in changes],
        "internals": [each.is_internal for _, each in changes],
    }  # fmt: skip
