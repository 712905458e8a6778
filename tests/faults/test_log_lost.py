"""Valkey dies, or comes back empty: the epoch rises, nothing forks, and nothing that is stored is lost."""

import signal

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.codes import CloseCode
from server.protocol.values import Position
from tests.conftest import Cast
from tests.faults.stubborn import bodies, resaid, said, watched
from tests.people import eventually
from tests.servers import House


def empty(house: House) -> None:
    """Another Valkey in the place of this one: nothing of the log is left."""
    house.databases.valkey.kill()
    for path in house.databases.valkey.data.rglob("*"):
        if path.is_file():
            path.unlink()
    house.databases.valkey.start()


async def test_a_killed_valkey_comes_back_under_a_higher_epoch(people: Cast, house: House) -> None:
    """Accepting stops and goes on; numbers go on; what was accepted is stored; clients resume."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    before = await visitor.say(conversation, "before")
    house.databases.valkey.kill()
    house.databases.valkey.start()
    after = await said(visitor, conversation, "after")
    assert after.epoch > before.epoch
    assert after.seq == before.seq + 1

    async def is_stored() -> bool:
        return await bodies(house, conversation) == ["before", "after"]

    await eventually(is_stored)
    resumed = await watched(visitor, conversation, Position(before.epoch, before.seq))
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
    empty(house)
    for worker in house.workers:
        worker.start()
    resumed = await watched(agent, conversation, Position(phantom.epoch, phantom.seq))
    assert not resumed.recovered
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == ["stored"]
    again = await resaid(visitor, draft)
    assert again.epoch == resumed.position.epoch > phantom.epoch
    assert again.seq == phantom.seq

    async def is_stored() -> bool:
        return await bodies(house, conversation) == ["stored", "a phantom"]

    await eventually(is_stored)


async def test_a_known_message_that_comes_again_after_the_log_was_lost_is_void(people: Cast, house: House) -> None:
    """Valkey no longer knows the id; Postgres does: one line stays, and the second number is void."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    draft = visitor.draft(conversation, "said once")
    await visitor.send(draft)
    first = await visitor.answer(draft.id)
    await visitor.stored(first)
    empty(house)
    # Until then a node may send everybody away once more.
    for node in range(len(house.webs)):
        await house.ready(node)
    await said(visitor, conversation, "meanwhile")
    await watched(agent, conversation)
    again = await resaid(visitor, draft)
    assert again.seq > first.seq
    void = await agent.hears(told.EntryVoided)
    assert (void.voided_id, void.epoch, void.seq, void.reason) == (draft.id, again.epoch, again.seq, "repeated")

    async def is_contiguous() -> bool:
        past = (await agent.get(f"/api/conversations/{conversation}/entries"))["entries"]
        kinds = [each["type"] for each in past]
        seqs = [each["seq"] for each in past]
        return (
            kinds == ["conversation_started", "message_posted", "message_posted", "entry_voided"]
            and seqs == list(range(1, 5))
            and await bodies(house, conversation) == ["said once", "meanwhile"]
        )

    await eventually(is_contiguous)
    (row,) = await house.rows("select message_count from conversation_live where conversation_id = $1", conversation)
    assert row["message_count"] == 2


async def test_a_void_in_the_middle_of_a_batch_does_not_set_the_count_back(people: Cast, house: House) -> None:
    """What comes behind it has the higher number; the next epoch begins behind that."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    draft = visitor.draft(conversation, "said once")
    await resaid(visitor, draft)
    await visitor.stored(await said(visitor, conversation, "stored"))
    empty(house)
    for node in range(len(house.webs)):
        await house.ready(node)
    await said(visitor, conversation, "accepted again")
    for worker in house.workers:
        worker.signal(signal.SIGSTOP)
    await resaid(visitor, draft)
    last = await said(visitor, conversation, "behind the void")
    for worker in house.workers:
        worker.signal(signal.SIGCONT)

    async def is_counted() -> bool:
        rows = await house.rows("select last_seq from conversation_live where conversation_id = $1", conversation)
        return bool(rows[0]["last_seq"] == last.seq)

    await eventually(is_counted)


async def test_what_was_read_is_still_read_after_the_log_was_lost(people: Cast, house: House) -> None:
    """As Postgres has it, also of a stint that is over; whoever read nothing has it all before itself."""
    visitor, agent, colleague = await people.visitor(), await people.agent(), await people.agent("ben", node=1)
    conversation = await visitor.start()
    read = await visitor.say(conversation, "read")
    await agent.take(conversation)
    await agent.watch(conversation)
    await agent.send(say.MarkRead(conversation, read.seq))

    async def is_so(state: str) -> bool:
        found = await house.rows(
            "select left_at is null as present, last_read_seq from participant"
            " where conversation_id = $1 and agent_id = $2 and role = 'primary'",
            conversation, agent.id,
        )  # fmt: skip
        return [tuple(each.values()) for each in found] == [(state == "holds", read.seq)]

    await eventually(lambda: is_so("holds"))
    await agent.decide(say.ReleaseConversation(uuid7(), conversation, 2))
    await eventually(lambda: is_so("left"))
    empty(house)
    for node in range(len(house.webs)):
        await house.ready(node)
    path = f"/api/conversations/{conversation}"
    assert (await agent.get(path))["read_upto"] == read.seq
    assert (await colleague.get(path))["read_upto"] == 0


async def test_whoever_waits_for_a_lost_line_to_be_stored_is_told_of_the_other_log(people: Cast, house: House) -> None:
    """In a conversation where nobody says anything more: no later entry would show that the log is another one."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    for worker in house.workers:
        worker.kill()
    draft = visitor.draft(conversation, "a phantom")
    await visitor.send(draft)
    phantom = await visitor.answer(draft.id)
    empty(house)
    for worker in house.workers:
        worker.start()
    try:
        stored = await visitor.hears(hear.Stored, lambda each: each.epoch > phantom.epoch, patience=20)
        assert stored.upto < phantom.seq
    except AssertionError:
        # A Valkey that is away for longer than a canary lives: its clients come back, and say it again by themselves.
        assert visitor.close_code == CloseCode.UNHEALTHY
    again = await resaid(visitor, draft)
    assert again.epoch > phantom.epoch
