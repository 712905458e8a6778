"""Where a list goes on: the last row's place, as text that means something to us alone."""

import base64
import binascii
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from server.core.errors import Invalid

T = TypeVar("T")
_decode = msgspec.json.Decoder(tuple[Any, UUID]).decode


def cursor_after(value: Any, row_id: UUID) -> str:
    """The cursor behind a row, by the value that the list is sorted by and the id that settles ties."""
    return base64.urlsafe_b64encode(msgspec.json.encode((value, row_id))).decode().rstrip("=")


def read_cursor(cursor: str, kind: type[T]) -> tuple[T | None, UUID | None]:
    """What `cursor_after` was given; nothing for the beginning of a list."""
    if not cursor:
        return None, None
    try:
        value, row_id = _decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return msgspec.convert(value, kind), row_id
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise Invalid("this cursor is none of ours; begin without one", field="cursor") from None
