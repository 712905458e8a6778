"""Answers that may be a few seconds old."""

import pytest

from server.core.errors import Unavailable
from server.core.fresh import Fresh


class Database:
    """Counts how often it is asked, and can go away."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked: list[str] = []
        self.is_away = False

    async def look_up(self, key: str) -> str:
        self.asked.append(key)
        if self.is_away:
            raise Unavailable("away")
        return f"{key}@{self.now:.0f}"

    def fresh(self, most: int = 100) -> Fresh[str, str]:
        return Fresh(self.look_up, lambda: self.now, seconds=5, spare=600, most=most)


async def test_an_answer_is_asked_for_again_when_it_is_old() -> None:
    database = Database()
    fresh = database.fresh()
    assert [await fresh.get("a"), await fresh.get("a")] == ["a@1000", "a@1000"]
    database.now += 5
    assert await fresh.get("a") == "a@1005"
    assert database.asked == ["a", "a"]


async def test_while_the_database_is_away_the_last_answer_stands_for_a_while() -> None:
    database = Database()
    fresh = database.fresh()
    await fresh.get("a")
    database.is_away = True
    database.now += 594
    assert [await fresh.get("a"), await fresh.get("a")] == ["a@1000", "a@1000"]
    assert database.asked == ["a", "a"], "the second one waited for the database again"
    with pytest.raises(Unavailable):
        await fresh.get("b")
    database.now += 6
    with pytest.raises(Unavailable):
        await fresh.get("a")


async def test_what_is_forgotten_is_asked_for_again() -> None:
    database = Database()
    fresh = database.fresh()
    await fresh.get("a")
    database.now += 1
    fresh.forget("a")
    fresh.forget("never known")
    assert await fresh.get("a") == "a@1001"


async def test_strangers_keys_do_not_fill_the_memory() -> None:
    database = Database()
    fresh = database.fresh(most=2)
    for key in ("a", "b", "c", "b", "a"):
        await fresh.get(key)
    assert database.asked == ["a", "b", "c", "a"]


async def test_an_answer_that_was_on_its_way_when_it_changed_is_not_kept() -> None:
    """The look-up read the old row, and the notice of the change overtook it."""
    database = Database()
    fresh = database.fresh()
    look_up, changes = database.look_up, iter([True])

    async def slow(key: str) -> str:
        told = await look_up(key)
        if next(changes, False):
            database.now += 1
            fresh.forget_where(lambda answer: answer == "b@1000")
        return told

    fresh = Fresh(slow, lambda: database.now, seconds=5, spare=600, most=9)
    assert await fresh.get("a") == "a@1001"
    assert await fresh.get("a") == "a@1001"


async def test_what_is_stale_is_asked_for_again_and_the_rest_is_not() -> None:
    """One notice concerns few of many answers."""
    database = Database()
    fresh = database.fresh()
    for key in ("a", "b"):
        await fresh.get(key)
    database.now += 1
    fresh.forget_where(lambda answer: answer.startswith("a"))
    assert [await fresh.get("a"), await fresh.get("b")] == ["a@1001", "b@1000"]


async def test_after_a_gap_everything_is_asked_for_again_where_somebody_can_be_asked() -> None:
    """Whoever was known goes on while the database is away."""
    database = Database()
    fresh = database.fresh()
    await fresh.get("a")
    database.now += 1
    fresh.forget_all()
    database.is_away = True
    assert await fresh.get("a") == "a@1000"
    database.now += 5
    database.is_away = False
    assert await fresh.get("a") == "a@1006"
