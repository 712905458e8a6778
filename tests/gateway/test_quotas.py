"""What one organization may do on one node, so that its storm is nobody else's."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.people import Refused, Visitor
from tests.servers import Databases, House


@pytest.fixture(scope="module")
async def narrow(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases, with little room for each organization."""
    limits = {"FRONTDESK_ORGANIZATION_RATE": "3", "FRONTDESK_ORGANIZATION_SOCKETS": "3"}
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
