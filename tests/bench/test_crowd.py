"""The crowd of the bench objects to what a visitor must not meet."""

import asyncio

import msgspec

from bench.crowd import Crowd, Guest


def entry(seq: int, after: int) -> bytes:
    return msgspec.json.encode({"type": "message_posted", "epoch": 1, "seq": seq, "after": after})


def test_what_is_missing_is_noticed() -> None:
    """Whether it came live or in a welcome; what comes twice is no trouble."""
    crowd, guest = Crowd(), Guest({})
    for each in (entry(1, 0), entry(2, 1), entry(2, 1)):
        crowd._heard(guest, each)
    assert (guest.seq, crowd.troubles) == (2, [])
    crowd._heard(guest, entry(4, 3))
    assert crowd.troubles == ["a hole before 4: 2 was the last"]
    resumed = {"recovered": False, "entries": []}
    crowd._heard(guest, msgspec.json.encode({"type": "welcome", "resumed": [resumed]}))
    assert len(crowd.troubles) == 2


async def test_who_is_not_back_is_counted() -> None:
    """Live, and up to the number that everybody must have."""
    crowd = Crowd()
    crowd.guests = [Guest({}), Guest({}), Guest({})]
    for each, seq in zip(crowd.guests, (4, 3, 4), strict=True):
        each.is_live, each.seq = True, seq
    crowd.guests[2].is_live = False
    async with asyncio.timeout(5):
        told = await crowd.settled(seq=4, seconds=0.05)
    assert told["missing"] == 2
