"""Token buckets."""

import pytest

from server.core.limits import Bucket, Buckets, address_key


def test_a_burst_passes_at_once_and_then_one_at_a_time() -> None:
    bucket = Bucket(rate=2.0, burst=3)
    assert [bucket.take(100.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(100.25) == pytest.approx(0.25)
    assert bucket.take(100.5) == 0.0
    assert bucket.take(100.5) == pytest.approx(0.5)


def test_a_refusal_costs_nothing() -> None:
    bucket = Bucket(rate=1.0, burst=1)
    bucket.take(100.0)
    assert [bucket.take(100.5) for _ in range(50)] == [pytest.approx(0.5)] * 50
    assert bucket.take(101.0) == 0.0


def test_a_long_rest_gives_no_more_than_the_burst() -> None:
    bucket = Bucket(rate=5.0, burst=2)
    bucket.take(100.0)
    assert [bucket.take(9999.0) == 0.0 for _ in range(3)] == [True, True, False]


def test_a_clock_that_runs_backwards_neither_gives_nor_takes() -> None:
    bucket = Bucket(rate=1.0, burst=1)
    assert bucket.take(100.0) == 0.0
    assert bucket.take(50.0) == pytest.approx(1.0)
    assert bucket.take(101.0) == 0.0


def test_dear_things_cost_more() -> None:
    bucket = Bucket(rate=1.0, burst=10)
    assert bucket.take(100.0, cost=8.0) == 0.0
    assert bucket.take(100.0, cost=5.0) == pytest.approx(3.0)


@pytest.mark.parametrize(("rate", "burst"), [(0.0, 1), (-1.0, 1), (1.0, 0.5)])
def test_a_bucket_that_never_gives_is_refused(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="bucket"):
        Bucket(rate, burst)


def test_one_address_spending_its_allowance_does_not_touch_another() -> None:
    buckets = Buckets(rate=1.0, burst=1, most=10)
    assert buckets.take("a", 100.0) == 0.0
    assert buckets.take("a", 100.0) > 0.0
    assert buckets.take("b", 100.0) == 0.0


def test_the_address_not_seen_for_longest_is_forgotten_first() -> None:
    buckets = Buckets(rate=0.001, burst=1, most=2)
    for key in ("a", "b", "a", "c"):
        buckets.take(key, 100.0)
    assert len(buckets) == 2
    assert buckets.take("a", 100.0) > 0.0
    assert buckets.take("b", 100.0) == 0.0


def test_addresses_of_one_network_count_as_one() -> None:
    assert address_key("2001:db8:1:2:3:4:5:6") == address_key("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert address_key("2001:db8:1:3::9") != address_key("2001:db8:1:2::9")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1") == "192.0.2.1"
    assert address_key("unix") == "unix"
