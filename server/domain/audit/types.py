"""Lines of the audit log, and the chain over them."""

from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

Action = Literal["create", "read", "update", "delete", "login", "logout", "export"]


class AuditLine(Struct, frozen=True):
    """Who did what to which thing, as it is called now; `changes` has old and new, secrets masked."""

    id: UUID
    at: int
    entity_type: str
    entity_id: UUID | None
    entity_name: str
    action: Action
    event: str
    actor_type: str
    actor_id: UUID | None
    actor_name: str
    changes: dict[str, Any]
    address: str
    user_agent: str


class ToChain(Struct, frozen=True):
    """A line that the chain has not reached yet."""

    org_id: UUID | None
    id: UUID
    xid: str
    text: str


class Link(Struct, frozen=True):
    """The last link of a chain."""

    n: int
    row_hash: bytes


class LinkRow(Struct, frozen=True):
    """A link with the line that it stands for, as that is now; None where the line is gone."""

    n: int
    audit_id: UUID
    prev_hash: bytes
    row_hash: bytes
    text: str | None


class Chained(Struct, frozen=True):
    """An organization that has a chain."""

    org_id: UUID | None
    slug: str


class Loose(Struct, frozen=True):
    """A line that stands behind the chain's end without a link in it."""

    org_id: UUID | None
    id: UUID
