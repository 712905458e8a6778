"""The circuit breaker of bots: what it promises, whatever fails in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.routing.breaker import (
    ENOUGH,
    IN_A_ROW,
    LONGEST_REST_MS,
    REST_MS,
    SHARE,
    TRIAL_MS,
    WINDOW,
    begin_trial,
    step,
)
from server.domain.routing.types import Condition, Failure

failures: st.SearchStrategy[Failure] = st.sampled_from(["not_connected", "slow", "failing"])
# An answer, one that failed, or an attempt to give it something; and how many milliseconds later.
happenings = st.lists(st.tuples(st.sampled_from(["answer", "failure", "offer"]), st.integers(0, 200_000)), max_size=60)


@given(happenings, st.data())
def test_an_unwell_bot_rests_is_tried_by_one_at_a_time_and_heals_by_an_answer(
    events: list[tuple[str, int]], data: st.DataObject
) -> None:
    """It never rests for ever, and never heals by itself."""
    condition, now, trial_ends = Condition(), 1_000_000, 0
    for event, later in events:
        now += later
        was = condition
        if event == "offer":
            trial = begin_trial(was, now)
            if was.status == "healthy" or (was.retry_at is not None and now < was.retry_at):
                assert trial is None
            else:
                assert trial is not None
                assert now >= trial_ends
                trial_ends = now + TRIAL_MS
                condition = trial
        else:
            failure = data.draw(failures) if event == "failure" else None
            condition = step(was, failure, now)
            assert len(condition.outcomes) <= WINDOW
            if condition.status == "unhealthy" and was.status != "unhealthy":
                assert failure is not None
                assert condition.retry_at is not None
                assert REST_MS <= condition.retry_at - now <= LONGEST_REST_MS
                trial_ends = 0
            if condition.status == "healthy" and was.status != "healthy":
                assert (was.status, failure) == ("trying", None)
                assert condition == Condition(since=now)
        assert (condition.status == "healthy") == (condition.retry_at is None)


def test_so_many_in_a_row_trip_it() -> None:
    """One less, and an answer between, do not."""
    condition = Condition()
    for failure in ("slow", "failing", None, "slow", "slow"):
        condition = step(condition, failure, 5)
        assert condition.status == "healthy"
    assert step(condition, "slow", 6).status == "unhealthy"
    assert IN_A_ROW == 3


def test_half_of_enough_trips_it() -> None:
    """Where every other answer fails it is never three in a row."""
    condition, count = Condition(), 0
    while condition.status == "healthy":
        count += 1
        condition = step(condition, "failing" if count % 2 else None, 0)
    assert (count, SHARE) == (ENOUGH + 1, 0.5)


def test_one_that_is_gone_trips_at_once_and_each_relapse_rests_longer() -> None:
    """Twice as long each time, to an end."""
    condition, rests = step(Condition(), "not_connected", 0), []
    for _ in range(8):
        assert condition.retry_at is not None
        rests.append(condition.retry_at - condition.since)
        trial = begin_trial(condition, condition.retry_at)
        assert trial is not None
        assert begin_trial(trial, trial.since + 1) is None
        condition = step(trial, "slow", trial.since)
    assert rests[:3] == [REST_MS, 2 * REST_MS, 4 * REST_MS]
    assert rests[-1] == LONGEST_REST_MS


def test_of_a_bot_that_answers_nothing_is_kept() -> None:
    """A failure is forgotten with enough answers."""
    condition = step(Condition(), "slow", 0)
    for _ in range(WINDOW):
        condition = step(condition, None, 0)
    assert condition == Condition()
