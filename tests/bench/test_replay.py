"""Real dialogues, played by visitors and agents, stand everywhere exactly as they were said; and the comparison that
says so objects to every kind of damage.
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

import pytest

from bench.corpus import some_dialogues
from bench.replay import replay, stored_rows
from bench.verdict import Performance, Row, compare, compare_all
from tests.servers import House


class Played(NamedTuple):
    """A short replay, and what Postgres holds of it."""

    performances: list[Performance]
    rows: dict[UUID, list[Row]]

    def longest(self) -> tuple[Performance, list[Row]]:
        """The performance with the most lines, as copies that may be damaged."""
        found = max((each for each in self.performances if not each.visitor.was_cut), key=lambda each: len(each.said))
        return found, list(self.rows[found.conversation_id])


@pytest.fixture(scope="module")
async def played(house: House) -> Played:
    """Forty dialogues, one of each language among them."""
    performances = await replay(house, some_dialogues(40, seed=7), at_once=16, seed=7)
    rows = await stored_rows(house, performances)
    return Played(performances, rows)


async def test_what_was_said_is_what_everybody_sees_and_what_is_stored(played: Played) -> None:
    """Forty dialogues in all languages, some with a socket lost on the way: nothing lost, doubled or out of order."""
    assert len({each.dialogue.language for each in played.performances}) == 28
    assert any(each.visitor.was_cut for each in played.performances)
    differences = compare_all(played.performances, played.rows)
    assert differences == []


def _dropped(seen: list[NamedTuple], at: int) -> None:
    del seen[at]


def _doubled(seen: list[NamedTuple], at: int) -> None:
    seen.append(seen[at])


def _swapped(seen: list[NamedTuple], at: int) -> None:
    """Two lines of talk keep their numbers and change their places; a decision may stand between them."""
    before = max(number for number, each in enumerate(seen[:at]) if each.type == "message_posted")  # type: ignore[attr-defined]
    here = at
    names = ("id", "type", "body")
    first, second = ({name: getattr(seen[each], name) for name in names} for each in (before, here))
    seen[before], seen[here] = seen[before]._replace(**second), seen[here]._replace(**first)


def _altered(seen: list[NamedTuple], at: int) -> None:
    seen[at] = seen[at]._replace(body="something else")


DAMAGES = [(_dropped, "lost"), (_doubled, "twice"), (_swapped, "order"), (_altered, "changed")]


@pytest.mark.parametrize(("damage", "kind"), DAMAGES)
@pytest.mark.parametrize("where", ["visitor", "agent", "postgres"])
async def test_the_comparison_objects_to_damage(
    played: Played, where: str, damage: Callable[[list[NamedTuple], int], None], kind: str
) -> None:
    """A line that is dropped, doubled, swapped with its neighbour or altered is told, and where."""
    performance, rows = played.longest()
    side = {"visitor": performance.visitor, "agent": performance.agent}.get(where)
    record: list[NamedTuple] = rows if side is None else side.seen  # type: ignore[assignment]
    record.sort(key=lambda each: each.seq)  # type: ignore[attr-defined]
    whole = list(record)
    talk = [number for number, each in enumerate(record) if each.type == "message_posted"]  # type: ignore[attr-defined]
    try:
        damage(record, talk[-1])
        told = compare(performance, rows)
    finally:
        record[:] = whole
    assert kind in {each.kind for each in told if each.where == where}


async def test_the_comparison_objects_to_a_hole(played: Played) -> None:
    """A number that its audience cannot see may be missing; one that it should have seen may not."""
    performance, rows = played.longest()
    whole = list(performance.visitor.seen)
    last = max(whole, key=lambda each: each.seq)
    performance.visitor.seen[:] = [each if each is not last else each._replace(after=last.seq - 2) for each in whole]
    told = compare(performance, rows)
    performance.visitor.seen[:] = whole
    assert [(each.kind, each.where) for each in told] == [("hole", "visitor")]
