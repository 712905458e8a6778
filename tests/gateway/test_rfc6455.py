"""The table of RFC 6455, line by line: as one packet, and byte by byte; and what the websockets package says to it."""

from contextlib import suppress

import pytest

from tests.gateway.conftest import Bystanders
from tests.gateway.oracle import verdict
from tests.gateway.raw import Event, Raw
from tests.gateway.rfc6455 import CASES, MOST_BYTES
from tests.people import Visitor
from tests.servers import House

# Above this a frame in single bytes would only take long.
SMALL = 600


@pytest.fixture(scope="module")
async def visitor(neighbours: Bystanders) -> Visitor:
    """Somebody whose token opens the raw sockets of this file."""
    return Visitor(neighbours.visitor.org)


async def heard(house: House, visitor: Visitor, *parts: bytes, ends: bool) -> tuple[Event, ...]:
    """What is heard on a fresh socket where these bytes were sent; `ends` if the client says no more after them."""
    async with Raw(house) as raw:
        await raw.greet(visitor)
        # Who is closed in the middle of its sentence hears nothing else than who is closed behind it.
        with suppress(ConnectionError):
            for part in parts:
                await raw.send(part)
            if ends:
                raw.ends_sending()
        return await raw.events()


@pytest.mark.parametrize("name", CASES)
async def test_a_line_of_the_table_is_answered_as_it_says(
    edge: House, visitor: Visitor, neighbours: Bystanders, name: str
) -> None:
    """The client hears just that, however the network cuts it; who else is connected notices nothing."""
    case = CASES[name]
    # A close ends the connection from our side; where nothing is closed the client does.
    ends = not (case.heard and isinstance(case.heard[-1], int))
    assert await heard(edge, visitor, case.sent, ends=ends) == case.heard, f"RFC 6455, {case.section}"
    if len(case.sent) < SMALL:
        single = (bytes([each]) for each in case.sent)
        assert await heard(edge, visitor, *single, ends=ends) == case.heard, f"RFC 6455, {case.section}, byte by byte"
    await neighbours.go_on()


@pytest.mark.parametrize("name", CASES)
def test_another_library_says_the_same_or_the_table_says_why_not(name: str) -> None:
    """A reason that is none any more is found, too."""
    case = CASES[name]
    assert (verdict(case.sent, MOST_BYTES) == case.heard) == (not case.because)
