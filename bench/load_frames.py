"""The frames of the load, made and read by position: the generator must cost next to nothing."""

import random
import time

import msgspec

from bench.corpus import some_dialogues

# Where id and conversation stand in a post_message as it is made here, and the id in the server's `accepted`.
ID = slice(29, 65)
CONVERSATION = slice(86, 122)
_ACCEPTED_INDEX = slice(49, 61)
ACCEPTED, STORED, REFUSED, PING = b'{"type":"accepted"', b'{"type":"stored"', b'{"type":"refused"', b'{"type":"ping"'
PONG = b'{"type":"pong"}'
BODIES = 256


def bodies() -> list[bytes]:
    """Lines of real dialogues, as JSON strings."""
    lines = [line for dialogue in some_dialogues(BODIES, seed=1) for line in dialogue.lines]
    return [msgspec.json.encode(line) for line in lines[:BODIES]]


class Frames:
    """Makes messages whose ids carry a number, so that an answer tells at once which message it is for."""

    def __init__(self) -> None:
        self._bodies = bodies()
        self._random = random.getrandbits(24)
        self._runs = 0

    def begin(self) -> int:
        """The first number of a new run, so that no two runs share an id."""
        self._runs += 1
        return self._runs << 32

    def post(self, number: int, conversation: bytes) -> bytes:
        """A message; its id is a UUIDv7 that ends with the number."""
        at, chance = time.time_ns() // 1_000_000, self._random
        head = b"%08x-%04x-7%03x-8%03x-%012x" % (at >> 16, at & 0xFFFF, chance >> 12, chance & 0xFFF, number)
        body = self._bodies[number % BODIES]
        return b'{"type":"post_message","id":"%s","conversation_id":"%s","body":%s}' % (head, conversation, body)


def number_accepted(frame: bytes) -> int:
    """The number of the message that an `accepted` is for."""
    return int(frame[_ACCEPTED_INDEX], 16)


def number_delivered(frame: bytes) -> int:
    """The number of the message that an entry is."""
    at = frame.find(b'"id":"') + 6
    return int(frame[at + 24 : at + 36], 16)


def integer_after(frame: bytes, name: bytes) -> int:
    """The value of an integer field."""
    at = frame.find(name) + len(name)
    end = at
    while frame[end : end + 1].isdigit():
        end += 1
    return int(frame[at:end])
