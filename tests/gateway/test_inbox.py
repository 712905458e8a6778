"""The inbox: a snapshot, and a feed that keeps it true."""

from typing import Any
from uuid import UUID

import msgspec

from server.protocol import entries as told
from server.protocol.values import Card, Position
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.servers import Organization


async def _snapshot(agent: Agent) -> tuple[dict[UUID, Card], Position, Any]:
    told_ = await agent.get("/api/inbox")
    cards = msgspec.convert(told_["cards"], list[Card])
    return {each.conversation_id: each for each in cards}, msgspec.convert(told_["position"], Position), told_["counts"]


def _newer(card: Card, known: Card | None) -> bool:
    return known is None or (card.version, card.last_seq) >= (known.version, known.last_seq)


async def test_snapshot_and_feed_are_the_fresh_snapshot(people: Cast) -> None:
    """Whatever happens meanwhile, the console that only listened shows what a reload would show."""
    agent, visitors = await people.agent(), [await people.visitor(node=n % 2) for n in range(3)]
    early = await visitors[0].start("Was there before")
    cards, position, _ = await _snapshot(agent)
    resumed = await agent.watch(None, position)
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
        mine = dict(cards)
        changes = [each for each in [*resumed.entries, *agent.heard] if isinstance(each, told.InboxChanged)]
        for change in changes:
            if _newer(change.card, mine.get(change.card.conversation_id)):
                mine[change.card.conversation_id] = change.card
        fresh, _, counts = await _snapshot(agent)
        return (
            mine == fresh
            and fresh[conversations[1]].status == "waiting"
            and fresh[conversations[0]].last_preview == "Hello"
            and msgspec.to_builtins(changes[-1].counts) == {k: v for k, v in counts.items() if v}
        )

    await eventually(is_the_same)
    live = [each for each in agent.heard if isinstance(each, told.InboxChanged)]
    seqs = [each.seq for each in [*resumed.entries, *live]]
    assert seqs == list(range(position.seq + 1, position.seq + 1 + len(seqs)))


async def test_a_console_that_was_away_resumes_the_feed(people: Cast) -> None:
    """It gets the cards that changed, or is told to load the snapshot anew."""
    agent, visitor = await people.agent(), await people.visitor()
    _, position, _ = await _snapshot(agent)
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
        _, position, _ = await _snapshot(each)
        await each.watch(None, position)
    ours, theirs = await people.visitor(), await people.visitor(org=other)
    mine, not_mine = await ours.start("ours"), await theirs.start("theirs")
    assert (await agent.hears(told.InboxChanged)).card.conversation_id == mine
    assert (await stranger.hears(told.InboxChanged)).card.conversation_id == not_mine
    assert {each.card.conversation_id for each in agent.heard if isinstance(each, told.InboxChanged)} == {mine}
    assert set((await _snapshot(agent))[0]) == {mine}
