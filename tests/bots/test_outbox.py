"""What a bot says is kept until it is stored, and leaves in order."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest

from frontdesk_bot.allowance import Allowance
from frontdesk_bot.harness import LIMITS
from frontdesk_bot.outbox import Outbox, Place, Rejected
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.codes import RefusalCode
from frontdesk_bot.protocol.values import Identity
from tests.bots.test_rules import ASKED, BOT
from tests.people import eventually

ONE, TWO = UUID(int=1), UUID(int=2)
WELCOME = hear.Welcome(ASKED, Identity("bot", BOT, "Robbie", ASKED), 0, msgspec.structs.replace(LIMITS, in_flight=2))


class Desk:
    """An outbox, and what it has sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.allowance = Allowance()
        self.allowance.set(1000, 1000)
        self.outbox = Outbox(self._send, self.allowance)
        self.outbox.welcomed(WELCOME)
        self._ids: Iterator[int] = iter(range(100, 200))

    def _send(self, frame: say.ClientFrame) -> bool:
        assert isinstance(frame, say.PostMessage)
        self.sent.append(frame.body)
        return True

    def post(self, conversation_id: UUID, body: str) -> say.PostMessage:
        """Say something."""
        frame = say.PostMessage(UUID(int=next(self._ids)), conversation_id, body)
        self.outbox.add(frame)
        return frame

    def accept(self, frame: say.PostMessage, seq: int, epoch: int = 1) -> None:
        """The server gives it a number."""
        self.outbox.accepted(hear.Accepted(frame.id, frame.conversation_id, epoch, seq, seq - 1, 0))

    def refuse(self, frame: say.PostMessage, code: RefusalCode, retry_after: float | None = None) -> None:
        """The server does not take it."""
        self.outbox.refused(hear.Refused(code, "", frame.id, frame.conversation_id, retry_after))


@pytest.fixture
async def desk() -> Desk:
    """Welcome, with two frames in flight at most."""
    return Desk()


async def test_one_of_each_conversation_is_on_its_way(desk: Desk) -> None:
    """And no more than the server allows."""
    first, other = desk.post(ONE, "1a"), desk.post(TWO, "2a")
    for conversation_id, body in ((ONE, "1b"), (UUID(int=3), "3a"), (TWO, "2b")):
        desk.post(conversation_id, body)
    assert desk.sent == ["1a", "2a"]
    desk.accept(first, 1)
    assert desk.sent == ["1a", "2a", "3a"]
    desk.accept(other, 1)
    assert desk.sent == ["1a", "2a", "3a", "1b"]


async def test_what_is_not_stored_goes_again_after_a_new_connection(desk: Desk) -> None:
    """Under the same ids, in the same order; what is stored does not."""
    frames = [desk.post(ONE, body) for body in "abc"]
    for seq, frame in enumerate(frames[:2], 1):
        desk.accept(frame, seq)
    desk.outbox.stored(ONE, Place(1, 1))
    desk.outbox.parted()
    desk.post(ONE, "d")
    desk.sent.clear()
    desk.outbox.welcomed(WELCOME)
    for seq, frame in enumerate(frames[1:], 2):
        desk.accept(frame, seq)
    assert desk.sent == ["b", "c", "d"]


async def test_later_means_later_and_turns_no_order_round(desk: Desk) -> None:
    """What the server could not take now is sent first when it can."""
    first = desk.post(ONE, "a")
    desk.post(ONE, "b")
    desk.refuse(first, RefusalCode.BUSY, 0.05)
    assert desk.sent == ["a"]
    await eventually(lambda: _said(desk, ["a", "a"]))
    desk.accept(first, 1)
    assert desk.sent == ["a", "a", "b"]


async def test_no_means_no_and_whoever_said_it_is_told(desk: Desk) -> None:
    """The next one is sent all the same."""
    frame = desk.post(ONE, "a")
    answer = desk.outbox.add(frame)
    desk.post(ONE, "b")
    desk.refuse(frame, RefusalCode.STALE_TURN)
    with pytest.raises(Rejected, match="stale_turn"):
        await answer
    assert desk.sent == ["a", "b"]


async def test_a_higher_epoch_sends_again_what_the_lower_may_have_lost(desk: Desk) -> None:
    """Unless the answer still names the lower one: then it had been stored."""
    frame = desk.post(ONE, "a")
    desk.accept(frame, 5)
    desk.outbox.stored(ONE, Place(2, 4))
    assert desk.sent == ["a", "a"]
    desk.accept(frame, 5)
    await desk.outbox.drained()


async def test_it_is_empty_when_all_is_stored(desk: Desk) -> None:
    """`accepted` is not enough to forget it."""
    frame = desk.post(ONE, "a")
    desk.accept(frame, 5)
    desk.outbox.stored(ONE, Place(1, 4))
    with pytest.raises(TimeoutError):
        await _drained_within(desk, 0.05)
    desk.outbox.stored(ONE, Place(1, 5))
    await desk.outbox.drained()


async def _drained_within(desk: Desk, seconds: float) -> None:
    await asyncio.wait_for(desk.outbox.drained(), seconds)


async def _said(desk: Desk, bodies: list[str]) -> bool:
    return desk.sent == bodies
