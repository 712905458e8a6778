"""Rows of the customers domain."""

from uuid import UUID

from msgspec import Struct


class Acquaintance(Struct, frozen=True):
    """A contact, as far as letting them in needs it."""

    contact_id: UUID
    name: str
    has_email: bool
    is_blocked: bool
