"""What is asked of the audit log."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from server.core.endpoint import Cursor
from server.domain.audit.types import Action


class AuditFilter(Cursor, frozen=True):
    """Which lines: about one kind of thing, about one thing, by one actor, of one action."""

    entity_type: Annotated[str, Meta(max_length=60)] = ""
    entity_id: UUID | None = None
    actor_id: UUID | None = None
    action: Action | None = None
