"""What is in the text of a frame besides the frame: its id though it cannot be read, and what none may hold."""

from typing import Any
from uuid import UUID

import msgspec


class _WithId(msgspec.Struct):
    id: UUID | None = None


def id_of(text: str) -> UUID | None:
    """The id of a frame that could not be read otherwise, so that its sender knows which one was refused."""
    try:
        return msgspec.json.decode(text, type=_WithId).id
    except (msgspec.DecodeError, RecursionError):
        return None


def holds_nul(value: Any) -> bool:
    """Whether a text in a frame has a NUL character."""
    if isinstance(value, msgspec.Struct):
        return any(map(holds_nul, msgspec.structs.astuple(value)))
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value
