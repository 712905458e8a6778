"""The circuit breaker of bots: a pure step from one answer, or one that failed, to the next condition."""

from server.domain.routing.types import Condition, Failure

# So many answers that failed one after the other, or this share of the last ones where there are enough of them.
IN_A_ROW = 3
WINDOW, ENOUGH, SHARE = 20, 10, 0.5
# How long nobody is given to it; each time that it fails again when it is tried, twice as long.
REST_MS, LONGEST_REST_MS = 30_000, 600_000
# How long the one that tries it may take, before another may.
TRIAL_MS = 60_000


def step(was: Condition, failure: Failure | None, now: int) -> Condition:
    """What a bot's condition is after an answer, or after one that failed; `now` is in milliseconds."""
    outcomes = [*was.outcomes, failure is not None][-WINDOW:]
    if failure is None:
        if was.status == "trying" or (was.status == "healthy" and True not in outcomes):
            return Condition(since=now if was.status == "trying" else was.since)
        return Condition(was.status, was.reason, was.since, was.retry_at, outcomes, was.relapses)
    if was.status == "healthy" and not _is_tripped(outcomes, failure):
        return Condition("healthy", None, was.since, None, outcomes, was.relapses)
    if was.status == "unhealthy":
        # What it held before it was given no more.
        return Condition(was.status, was.reason, was.since, was.retry_at, outcomes, was.relapses)
    relapses = was.relapses + (was.status == "trying")
    rest = min(REST_MS * 2**relapses, LONGEST_REST_MS)
    return Condition("unhealthy", failure, now, now + rest, outcomes, relapses)


def begin_trial(was: Condition, now: int) -> Condition | None:
    """The condition of a bot that one conversation tries; None for one that is healthy, or has to rest."""
    if was.status == "healthy" or was.retry_at is None or now < was.retry_at:
        return None
    return Condition("trying", was.reason, now, now + TRIAL_MS, was.outcomes, was.relapses)


def _is_tripped(outcomes: list[bool], failure: Failure) -> bool:
    # One that is gone has failed everybody who waits for it.
    if failure == "not_connected":
        return True
    is_row = len(outcomes) >= IN_A_ROW and all(outcomes[-IN_A_ROW:])
    return is_row or (len(outcomes) >= ENOUGH and sum(outcomes) >= SHARE * len(outcomes))
