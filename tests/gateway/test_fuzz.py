"""Streams of frames that a program makes up, cut anywhere: the server answers or closes, and nobody else notices.

A hundred or so, the same ones each time; with SOAK=1 thousands, others each time.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.conftest import Bystanders
from tests.gateway.oracle import verdict
from tests.gateway.raw import Event, Raw
from tests.gateway.rfc6455 import MOST_BYTES
from tests.gateway.streams import Pieces, bent, broken_talks, in_pieces, noise, talks, unfinished_talks
from tests.people import Visitor, eventually
from tests.servers import House
from tests.web.figures import scrape

IS_SOAK = os.environ.get("SOAK") == "1"
MINUTES = pytest.mark.timeout(3600 if IS_SOAK else 120)


def some(examples: int) -> settings:
    """So many in `make test`, thirty times as many in the soak."""
    return settings(
        max_examples=examples * (30 if IS_SOAK else 1), deadline=None, database=None, derandomize=not IS_SOAK,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.fixture(scope="module")
async def visitor(edge: House, neighbours: Bystanders) -> AsyncIterator[Visitor]:
    """Who sends it all. In the end nothing of it is left: no session, no connection, and no traceback in the log."""
    before, log = await _open(edge), edge.webs[0].log
    read = log.stat().st_size
    yield Visitor(neighbours.visitor.org)

    async def is_as_before() -> bool:
        (sessions, connections), (were, had) = await _open(edge), before
        # Browsers keep a connection for their next request, and let it go after a while.
        return sessions == were and connections <= had

    await eventually(is_as_before)
    told = log.read_bytes()[read:].decode().splitlines()
    assert [each for each in told if "Traceback" in each or '"level": "error"' in each or "failed" in each] == []


async def _open(house: House) -> tuple[list[float], int]:
    """The sessions at this web by kind, and the connections to its port."""
    page = await scrape(house)
    connections = psutil.Process(house.webs[0].pid).net_connections("tcp")
    at_port = [each for each in connections if each.laddr.port == house.ports[0] and each.status != psutil.CONN_LISTEN]
    return [page.of("frontdesk_sockets", kind) for kind in ("visitor", "member", "bot", "arriving")], len(at_port)


async def heard(house: House, visitor: Visitor | None, pieces: Pieces) -> tuple[Event, ...]:
    """What is heard up to the end by somebody who sends this, before or after it has said hello, and then no more."""
    async with Raw(house) as raw:
        if visitor is None:
            await raw.shake_hands()
        else:
            await raw.greet(visitor)
        with suppress(ConnectionError):
            for piece in pieces:
                await raw.send(piece)
                await asyncio.sleep(0)
            raw.ends_sending()
        return await raw.events()


@MINUTES
@some(120)
@given(in_pieces(talks | broken_talks | unfinished_talks))
async def test_frames_mean_what_another_library_says_however_they_are_cut(
    edge: House, visitor: Visitor, neighbours: Bystanders, pieces: Pieces
) -> None:
    """Each message is taken, each ping answered, and what breaks a rule closed with the code that the rule names."""
    meant = verdict(pieces.stream, MOST_BYTES)
    got, _ = await asyncio.gather(heard(edge, visitor, pieces), neighbours.go_on())
    # What stands right in front of a broken frame may go with it: picows reads one frame ahead, and closes first. Where
    # that was a text that is no UTF-8, it is the broken frame's code that is told.
    dropped = (*meant[:-2], *meant[-1:])
    assert got in (meant, dropped) or (got[:-1] == meant[:-1] and meant[-1] == 1007 and got[-1] in {1002, 1009})


@MINUTES
@some(60)
@given(in_pieces(noise | bent))
async def test_bytes_that_are_no_frames_are_closed_and_nothing_is_made_of_them(
    edge: House, visitor: Visitor, neighbours: Bystanders, pieces: Pieces
) -> None:
    """What is understood before the end is what another library understands, and it comes to an end."""
    meant = verdict(pieces.stream, MOST_BYTES)
    got: tuple[Event, ...] = ()
    with suppress(ConnectionError):
        got = await heard(edge, visitor, pieces)
    events = tuple(each for each in got if not isinstance(each, int))
    assert events == meant[: len(events)]
    await neighbours.go_on()


@MINUTES
@some(30)
@given(in_pieces(talks | broken_talks | noise))
async def test_before_a_hello_nothing_is_talked_about(
    edge: House, visitor: Visitor, neighbours: Bystanders, pieces: Pieces
) -> None:
    """Whatever is sent instead of it is refused to be read: pings are answered, no frame of the protocol is."""
    got: tuple[Event, ...] = ()
    with suppress(ConnectionError):
        got = await heard(edge, None, pieces)
    assert [each for each in got if isinstance(each, str)] == []
    await neighbours.go_on()


@MINUTES
@some(30)
@given(st.binary(max_size=300), st.booleans())
async def test_what_is_no_request_is_not_waited_for(
    edge: House, visitor: Visitor, neighbours: Bystanders, sent: bytes, is_half: bool
) -> None:
    """Bytes instead of a request, or behind half of one: the connection ends with the client's."""
    async with Raw(edge) as raw:
        with suppress(ConnectionError):
            await raw.send(b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n" * is_half, sent)
            raw.ends_sending()
        await raw.is_over()
    await neighbours.go_on()
