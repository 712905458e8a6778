"""The floor of storing: the same rows into a plain table with three indexes, in batches, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

BATCH = 500
# The columns of a message that ingest fills, and their types.
COLUMNS = {
    "org_id": "uuid", "id": "uuid", "conversation_id": "uuid", "epoch": "int", "seq": "bigint", "at": "timestamptz",
    "sender_kind": "text", "sender_agent_id": "uuid", "sender_contact_id": "uuid", "sender_name": "text",
    "type": "text", "body": "text", "is_internal": "boolean", "reply_to_id": "uuid",
}  # fmt: skip
TABLE = f"""
create table if not exists floor_message ({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())});
create unique index if not exists floor_message_id on floor_message (org_id, id);
create unique index if not exists floor_message_seq on floor_message (org_id, conversation_id, epoch, seq);
create index if not exists floor_message_at on floor_message (org_id, at);
"""
_NAMES = ", ".join(COLUMNS)
_ARRAYS = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(COLUMNS.values(), 1))
INSERT = f"insert into floor_message ({_NAMES}) select {_NAMES} from unnest({_ARRAYS}) as new ({_NAMES})"  # noqa: S608 - names of columns
_ORG = UUID(int=1)
Row = tuple[Any, ...]


def row(message_id: UUID, conversation_id: UUID, seq: int, at: datetime, body: str) -> Row:
    """A visitor's message as a row."""
    return (
        _ORG, message_id, conversation_id, 1, seq, at, "contact", None, conversation_id, "", "text", body, False, None,
    )  # fmt: skip


async def insert(connection: Any, rows: Sequence[Row]) -> None:
    """Store one batch, in a transaction of its own."""
    await connection.execute(INSERT, *(list(column) for column in zip(*rows, strict=True)))
