"""RFC 6455, byte by byte: what our socket takes, and how it refuses what it must not take."""

import msgspec
import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Raw, head, masked
from tests.people import Visitor
from tests.servers import House, Organization

WORD = b'{"type":"pong"}'


def close(code: int, reason: bytes = b"") -> bytes:
    """A client's close frame."""
    return masked(CLOSE, code.to_bytes(2) + reason)


WRONG = {
    "an unmasked frame": (head(TEXT, len(WORD)) + WORD, 1002),
    "the first reserved bit, which compression would use": (masked(TEXT, WORD, rsv=4), 1002),
    "the second reserved bit": (masked(TEXT, WORD, rsv=2), 1002),
    "the third reserved bit": (masked(TEXT, WORD, rsv=1), 1002),
    "a reserved bit on a control frame": (masked(PONG, rsv=4), 1002),
    "a data frame of no known kind": (masked(3, WORD), 1002),
    "a control frame of no known kind": (masked(11), 1002),
    "a continuation of nothing": (masked(CONTINUATION, WORD), 1002),
    "a continuation after the end": (masked(TEXT, WORD) + masked(CONTINUATION, WORD), 1002),
    "a message inside another": (masked(TEXT, b"{", fin=False) + masked(TEXT, WORD), 1002),
    "a message inside one that began empty": (masked(TEXT, fin=False) + masked(TEXT, WORD), 1002),
    "a ping in fragments": (masked(PING, b"?", fin=False), 1002),
    "a close in fragments": (masked(CLOSE, b"\x03\xe8", fin=False), 1002),
    "a ping of 126 bytes": (masked(PING, bytes(126)), 1002),
    "a length longer than its number needs": (b"\x81\xfe" + (5).to_bytes(2) + b"mask", 1002),
    "a long length longer than its number needs": (b"\x81\xff" + (5).to_bytes(8) + b"mask", 1002),
    "a length with its highest bit set": (b"\x81\xff" + (2**63).to_bytes(8) + b"mask", 1002),
    "bytes that are no UTF-8": (masked(TEXT, b'"\xff"'), 1007),
    "a surrogate in UTF-8": (masked(TEXT, b'"\xed\xa0\x80"'), 1007),
    "an overlong slash in UTF-8": (masked(TEXT, b'"\xc0\xaf"'), 1007),
    "half a letter over two fragments": (masked(TEXT, b'"\xc3', fin=False) + masked(CONTINUATION, b'"'), 1007),
    "a binary message": (masked(BINARY, WORD), 1003),
    "a binary message in fragments": (masked(BINARY, WORD, fin=False), 1003),
    "a frame that is told to be huge": (head(TEXT, 2**40, mask=True), 1009),
    "too many fragments": (masked(TEXT, fin=False) + masked(CONTINUATION, fin=False) * 8, 1009),
}
FAREWELLS = {
    "none": (masked(CLOSE), 1000),
    "1000": (close(1000, b"bye"), 1000),
    "1001": (close(1001), 1001),
    "3000": (close(3000), 3000),
    "4999": (close(4999), 4999),
    **{str(code): (close(code), 1002) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)},
    "half a code": (masked(CLOSE, b"\x03"), 1002),
    "a reason that is no UTF-8": (close(1000, b"\xff"), 1007),
}


@pytest.fixture(scope="module")
async def visitor(shop: Organization) -> Visitor:
    """Somebody whose token opens the raw sockets of this file."""
    return Visitor(shop)


@pytest.mark.parametrize("what", WRONG)
async def test_what_the_rfc_forbids_closes_the_socket_and_no_other(
    house: House, visitor: Visitor, bystanders: Bystanders, what: str
) -> None:
    """The client hears the code that the RFC names, nothing after it, and the connection ends."""
    sent, code = WRONG[what]
    async with Raw(house) as raw:
        await raw.greet(visitor)
        await raw.send(sent)
        assert (await raw.close()).code == code
    await bystanders.go_on()


