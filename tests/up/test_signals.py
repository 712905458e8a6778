"""Ctrl-C: once to stop, once more to hurry, and a launcher's echo counts for nothing."""

import signal
import time
from collections.abc import Iterator

import pytest

from server.up import signals
from server.up.signals import Wish
from tests.up.running import wait_until

TAKEN = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def wish() -> Iterator[Wish]:
    """A wish that this process's signals reach; afterwards they do what they did before."""
    before = {number: signal.getsignal(number) for number in TAKEN}
    # Whoever started the tests may have said nohup.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    made = Wish()
    made.listen()
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", TAKEN)
def test_a_signal_is_a_wish_to_stop(wish: Wish, number: signal.Signals) -> None:
    assert not wish.to_stop
    signal.raise_signal(number)
    assert wish.to_stop
    assert not wish.to_hurry


def test_the_echo_of_a_launcher_is_no_hurry(wish: Wish) -> None:
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    assert not wish.to_hurry


def test_a_second_wish_is_one_to_hurry(wish: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "_SAME_WISH", 0.05)
    signal.raise_signal(signal.SIGINT)
    begun = time.monotonic()
    wait_until(lambda: time.monotonic() - begun > 0.06)
    signal.raise_signal(signal.SIGHUP)
    assert not wish.to_hurry
    signal.raise_signal(signal.SIGINT)
    assert wish.to_hurry


def test_who_runs_it_under_nohup_may_close_the_terminal() -> None:
    before = {number: signal.getsignal(number) for number in TAKEN}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        wish = Wish()
        wish.listen()
        signal.raise_signal(signal.SIGHUP)
        assert not wish.to_stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
