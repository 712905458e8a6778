"""What one organization may do on one node, so that its storm is nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.browser import Answer, Browser, is_refusal
from tests.people import Refused, Visitor, eventually
from tests.servers import Databases, House


@pytest.fixture(scope="module")
async def narrow(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases, with little room for each organization."""
    limits = {"FRONTDESK_ORGANIZATION_RATE": "3", "FRONTDESK_ORGANIZATION_SOCKETS": "3"}
    limits |= {"FRONTDESK_API_RATE": "2", "FRONTDESK_API_BURST": "15", "FRONTDESK_ORGANIZATION_API_RATE": "10"}
    async with House(databases, webs=1, workers=0, **limits) as made:
        yield made


async def test_one_organizations_storm_is_not_felt_by_another(narrow: House) -> None:
    """Its people share one allowance; it is told when to go on, and others do not notice."""
    stormy, calm = await narrow.organization(), await narrow.organization()
    async with AsyncExitStack() as stack:
        people = []
        for org in (stormy, stormy, calm):
            visitor = Visitor(org)
            await visitor.connect()
            stack.push_async_callback(visitor.leave)
            people.append(visitor)
        first, second, other = people
        one, two, three = [await each.start() for each in people]
        drafts = [(each, each.draft(topic, "!")) for _ in range(8) for each, topic in ((first, one), (second, two))]
        for each, draft in drafts:
            await each.send(draft)
        refused = []
        for each, draft in drafts:
            try:
                await each.answer(draft.id)
            except Refused as refusal:
                refused.append(refusal.frame)
        assert refused
        assert {each.code for each in refused} == {"too_fast"}
        assert {each.message for each in refused} == {"your organization spent its allowance"}
        assert all(each.retry_after and each.retry_after <= 1 for each in refused)
        assert (await other.say(three, "Quiet here")).seq == 2


async def test_one_organization_has_only_so_many_sockets(narrow: House) -> None:
    """The one above is closed and not let in again; when one goes there is room; others have their own."""
    full, other = await narrow.organization(), await narrow.organization()
    async with AsyncExitStack() as stack:
        inside = [Visitor(full) for _ in range(3)]
        for each in (*inside, Visitor(other)):
            await each.connect()
            stack.push_async_callback(each.leave)
        above = Visitor(full)
        with pytest.raises(AssertionError, match="4503"):
            await above.connect()
        await inside[0].leave()
        late = Visitor(full)
        await late.connect()
        stack.push_async_callback(late.leave)
        await late.start()


async def asks(browser: Browser, times: int, path: str = "/api/me", **headers: str | None) -> list[Answer]:
    """The answers to so many requests at once that were one too many."""
    found = await asyncio.gather(*(browser.get(path, **headers) for _ in range(times)))
    refused = [each for each in found if each.status != 200]
    for each in refused:
        assert is_refusal(each, 429, "too_fast")
        assert 0 < each.json["retry_after"] <= int(each.headers["retry-after"]) <= 2
    return refused


async def test_one_session_that_asks_too_often_is_told_when_to_go_on(narrow: House) -> None:
    """Others of the same organization do not notice, and neither does it after that time."""
    org = await narrow.organization()
    ada = await Browser(narrow).logged_in(org.email("ada"))
    refused = await asks(ada, 25)
    assert len(refused) >= 5
    assert {each.json["message"] for each in refused} == {"too many requests; wait a little"}
    ben = await Browser(narrow).logged_in(org.email("ben"))
    assert await asks(ben, 1) == []

    async def is_heard() -> bool:
        return not await asks(ada, 1)

    await eventually(is_heard)


async def test_one_visitor_that_asks_too_often_is_told_when_to_go_on(narrow: House) -> None:
    """By the routes as on the socket; the next visitor does not notice."""
    org = await narrow.organization()
    stormy, calm = Visitor(org), Visitor(org)
    tokens = [(await each.credentials()).token for each in (stormy, calm)]
    headers = [{"Authorization": f"Bearer {each}", "Sec_Fetch_Site": None} for each in tokens]
    assert len(await asks(Browser(narrow), 30, "/api/widget/conversations", **headers[0])) >= 5
    assert await asks(Browser(narrow), 1, "/api/widget/conversations", **headers[1]) == []


async def test_one_organization_s_programs_are_not_felt_by_another(narrow: House) -> None:
    """However many sessions and tokens it has, they share one allowance; its visitors have another."""
    stormy, calm = await narrow.organization(), await narrow.organization()
    people = [await Browser(narrow).logged_in(stormy.email(name)) for name in ("olga", "ada", "ben", "vera")]
    found = await asyncio.gather(*(asks(each, 15) for each in people))
    told = {each.json["message"] for refused in found for each in refused}
    assert told == {"your organization spent its allowance"}
    visitor = {"Authorization": f"Bearer {(await Visitor(stormy).credentials()).token}", "Sec_Fetch_Site": None}
    assert await asks(Browser(narrow), 1, "/api/widget/conversations", **visitor) == []
    other = await Browser(narrow).logged_in(calm.email("ada"))
    assert await asks(other, 1) == []
