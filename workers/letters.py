"""Dead letters: entries that Postgres could not take, and how they come to where they belong after all.

A replay is one transaction of the letter's organization: the void that stands at the entry's number goes, the entry
takes its place as ingest would have stored it, and the letter is settled. Done twice it changes nothing; what still
cannot be stored leaves everything as it was.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from server.core import audit
from server.core.db import BadData, Db, Transaction, why_bad
from server.core.sql import load
from server.protocol.entries import AnyEntry, EntryVoided, MessageEdited
from server.protocol.line import PREFIX_BYTES, Line, parse, whole
from server.protocol.values import Sender
from workers.batch import Batch, hint, void_id

sql = load(__file__)

MOST = 1000


class Letter(msgspec.Struct, frozen=True):
    """One entry that waits, and why; `line` holds what was said."""

    id: UUID
    at: int
    partition: int
    org_id: UUID | None
    organization: str
    error: str
    size: int
    kind: str
    line: Line | None


class Outcome(msgspec.Struct, frozen=True):
    """What became of a letter; `hints` tell those who look at its conversation just now."""

    told: str
    is_mended: bool = False
    hints: tuple[bytes, ...] = ()


class _Kind(msgspec.Struct):
    type: str = "unreadable"


class _Shift(Exception):  # noqa: N818 - it ends a transaction, and is caught where that began
    """The entry cannot be stored in its place; nothing of it may stay."""


async def waiting(lookup: Db, ids: Sequence[UUID] | None = None) -> list[Letter]:
    """The letters that nobody has mended, oldest first; with `ids`, those of them."""
    async with lookup.unscoped() as tx:
        rows = await tx.records(sql.dead_letters, ids=ids, most=MOST)
    return [_letter(row) for row in rows]


def _letter(row: Any) -> Letter:
    entry: bytes = row["entry"]
    line = parse(entry) if len(entry) >= PREFIX_BYTES else None
    return Letter(
        row["id"], row["at"], row["p"], row["org_id"], row["organization"], row["error"], len(entry),
        _kind(whole(line.payload)) if line else "unreadable", line,
    )  # fmt: skip


def _kind(payload: bytes) -> str:
    try:
        return msgspec.json.decode(payload, type=_Kind).type
    except msgspec.DecodeError:
        return "unreadable"


async def note_look(db: Db, letter: Letter) -> None:
    """Leave a line in the organization's audit log: somebody reads what was said."""
    if letter.org_id is None:
        async with db.unscoped() as tx:
            await audit.note(tx, "read", "dead_letter", letter.id)
        return
    async with db.scope(letter.org_id) as tx:
        await audit.note(tx, "read", "dead_letter", letter.id)


async def drop(db: Db, letter: Letter) -> bool:
    """Throw a letter away for good; False when somebody was faster."""
    scope = db.unscoped() if letter.org_id is None else db.scope(letter.org_id)
    async with scope as tx:
        if not await tx.run(sql.drop_letter, org_id=letter.org_id, id=letter.id):
            return False
        await audit.note(tx, "delete", "dead_letter", letter.id)
    return True


async def replay(db: Db, letter: Letter) -> Outcome:
    """Store the entry where it belongs, and tell how that went; `db` works as fd_worker."""
    if letter.org_id is None:
        return Outcome("its organization is gone: drop it")
    try:
        async with db.scope(letter.org_id) as tx:
            return await _replay(tx, letter.id)
    except BadData as error:
        return Outcome(f"still refused: {why_bad(error)}")
    except _Shift as why:
        return Outcome(str(why))


async def _replay(tx: Transaction, letter_id: UUID) -> Outcome:
    entry: bytes | None = await tx.value(sql.take_letter, id=letter_id)
    if entry is None:
        return Outcome("somebody mended or dropped it before", is_mended=True)
    line = parse(entry)
    if not line.seq:
        raise _Shift("it was kept without its numbers: drop it")
    batch = Batch([line])
    if batch.unreadable:
        raise _Shift("still unreadable for this version")
    if await _is_outdated(tx, line):
        raise _Shift("a newer edit of the same message is stored: drop it")
    for newest in await tx.records(sql.newest_of, conversation_id=line.topic_id):
        batch.come_late(newest["last_message_seq"], newest["preview_seq"])
    await tx.run(sql.fill_void, id=void_id(line), conversation_id=line.topic_id)
    await batch.store(tx)
    await tx.run(sql.settle_letter, id=letter_id)
    event = "repeated" if batch.void_lines else "replayed"
    await audit.note(tx, "update", "dead_letter", letter_id, event=event)
    if batch.void_lines:
        # Its sender said it again meanwhile, and that was stored: the void stays, for another reason.
        return Outcome("was stored under a later number already", is_mended=True)
    return Outcome(f"stored at number {line.seq}", is_mended=True, hints=(hint(line), hint(_restoring(line))))


async def _is_outdated(tx: Transaction, line: Line) -> bool:
    entry = msgspec.json.decode(whole(line.payload), type=AnyEntry)
    if not isinstance(entry, MessageEdited):
        return False
    is_newer: bool = await tx.value(
        sql.was_edited_since, conversation_id=line.topic_id, message_id=entry.message_id, seq=line.seq
    )
    return is_newer


def _restoring(line: Line) -> Line:
    """Takes the void away from the screens that have it; it is never stored, since the void is not there any more."""
    made = EntryVoided(
        id=UUID(bytes=bytes(a ^ b for a, b in zip(void_id(line).bytes, b"\0" * 15 + b"\x01", strict=True))),
        conversation_id=line.topic_id, sender=Sender("system"), voided_id=void_id(line), reason="restored",
    )  # fmt: skip
    return line._replace(id=made.id.bytes, payload=msgspec.json.encode(made))
