"""The audit log for what no trigger sees: logins, what was read or exported, and changes that span several rows."""

from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from server.core.db import Transaction
from server.core.sql import parse

_sql = parse((Path(__file__).parent / "audit.sql").read_text("utf-8"))

Action = Literal["create", "read", "update", "delete", "login", "logout", "export"]


async def note(
    tx: Transaction,
    action: Action,
    entity_type: str,
    entity_id: UUID | None = None,
    *,
    event: str = "",
    changes: dict[str, Any] | None = None,
    org_id: UUID | None = None,
) -> None:
    """Write one line, as done by whoever the transaction acts for (`db.act`); no secrets and nothing personal."""
    await tx.run(
        _sql["note"], org_id=org_id or tx.org_id, action=action, entity_type=entity_type, entity_id=entity_id,
        event=event, changes=changes or {},
    )  # fmt: skip
