"""Who is there: what an agent chose, whether one of its sockets lives, and what visitors are told of both."""

import time
from typing import Any
from uuid import UUID

import pytest

from server.protocol import server_frames as hear
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.people import Person, Visitor, eventually
from tests.servers import House, Organization

COMINGS = ("agent_connected", "agent_disconnected")


async def _seat(house: House, agent_id: UUID) -> dict[str, Any]:
    (row,) = await house.glance("select * from agent where id = $1", agent_id)
    return row


async def _events(house: House, agent_id: UUID, *kinds: str) -> list[str]:
    asked = "select kind from event where subject_id = $1 and kind = any($2) order by at"
    return [row["kind"] for row in await house.glance(asked, agent_id, list(kinds))]


async def _is(house: House, agent_id: UUID, *, connected: bool) -> None:
    async def so() -> bool:
        return bool((await _seat(house, agent_id))["is_connected"] is connected)

    await eventually(so)


async def _choose(house: House, org: Organization, name: str, availability: str, reason: str = "") -> Any:
    browser = await Browser(house).logged_in(org.email(name))
    answer = await browser.ask(
        "PUT", "/api/me/availability", {"availability": availability, "availability_reason": reason}
    )
    assert answer.status == 200, answer.text
    return answer.json


async def _hears(visitor: Visitor, *, is_online: bool) -> None:
    """The last that the visitor was told."""

    async def so() -> bool:
        told = [each.is_online for each in visitor.heard if isinstance(each, hear.AvailabilityChanged)]
        return told[-1:] == [is_online]

    await eventually(so)


async def test_what_an_agent_chose_stays_until_the_agent_chooses_again(people: Cast, house: House) -> None:
    """Whatever devices come and go; the same choice twice is one event, and a new reason begins no new time."""
    org = people.org
    before = (await (await Browser(house).logged_in(org.email("ada"))).get("/api/me")).json
    assert (before["availability"], before["availability_reason"]) == ("online", "")
    chosen = await _choose(house, org, "ada", "away", "  Lunch\u202e\n")
    ada = UUID(chosen["agent_id"])
    assert (chosen["availability"], chosen["availability_reason"]) == ("away", "Lunch")
    since = (await _seat(house, ada))["availability_at"]
    await _choose(house, org, "ada", "away", "Lunch")
    assert await _events(house, ada, "availability_changed") == ["availability_changed"]
    await _choose(house, org, "ada", "away", "Doctor")
    assert (await _seat(house, ada))["availability_at"] == since
    for node in (0, 1):
        await people.agent("ada", node=node)
    await _is(house, ada, connected=True)
    me = (await (await Browser(house, node=1).logged_in(org.email("ada"))).get("/api/me")).json
    assert (me["availability"], me["availability_reason"]) == ("away", "Doctor")
    assert await _events(house, ada, "availability_changed") == ["availability_changed"] * 2


@pytest.mark.parametrize(
    "body",
    [
        {"availability": "offline"},
        {"availability": "asleep"},
        {},
        {"availability": "away", "availability_reason": "x" * 81},
    ],
)
async def test_nobody_chooses_what_there_is_not(house: House, org: Organization, body: dict[str, str]) -> None:
    """Offline is what is shown, and no choice."""
    ada = await Browser(house).logged_in(org.email("ada"))
    assert is_refusal(await ada.ask("PUT", "/api/me/availability", body), 422, "invalid")


async def test_an_agent_comes_and_goes_once_over_all_its_sockets(people: Cast, house: House) -> None:
    """With the first and with the end of the last one's grace, on whatever node; a bot like a person."""
    first, second, bot = await people.agent(), await people.agent(node=1), await people.bot(node=1)
    ada, robbie = first.id, bot.welcome.identity.id
    everybody: list[tuple[UUID, Person]] = [(ada, second), (robbie, bot)]
    for who, _ in everybody:
        await _is(house, who, connected=True)
    await first.leave_socket()
    # On the way to the next page: within the grace it never was away.
    for who, person in everybody:
        await person.leave_socket()
        await person.connect(node=0)
        assert await _events(house, who, *COMINGS) == ["agent_connected"]
    left = time.time()
    for _, person in everybody:
        await person.leave_socket()
    for who, _ in everybody:
        await _is(house, who, connected=False)
        assert await _events(house, who, *COMINGS) == [*COMINGS]
        assert abs((await _seat(house, who))["last_seen_at"].timestamp() - left) < 1
    assert time.time() - left > 2


async def test_a_visitor_is_told_that_somebody_is_there_only_while_it_is_so(people: Cast, house: House) -> None:
    """Connected, online by choice, and somebody who may answer: a person who is none of these is nobody."""
    org = people.org
    visitors = [await people.visitor(), await people.visitor(node=1)]

    async def hear_all(*, is_online: bool) -> None:
        for each in visitors:
            await _hears(each, is_online=is_online)

    await hear_all(is_online=False)
    vera, robbie = await people.agent("vera"), await people.bot()
    for who in (vera.id, robbie.welcome.identity.id):
        await _is(house, who, connected=True)
    await _choose(house, org, "ada", "busy", "On the phone")
    ada = await people.agent(node=1)
    await _is(house, ada.id, connected=True)
    late = await people.visitor()
    await _hears(late, is_online=False)
    await _choose(house, org, "ada", "online")
    await hear_all(is_online=True)
    await _choose(house, org, "ada", "away")
    await hear_all(is_online=False)
    await _choose(house, org, "ada", "online")
    await hear_all(is_online=True)
    await ada.leave_socket()
    await hear_all(is_online=False)
    told = [each.is_online for each in visitors[0].heard if isinstance(each, hear.AvailabilityChanged)]
    assert told == [False, True, False, True, False]
