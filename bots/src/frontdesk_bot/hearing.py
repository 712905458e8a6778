"""From the text of a frame to the struct that it is; what a newer server says besides is left out."""

from typing import Any, Final
from uuid import UUID

import msgspec

from frontdesk_bot.protocol.entries import AnyEntry
from frontdesk_bot.protocol.server_frames import AnyServerFrame

_read: Final = msgspec.json.Decoder(AnyServerFrame | AnyEntry).decode


class Unknown(msgspec.Struct, frozen=True):
    """An entry of a kind that this version does not know: it takes a number all the same."""

    id: UUID
    conversation_id: UUID
    seq: int
    epoch: int = 0
    after: int = 0


def read(text: str) -> Any:
    """A frame or an entry; None for one that means nothing to this version."""
    try:
        return _read(text)
    except msgspec.ValidationError:
        return _read_newer(msgspec.json.decode(text))


def _read_newer(frame: Any) -> Any:
    for answer in frame.get("resumed", []) if isinstance(frame, dict) else []:
        answer["entries"] = [each for each in answer.get("entries", []) if _is_known(each)]
    if isinstance(frame, dict) and "entries" in frame:
        frame["entries"] = [each for each in frame["entries"] if _is_known(each)]
    for kind in (AnyServerFrame | AnyEntry, Unknown):
        try:
            return msgspec.convert(frame, kind)
        except msgspec.ValidationError:
            continue
    return None


def _is_known(entry: Any) -> bool:
    try:
        msgspec.convert(entry, AnyEntry)
    except msgspec.ValidationError:
        return False
    return True
