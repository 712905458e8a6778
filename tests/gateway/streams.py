"""Streams of frames that a program makes up: good ones, good ones with a broken end, and bytes that are nothing."""

import zlib
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from hypothesis import strategies as st

from tests.gateway.raw import CLOSE, CONTINUATION, PING, PONG, TEXT, masked
from tests.gateway.rfc6455 import CASES, ECHOED, MOST_FRAGMENTS

# Ends of the table that close: whatever came before, that is what the last one is answered with.
BROKEN = [case.sent for case in CASES.values() if not case.because and case.heard and isinstance(case.heard[-1], int)]

keys = st.binary(min_size=4, max_size=4)
controls = st.builds(
    lambda opcode, payload, key: masked(opcode, payload, key=key),
    st.sampled_from([PING, PONG]), st.binary(max_size=125), keys,
)  # fmt: skip
# No frame of ours begins like this; the refusal quotes the rest of it.
texts = st.text(max_size=60) | st.text(min_size=1, max_size=3).map(lambda text: text * 5_000)
lines = texts.map(lambda text: msgspec.json.encode({"type": f"- {text}"}))
garbage = st.binary(max_size=40).filter(lambda text: not text.strip().startswith(b"{"))


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A text in one frame or in fragments, with control frames in between; some are no UTF-8 or no JSON."""
    text = draw(lines) if draw(st.integers(0, 9)) else draw(garbage)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=MOST_FRAGMENTS - 1)))
    frames = []
    for number, (begins, ends) in enumerate(zip([0, *places], [*places, len(text)], strict=True)):
        opcode = CONTINUATION if number else TEXT
        frames.append(masked(opcode, text[begins:ends], fin=number == len(places), key=draw(keys)))
        if number < len(places) and draw(st.booleans()):
            frames.append(draw(controls))
    return b"".join(frames)


closes = st.builds(
    lambda code, reason, key: masked(CLOSE, code.to_bytes(2) + reason.encode(), key=key),
    st.sampled_from(ECHOED), st.text(max_size=30), keys,
)  # fmt: skip
talks = st.lists(messages() | controls, max_size=6).map(b"".join)
broken_talks = st.builds(lambda talk, end: talk + end, talks, st.sampled_from(BROKEN) | closes)
unfinished_talks = st.builds(lambda talk, keeps: talk[: int(len(talk) * keeps)], talks, st.floats(0, 1))
# Bytes, and frames in which one byte is another.
noise = st.binary(max_size=300)
bent = st.builds(
    lambda talk, at, byte: talk[: at % max(1, len(talk))] + bytes([byte]) + talk[at % max(1, len(talk)) + 1 :],
    talks, st.integers(0, 2**16), st.integers(0, 255),
)  # fmt: skip


class Pieces(msgspec.Struct):
    """A stream as the network may cut it."""

    stream: bytes
    places: list[int]

    def __iter__(self) -> Iterator[bytes]:
        """What is sent at once, in order."""
        for begins, ends in pairwise((0, *self.places, len(self.stream))):
            yield self.stream[begins:ends]

    def __repr__(self) -> str:
        """Enough to play it again, and short: Hypothesis prints what fails, and a text may be long."""
        return f"Pieces(zlib.decompress(bytes.fromhex('{zlib.compress(self.stream).hex()}')), {self.places})"


@st.composite
def in_pieces(draw: st.DrawFn, streams: st.SearchStrategy[bytes]) -> Pieces:
    """A stream, and where it is cut."""
    stream = draw(streams)
    return Pieces(stream, sorted(draw(st.lists(st.integers(0, len(stream)), max_size=5))))
