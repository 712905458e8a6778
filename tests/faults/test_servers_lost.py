"""What holds when a process or a database dies; each story has an installation of its own to break."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.codes import RefusalCode
from server.protocol.values import Position
from tests.conftest import Cast
from tests.people import Person, Refused, Visitor, eventually
from tests.servers import House, running


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """An installation to break: short leases, a short deadline, Postgres that keeps what it commits."""
    async with running(
        FRONTDESK_COMMAND_DEADLINE="1",
        FRONTDESK_CANARY_EVERY="0.3",
        FRONTDESK_CANARY_DEADLINE="1",
        FRONTDESK_DRAIN="0.2",
        FRONTDESK_VISITOR_RATE="500",
    ) as made:
        yield made


@pytest.fixture
async def people(house: House) -> AsyncIterator[Cast]:
    """People of a company in that installation."""
    async with AsyncExitStack() as stack:
        yield Cast(await house.organization(), stack)


async def _said(person: Person, conversation: UUID, body: str) -> hear.Accepted:
    """Say something as a real client does: again, with the same id, until it is accepted."""
    draft = person.draft(conversation, body)

    async def tried() -> hear.Accepted | None:
        if person.close_code is not None:
            await person.connect()
        person.heard.clear()
        try:
            await person.send(draft)
            return await person.answer(draft.id)
        except (Refused, AssertionError, ConnectionError):
            return None

    found: hear.Accepted = await eventually(tried, patience=30)
    return found


async def _bodies(house: House, conversation: UUID) -> list[object]:
    rows = await house.rows("select body from message where conversation_id = $1 order by epoch, seq", conversation)
    return [row["body"] for row in rows]


async def test_a_killed_worker_is_followed_by_the_other(people: Cast, house: House) -> None:
    """Everything is stored, once, whoever held the lease; figures count once."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.say(conversation, "before")
    house.workers[0].kill()
    await visitor.say(conversation, "after")

    async def is_stored() -> bool:
        return await _bodies(house, conversation) == ["before", "after"]

    await eventually(is_stored, patience=15)
    (row,) = await house.rows("select message_count from conversation_live where conversation_id = $1", conversation)
    assert row["message_count"] == 2
    house.workers[0].start()


async def test_talk_goes_on_while_postgres_is_away(people: Cast, house: House) -> None:
    """`accepted` comes, `stored` waits; a decision is refused, and nothing is lost afterwards."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    await visitor.stored(await visitor.say(conversation, "before"))
    house.databases.postgres.stop()
    during = await visitor.say(conversation, "during")
    await agent.hears_line("during")
    with pytest.raises(Refused) as refused:
        await agent.take(conversation, 1)
    assert refused.value.frame.code == RefusalCode.UNAVAILABLE
    assert refused.value.frame.retry_after
    house.databases.postgres.start()
    await visitor.stored(during)
    assert await _bodies(house, conversation) == ["before", "during"]
    await agent.take(conversation, 1)


async def test_a_killed_valkey_comes_back_under_a_higher_epoch(people: Cast, house: House) -> None:
    """Accepting stops and goes on; numbers go on; what was accepted is stored; clients resume."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    before = await visitor.say(conversation, "before")
    house.databases.valkey.kill()
    house.databases.valkey.start()
    after = await _said(visitor, conversation, "after")
    assert after.epoch > before.epoch
    assert after.seq == before.seq + 1

    async def is_stored() -> bool:
        return await _bodies(house, conversation) == ["before", "after"]

    await eventually(is_stored)
    resumed = await visitor.watch(conversation, Position(before.epoch, before.seq))
    assert resumed.recovered
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == ["after"]


async def test_an_emptied_valkey_is_filled_again_from_postgres(people: Cast, house: House) -> None:
    """Phantoms that were shown and never stored disappear at resync; their sender resends, nothing forks."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    stored = await visitor.say(conversation, "stored")
    await visitor.stored(stored)
    for worker in house.workers:
        worker.kill()
    draft = visitor.draft(conversation, "a phantom")
    await visitor.send(draft)
    phantom = await visitor.answer(draft.id)
    await agent.hears_line("a phantom")
    house.databases.valkey.kill()
    for path in sorted((house.databases.valkey.data).rglob("*")):
        if path.is_file():
            path.unlink()
    house.databases.valkey.start()
    for worker in house.workers:
        worker.start()
    other = await _said(visitor, await _started(visitor), "elsewhere")
    assert other.epoch > phantom.epoch
    agent_position = Position(phantom.epoch, phantom.seq)

    async def resynced() -> hear.Resumed | None:
        if agent.close_code is not None:
            await agent.connect()
        resumed = await agent.watch(conversation, agent_position)
        return resumed if resumed.refused is None else None

    resumed = await eventually(resynced)
    assert not resumed.recovered
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == ["stored"]
    again = await _resaid(visitor, draft)
    assert again.epoch == other.epoch
    assert again.seq == phantom.seq

    async def is_stored() -> bool:
        return await _bodies(house, conversation) == ["stored", "a phantom"]

    await eventually(is_stored)


async def _started(visitor: Visitor) -> UUID:
    async def tried() -> UUID | None:
        try:
            if visitor.close_code is not None:
                await visitor.connect()
            return await visitor.start()
        except (Refused, AssertionError, ConnectionError):
            return None

    found: UUID = await eventually(tried, patience=20)
    return found


async def _resaid(visitor: Person, draft: say.PostMessage) -> hear.Accepted:
    if visitor.close_code is not None:
        await visitor.connect()
    visitor.heard.clear()
    await visitor.send(draft)
    return await visitor.answer(draft.id)


async def test_an_entry_that_postgres_cannot_take_is_kept_apart(people: Cast, house: House) -> None:
    """The poison goes to dead_letter and leaves a void; everybody else's entries are stored."""
    poisoned, healthy = await people.visitor(), await people.visitor()
    bad, good = await poisoned.start(), await healthy.start()
    await poisoned.stored(await poisoned.say(bad, "still fine"))
    # The conversation vanishes behind the log's back: its counters can no longer be written.
    for table in ("conversation_live", "participant"):
        await house.rows(f"delete from {table} where conversation_id = $1 returning 1", bad)
    await house.rows("delete from conversation where id = $1 returning 1", bad)
    await asyncio.gather(poisoned.say(bad, "poison"), healthy.say(good, "one"), healthy.say(good, "two"))

    async def is_kept_apart() -> bool:
        letters = await house.rows("select entry from dead_letter where org_id = $1", people.org.id)
        return len(letters) >= 1 and await _bodies(house, good) == ["one", "two"]

    await eventually(is_kept_apart)
