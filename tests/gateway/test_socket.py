"""What the socket's frames carry into a conversation; the frames by themselves are in the table of rfc6455.py."""

import logging

import msgspec
import pytest

import server.gateway.socket  # noqa: F401 - it tells the library what to log
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.gateway.raw import CONTINUATION, PING, PONG, TEXT, Raw, masked
from tests.servers import House


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


def test_a_mistake_of_ours_is_logged_and_a_client_s_is_not(caplog: pytest.LogCaptureFixture) -> None:
    """The socket library tells both as errors: without a traceback anybody could fill the log."""
    library = logging.getLogger("picows")
    library.error("WS parser error: a client set a reserved bit")
    try:
        int("what a listener may stumble over")
    except ValueError:
        library.exception("Initiate disconnect because of exception from WSListener.on_ws_frame")
    assert [each.exc_info is not None for each in caplog.records] == [True]