@pytest.mark.parametrize("what", FAREWELLS)
async def test_a_close_is_answered_with_its_code_where_that_may_be_sent(
    house: House, visitor: Visitor, what: str
) -> None:
    """Codes that must not travel are a protocol error; all others come back."""
    sent, code = FAREWELLS[what]
    async with Raw(house) as raw:
        await raw.greet(visitor)
        await raw.send(sent)
        assert (await raw.close()).code == code


@pytest.mark.parametrize("in_fragments", [False, True])
async def test_a_message_that_is_too_big_is_never_read(house: House, cast: Cast, *, in_fragments: bool) -> None:
    """It ends the socket with 1009, what it said is not in the log, and neither is what came behind it."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    big, behind = (visitor.draft(conversation, text) for text in ("Too big", "Behind it"))
    told = msgspec.json.encode(big)
    rest = [b" " * 9000, b" " * 9000]
    frames = (
        masked(TEXT, told, fin=False) + masked(CONTINUATION, rest[0], fin=False) + masked(CONTINUATION, rest[1])
        if in_fragments
        else masked(TEXT, told + b"".join(rest))
    )
    async with Raw(house) as raw:
        await raw.greet(visitor)
        await raw.send(frames, masked(TEXT, msgspec.json.encode(behind)))
        assert (await raw.close()).code == 1009
    await visitor.say(conversation, "Just right")
    assert (await visitor.watch(conversation)).position.seq == 2


async def test_a_message_of_exactly_the_limit_is_read(house: House, cast: Cast) -> None:
    """The limit is the last size that is taken, in one frame and in fragments."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    async with Raw(house) as raw:
        most = (await raw.greet(visitor)).limits.message_bytes
        for cuts in ((), (5000, 10_000)):
            draft = visitor.draft(conversation, "Full")
            text = msgspec.json.encode(draft).ljust(most)
            pieces = [text[a:b] for a, b in zip((0, *cuts), (*cuts, most), strict=True)]
            for number, piece in enumerate(pieces, 1):
                await raw.send(masked(CONTINUATION if number > 1 else TEXT, piece, fin=number == len(pieces)))
            assert (await raw.hears(hear.Accepted)).id == draft.id


async def test_a_text_in_fragments_is_put_together_around_control_frames(house: House, cast: Cast) -> None:
    """Letters cut in two by fragments come out whole, empty fragments do no harm, and a ping between is answered."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    text = msgspec.json.encode(say.PostMessage(uuid7(), conversation, "Grüße, 世界 👋"))
    cut = [text.index(b"\xbc"), text.index(b"\x96"), text.index(b"\x8b")]
    async with Raw(house) as raw:
        await raw.greet(visitor)
        await raw.send(
            masked(TEXT, fin=False),
            masked(CONTINUATION, text[: cut[0]], fin=False),
            masked(PING, b"still there?"),
            masked(CONTINUATION, text[cut[0] : cut[1]], fin=False),
            masked(PONG, b"nobody asked"),
            masked(CONTINUATION, text[cut[1] : cut[2]], fin=False),
            masked(CONTINUATION, text[cut[2] :]),
        )
        while (frame := await raw.frame()).opcode == TEXT:
            pass
        assert (frame.opcode, frame.payload, frame.fin) == (PONG, b"still there?", True)
        await raw.hears(hear.Accepted)
    await visitor.hears_line("Grüße, 世界 👋")


async def test_a_frame_that_comes_byte_by_byte_is_read(house: House, visitor: Visitor) -> None:
    """The network cuts where it likes."""
    async with Raw(house) as raw:
        await raw.greet(visitor)
        for byte in masked(PING, b"slow") + masked(TEXT, b"{}"):
            await raw.send(bytes([byte]))
        while (frame := await raw.frame()).opcode == TEXT:
            pass
        assert (frame.opcode, frame.payload) == (PONG, b"slow")
        assert (await raw.hears(hear.Refused)).code == "malformed"
