"""From the text of a frame to the struct that it is."""

from typing import Any, get_args

import msgspec

from server.protocol import entries, server_frames

_entries = msgspec.json.Decoder(entries.AnyEntry)
_frames = msgspec.json.Decoder(server_frames.AnyServerFrame)
_ENTRY_TYPES = {each.__struct_config__.tag for each in get_args(entries.AnyEntry)}


class _Type(msgspec.Struct):
    type: str


def read(text: str) -> Any:
    """A frame or entry as the server sent it; fails on anything that the protocol does not say."""
    kind = msgspec.json.decode(text, type=_Type).type
    return (_entries if kind in _ENTRY_TYPES else _frames).decode(text)
