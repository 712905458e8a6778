"""The inbox: a snapshot, and a feed that keeps it true."""

from server.protocol import entries as told
from server.protocol.values import Position
from tests.conftest import Cast
from tests.inbox import changes, snapshot
from tests.people import eventually
from tests.servers import Organization


async def test_snapshot_and_feed_are_the_fresh_snapshot(people: Cast) -> None:
    """Whatever happens meanwhile, the console that only listened shows what a reload would show."""
    agent, visitors = await people.agent(), [await people.visitor(node=n % 2) for n in range(3)]
    early = await visitors[0].start("Was there before")
    screen = await snapshot(agent)
    resumed = await agent.watch(None, screen.position)
    assert resumed.recovered
    other = await people.agent("ben", node=1)
    conversations = [early, await visitors[1].start(), await visitors[2].start()]
    for visitor, conversation in zip(visitors, conversations, strict=True):
        await visitor.say(conversation, f"I am {visitor.contact_id}")
    await other.take(conversations[0], 1)
    await other.say(conversations[0], "Hello")
    await other.close(conversations[1], 1)
    last = await visitors[1].say(conversations[1], "Wait!")
    await visitors[1].stored(last)

    async def is_the_same() -> bool:
        for change in changes([*resumed.entries, *agent.heard]):
            screen.take(change)
        fresh = await snapshot(agent)
        return (
            screen.shown == fresh.shown
            and fresh.cards[conversations[1]].status == "waiting"
            and fresh.cards[conversations[0]].last_preview == "Hello"
        )

    await eventually(is_the_same)
    assert screen.agents == {other.id: 1}
    assert screen.totals == (0, 2, 1, 2)


async def test_messages_alone_name_no_counts(people: Cast) -> None:
    """A busy conversation does not have the server count everything again."""
    agent, visitor = await people.agent(), await people.visitor()
    await agent.watch(None, (await snapshot(agent)).position)
    conversation = await visitor.start()
    started = await agent.hears(told.InboxChanged)
    assert started.counts is not None
    await visitor.say(conversation, "Only words")
    said = await agent.hears(told.InboxChanged, lambda each: each.card.last_preview == "Only words")
    assert said.counts is None


async def test_a_console_that_was_away_resumes_the_feed(people: Cast) -> None:
    """It gets the cards that changed, or is told to load the snapshot anew."""
    agent, visitor = await people.agent(), await people.visitor()
    position = (await snapshot(agent)).position
    conversation = await visitor.start()

    async def has_it() -> bool:
        resumed = await agent.watch(None, position)
        found = [each.card.conversation_id for each in resumed.entries if isinstance(each, told.InboxChanged)]
        return resumed.recovered and conversation in found

    await eventually(has_it)
    assert not (await agent.watch(None, Position(position.epoch, 10_000))).recovered
    assert not (await agent.watch(None, Position(position.epoch + 7, 1))).recovered


async def test_the_feed_shows_nothing_of_another_company(people: Cast, other: Organization) -> None:
    """Two companies on the same nodes never see each other's cards."""
    agent, stranger = await people.agent(), await people.agent("ada", org=other)
    for each in (agent, stranger):
        position = (await snapshot(each)).position
        await each.watch(None, position)
    ours, theirs = await people.visitor(), await people.visitor(org=other)
    mine, not_mine = await ours.start("ours"), await theirs.start("theirs")
    assert (await agent.hears(told.InboxChanged)).card.conversation_id == mine
    assert (await stranger.hears(told.InboxChanged)).card.conversation_id == not_mine
    assert {each.card.conversation_id for each in agent.heard if isinstance(each, told.InboxChanged)} == {mine}
    assert set((await snapshot(agent)).cards) == {mine}
