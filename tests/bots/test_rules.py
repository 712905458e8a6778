"""The parts of the library that decide without doing anything."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk_bot.allowance import Allowance
from frontdesk_bot.hearing import Unknown, read
from frontdesk_bot.ids import answer_id, uuid7
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.values import Position
from frontdesk_bot.reading import Reading
from frontdesk_bot.verdict import Verdict, delay_before, verdict_of
from frontdesk_bot.wire import address_of
from server.core.ids import uuid7_ms

BOT, ASKED = UUID("01930000-1000-7c03-9b55-6e2daf803003"), UUID("01938c5a-9000-7107-9f99-a261e3c47007")


def test_an_answer_has_the_same_id_in_every_run() -> None:
    """The id is made of the bot, of what it answers and of which answer it is; docs/bots.md has these two."""
    assert answer_id(BOT, ASKED, 0) == UUID("01938c5a-9000-7823-8d40-1f5b7505958a")
    assert answer_id(BOT, ASKED, 1) == UUID("01938c5a-9000-7fd0-92b9-c09073da232b")


def test_the_ids_of_answers_are_good_ids() -> None:
    """They carry the time of what they answer, and no two are the same."""
    made = {answer_id(bot, ASKED, number) for bot in (BOT, ASKED) for number in (0, 1, 2**31, 2**32 - 1)}
    assert len(made) == 8
    assert {(each.version, uuid7_ms(each)) for each in made} == {(7, uuid7_ms(ASKED))}
    assert uuid7_ms(uuid7(1_733_200_412_345)) == 1_733_200_412_345


@pytest.mark.parametrize(
    ("code", "reason", "verdict"),
    [
        (4000, "", Verdict(come_back=True)),
        (4004, '{"retry_after": 3}', Verdict(come_back=True, wait=3)),
        (4006, "", Verdict(come_back=True, forget=True)),
        (4499, '{"retry_after": "soon"}', Verdict(come_back=True)),
        (4500, "", Verdict(come_back=False)),
        (4501, "", Verdict(come_back=False)),
        (4999, "", Verdict(come_back=False)),
        (1006, "", Verdict(come_back=True)),
        (1011, "not JSON", Verdict(come_back=True)),
    ],
)
def test_the_range_of_a_close_code_says_whether_to_come_back(code: int, reason: str, verdict: Verdict) -> None:
    """4500 to 4999 mean no."""
    assert verdict_of(code, reason) == verdict


@given(st.integers(0, 10_000), st.floats(0, 60))
def test_a_crowd_comes_back_spread_out(attempt: int, at_least: float) -> None:
    """Never sooner than was asked for, and never more than half a minute later."""
    assert max(0.5, at_least) <= delay_before(attempt, at_least) <= max(0.5, at_least) + 29.5
    assert delay_before(0, 0) <= 1.5


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://chat.example.com", "wss://chat.example.com/ws"),
        ("http://127.0.0.1:8000/", "ws://127.0.0.1:8000/ws"),
        ("wss://example.com/chat/ws", "wss://example.com/chat/ws"),
    ],
)
def test_the_address_of_the_pages_is_enough(url: str, address: str) -> None:
    """Whoever copies it from the browser is right."""
    assert address_of(url) == address


@pytest.mark.parametrize("url", ["chat.example.com", "ftp://example.com", "https://", ""])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    """The message says how one is written."""
    with pytest.raises(ValueError, match=r"https://chat\.example\.com"):
        address_of(url)


def test_what_a_newer_server_says_is_left_out() -> None:
    """Unknown frames mean nothing, unknown entries take their number, and what is known comes through."""
    entry = f'{{"type":"conversation_sung","id":"{ASKED}","conversation_id":"{BOT}","epoch":1,"seq":7,"after":6}}'
    assert read('{"type":"weather_changed","rain":true}') is None
    assert read(entry) == Unknown(ASKED, BOT, 7, 1, 6)
    answer = f'{{"conversation_id":"{BOT}","recovered":true,"position":{{"epoch":1,"seq":7}},"entries":[{entry}]}}'
    resumed = read(f'{{"type":"resumed","resumed":[{answer}]}}')
    assert isinstance(resumed, hear.ResumedFrame)
    assert resumed.resumed[0].position == Position(1, 7)


def _line(seq: int, epoch: int = 1) -> Unknown:
    return Unknown(UUID(int=seq), BOT, seq, epoch, seq - 1)


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)))
def test_lines_leave_in_order_each_once(arriving: list[int], again: list[int]) -> None:
    """However two nodes overtake each other, and however often they say it."""
    reading = Reading()
    reading.resumed(hear.Resumed(BOT, recovered=False, position=Position(1, 0)), None)
    left = [each.seq for seq in [*arriving, *again] for each in reading.place(_line(seq))]
    assert left == list(range(1, 9))
    assert not reading.has_hole


def test_a_hole_is_filled_from_the_position() -> None:
    """What came after the hole is kept, and comes when it is its turn."""
    reading = Reading()
    assert reading.place(_line(1)) == []
    assert [
        each.seq for each in reading.resumed(hear.Resumed(BOT, recovered=False, position=Position(1, 1)), None)
    ] == []
    assert reading.place(_line(4)) == []
    assert reading.has_hole
    missed = hear.Resumed(BOT, recovered=True, position=Position(1, 3), entries=[_line(2), _line(3)])  # type: ignore[list-item]
    assert [each.seq for each in reading.resumed(missed, Position(1, 1))] == [2, 3, 4]
    assert (reading.has_hole, reading.position) == (False, Position(1, 4))


def test_a_higher_epoch_is_asked_about_and_a_lower_one_is_old_news() -> None:
    """Numbers may come back with other lines, and a line that comes back is the same one."""
    reading = Reading()
    reading.resumed(hear.Resumed(BOT, recovered=False, position=Position(1, 5)), None)
    known = reading.place(_line(6))
    again = Unknown(known[0].id, BOT, 6, 2, 5)
    assert reading.place(again) == []
    assert reading.has_hole
    answer = hear.Resumed(BOT, recovered=True, position=Position(2, 5))
    assert reading.resumed(answer, Position(1, 5)) == []
    assert (reading.has_hole, reading.position) == (False, Position(2, 6))
    assert reading.place(_line(9)) == []
    assert not reading.has_hole


def test_an_allowance_is_spent_and_fills_again() -> None:
    """The server never has to say that the bot is too fast."""
    allowance = Allowance()
    allowance.set(10, 2)
    assert [allowance.take(), allowance.take()] == [0, 0]
    assert 0 < allowance.take() <= 0.1
    allowance.pause(5)
    assert 4 < allowance.take() <= 5
