"""How much one client may do, and what it is told when that is spent."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest
import redis.asyncio as redis

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.gateway.cases import refusal, unlucky
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import TEXT, Frame, Raw, masked
from tests.people import Refused, Visitor, eventually
from tests.servers import Databases, House


class Reason(msgspec.Struct):
    """What stands in the reason of a close."""

    retry_after: float


@pytest.fixture(scope="module")
async def strict(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases: it lets few in at once, and lets them do little at once."""
    async with House(
        databases,
        webs=1,
        workers=0,
        FRONTDESK_CONNECT_RATE="1",
        FRONTDESK_CONNECT_BURST="6",
        FRONTDESK_WATCHED="3",
        FRONTDESK_IN_FLIGHT="3",
    ) as made:
        yield made


async def test_too_fast_is_refused_with_a_time_and_fine_after_it(cast: Cast, bystanders: Bystanders) -> None:
    """What was refused is not lost: sent again with its id it is taken, once."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    drafts = [visitor.draft(conversation, str(number)) for number in range(25)]
    for draft in drafts:
        await visitor.send(draft)
    refused = []
    for draft in drafts:
        try:
            await visitor.answer(draft.id)
        except Refused as refusal:
            refused.append((draft, refusal.frame))
    assert 0 < len(refused) <= 6
    limits = visitor.welcome.limits
    for _, frame in refused:
        assert frame.code == "too_fast"
        assert frame.retry_after is not None
        assert 0 < frame.retry_after <= 1 / limits.rate + 0.01
    await bystanders.go_on()

    draft, _ = refused[0]

    async def is_taken() -> bool:
        visitor.heard.clear()
        await visitor.send(draft)
        try:
            return (await visitor.answer(draft.id)).seq == 2 + len(drafts) - len(refused)
        except Refused:
            return False

    assert await eventually(is_taken)


@pytest.mark.parametrize("text", ['{"type":"pong"}', "[]"])
async def test_far_too_fast_is_closed_and_told_when_to_come_back(
    house: House, bystanders: Bystanders, text: str
) -> None:
    """Whether what it says can be read or not."""
    async with Raw(house) as raw:
        await raw.greet(Visitor(bystanders.visitor.org))
        await raw.send(*[masked(TEXT, text.encode())] * 130)
        closed = await raw.close()
    assert closed.code == 4004
    assert msgspec.json.decode(closed.payload[2:], type=Reason).retry_after == 5
    await bystanders.go_on()


@asynccontextmanager
async def _valkey_holds_its_breath(house: House) -> AsyncIterator[None]:
    """Valkey takes nothing new meanwhile; it goes on by itself after a second."""
    async with redis.from_url(house.databases.valkey.url) as valkey:
        await valkey.client_pause(1000, all=False)
        yield
        await valkey.client_unpause()


async def test_as_many_frames_as_the_limit_may_be_unanswered(house: House, cast: Cast, bystanders: Bystanders) -> None:
    """The one above it is refused at once; when the others are answered there is room again."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    await agent.say(conversation, "Warm")
    *several, above = (agent.draft(conversation, "One of many") for _ in range(agent.welcome.limits.in_flight + 1))
    async with _valkey_holds_its_breath(house):
        for draft in several:
            await agent.send(draft)
        await agent.send(above)
        with pytest.raises(Refused, match="too_many") as refused:
            await agent.answer(above.id)
        assert refused.value.frame.retry_after is not None
        assert not [each for each in agent.heard if isinstance(each, hear.Accepted) and each.id == several[0].id]
    assert [(await agent.answer(draft.id)).seq for draft in several] == list(range(3, 3 + len(several)))
    agent.heard.clear()
    await agent.send(above)
    await agent.answer(above.id)
    await bystanders.go_on()


async def test_a_mistake_of_the_server_is_answered_and_leaves_room_for_the_next_frame(strict: House) -> None:
    """More mistakes than a socket may have unanswered frames; each names the place in the log to look at."""
    visitor = await unlucky(await strict.organization())
    for _ in range(5):
        refused = await refusal(visitor, say.StartConversation(uuid7()))
        assert refused.code == "internal"
        assert "its log has more under" in refused.message
    await visitor.leave()


async def test_only_so_many_conversations_are_watched(strict: House) -> None:
    """What is above the limit is refused by name, the others are followed; leaving one makes room."""
    async with AsyncExitStack() as stack:
        cast = Cast(await strict.organization(), stack)
        visitor, agent = await cast.visitor(), await cast.agent()
        topics = [await visitor.start() for _ in range(4)]
        await agent.send(say.Watch([say.Resume(topic) for topic in topics]))
        resumed = (await agent.hears(hear.ResumedFrame)).resumed
        assert [each.refused for each in resumed] == [None, None, None, "too_many"]
        await agent.send(say.Unwatch(topics[0]))
        assert (await agent.watch(topics[3])).refused is None
        for number, topic in enumerate(topics):
            await visitor.say(topic, f"In the {number}th")
        await agent.hears_line("In the 3th")
        assert agent.lines(topics[0]) == []
        assert agent.lines(topics[1]) == ["In the 1th"]


async def test_too_many_connections_of_one_address_are_told_when_to_come_back(strict: House) -> None:
    """Those who are in stay in; the reason of the close has the time, since a browser reads nothing else."""
    shop = await strict.organization()
    first = Visitor(shop)
    await first.connect()
    closed: list[Frame] = []
    while not closed or closed[-1].code == 4500:
        assert len(closed) < 50, "everybody was let in"
        async with Raw(strict) as raw:
            await raw.shake_hands()
            await raw.send(masked(TEXT, b"hello"))
            closed.append(await raw.close())
    assert closed[-1].code == 4004
    assert 0 < msgspec.json.decode(closed[-1].payload[2:], type=Reason).retry_after <= 1
    await first.start()

    async def is_in() -> bool:
        async with Raw(strict) as raw:
            await raw.shake_hands()
            await raw.send(masked(TEXT, b"hello"))
            return (await raw.close()).code == 4500

    assert await eventually(is_in)
    await first.leave()
