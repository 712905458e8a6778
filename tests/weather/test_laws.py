"""The laws object to everything that they are for: each case spoils one thing in a record without fault."""

from collections.abc import Callable
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol.client_frames import PostMessage
from tests.weather.laws import Row, Seen, Stored, broken

CONVERSATION = UUID(int=7)
SAID = [PostMessage(uuid7(), CONVERSATION, f"line {number}") for number in range(4)]
ROWS = [Row(CONVERSATION, 1, number, each.id, each.body) for number, each in enumerate(SAID, 2)]
START = Row(CONVERSATION, 1, 1, uuid7(), None)
SHOWN = [(each.id, each.body) for each in SAID]


def without_fault() -> tuple[list[Row], list[Seen]]:
    """Four lines of one visitor, seen by an agent as well."""
    visitor = Seen(
        {each.id: each for each in SAID}, {row.id: (1, row.seq) for row in ROWS}, {CONVERSATION: list(SHOWN)}
    )
    return [START, *ROWS], [visitor, Seen({}, {}, {CONVERSATION: list(SHOWN)})]


def judged(rows: list[Row], seen: list[Seen], counted: tuple[int, int] = (4, 5)) -> list[str]:
    return broken(Stored(rows, {CONVERSATION: counted}), seen)


def test_what_is_right_is_not_objected_to() -> None:
    assert judged(*without_fault()) == []


SPOILED: dict[str, Callable[[list[Row]], list[Row]]] = {
    "lost": lambda rows: rows[:-1],
    "twice": lambda rows: [*rows, rows[-1]._replace(seq=6)],
    "changed": lambda rows: [*rows[:-1], rows[-1]._replace(body="another")],
    "said by nobody": lambda rows: [*rows, Row(CONVERSATION, 1, 6, uuid7(), "ghost")],
    "a hole": lambda rows: [*rows[:-1], rows[-1]._replace(seq=9)],
    "a number twice": lambda rows: [*rows[:-1], rows[-1]._replace(seq=4)],
    "order": lambda rows: [*rows[:3], rows[3]._replace(seq=5), rows[4]._replace(seq=4)],
    "epochs": lambda rows: [rows[0]._replace(epoch=2), *rows[1:]],
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_postgres_may_not_tell_it_otherwise(spoil: Callable[[list[Row]], list[Row]]) -> None:
    rows, seen = without_fault()
    assert judged(spoil(rows), seen)


@pytest.mark.parametrize("shown", [SHOWN[:-1], SHOWN[::-1], [*SHOWN, (uuid7(), "ghost")], [*SHOWN, SHOWN[0]]])
def test_a_screen_may_not_show_it_otherwise(shown: list[tuple[UUID, str]]) -> None:
    rows, (visitor, agent) = without_fault()
    assert judged(rows, [visitor, agent._replace(shown={CONVERSATION: shown})])


def test_a_promise_is_kept_to_the_number() -> None:
    """Unless that number is void, because Postgres had the line already."""
    rows, (visitor, agent) = without_fault()
    later = visitor._replace(promised={**visitor.promised, SAID[-1].id: (2, 6)})
    assert judged(rows, [later, agent])
    assert judged([*rows, Row(CONVERSATION, 2, 6, uuid7(), None)], [later, agent], (4, 6)) == []


@pytest.mark.parametrize("counted", [(3, 5), (4, 4)])
def test_figures_are_right(counted: tuple[int, int]) -> None:
    assert judged(*without_fault(), counted)
