"""A worker or Postgres dies: what is accepted is stored all the same."""

import asyncio

import pytest

from server.protocol.codes import RefusalCode
from tests.conftest import Cast
from tests.faults.stubborn import bodies
from tests.people import Refused, eventually
from tests.servers import House


async def test_a_killed_worker_is_followed_by_the_other(people: Cast, house: House) -> None:
    """Everything is stored, once, whoever held the lease; figures count once."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.say(conversation, "before")
    house.workers[0].kill()
    await visitor.say(conversation, "after")

    async def is_stored() -> bool:
        return await bodies(house, conversation) == ["before", "after"]

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
    assert await bodies(house, conversation) == ["before", "during"]
    await agent.take(conversation, 1)


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
        return len(letters) >= 1 and await bodies(house, good) == ["one", "two"]

    await eventually(is_kept_apart)


async def test_too_much_that_waits_for_postgres_is_refused_busy(people: Cast, house: House) -> None:
    """The cap counts what is unstored; what was refused is taken once the log has drained."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.stored(await visitor.say(conversation, "stored"))
    for worker in house.workers:
        worker.kill()
    drafts = [visitor.draft(conversation, f"line {number}") for number in range(60)]
    outcomes = []
    for draft in drafts:
        await visitor.send(draft)
        try:
            outcomes.append((await visitor.answer(draft.id)).seq)
        except Refused as refused:
            assert refused.frame.code == RefusalCode.BUSY
            assert refused.frame.retry_after
            outcomes.append(0)
    taken = [each for each in outcomes if each]
    assert 0 < len(taken) <= 40
    assert taken == list(range(3, 3 + len(taken)))
    for worker in house.workers:
        worker.start()

    async def is_taken() -> bool:
        late = visitor.draft(conversation, "late")
        await visitor.send(late)
        try:
            return bool(await visitor.answer(late.id))
        except Refused:
            return False

    await eventually(is_taken, patience=20)
