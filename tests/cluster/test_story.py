"""Everybody talks over a Valkey Cluster as they do over one Valkey."""

from uuid import UUID

from server.core.ids import uuid7
from server.core.partitions import Partition
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.values import Position
from tests.cluster.faults import PARTITIONS
from tests.cluster.servers import Cluster
from tests.conftest import Cast
from tests.inbox import follow
from tests.people import Agent, Visitor, eventually


async def started(visitor: Visitor, partition: Partition) -> UUID:
    """A conversation that lives in this partition."""
    frame = say.StartConversation(uuid7())
    while PARTITIONS.of_id(frame.id) is not partition:
        frame = say.StartConversation(uuid7())
    await visitor.send(frame)
    await visitor.answer(frame.id)
    return frame.id


async def test_every_partition_carries_talk(people: Cast, cluster: Cluster) -> None:
    """Said on one node, heard on the other, stored, answered and read, whichever server of the cluster has it."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversations = [await started(visitor, each) for each in PARTITIONS.all]

    async def talk(conversation: UUID) -> None:
        said = await visitor.say(conversation, f"Hello from {conversation}")
        await agent.hears_line(f"Hello from {conversation}")
        await visitor.stored(said)
        await agent.say(conversation, f"Welcome to {conversation}")
        await visitor.hears_line(f"Welcome to {conversation}")
        await agent.send(say.MarkRead(conversation, said.seq))
        await visitor.hears(hear.MarksChanged, lambda each: each.conversation_id == conversation)

    for conversation in conversations:
        await agent.watch(conversation)
        await talk(conversation)
    assert all(node.ask("DBSIZE") > 10 for node in cluster.nodes), "somebody has nothing to do"


async def test_whoever_was_away_resumes(people: Cast) -> None:
    """What was missed comes from the ring and from Postgres, on another node."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    first = await visitor.say(conversation, "One")
    await visitor.vanish()
    await agent.say(conversation, "Two")
    await agent.say(conversation, "Three")
    position = Position(first.epoch, first.seq)
    welcome = await visitor.connect(say.Resume(conversation, position), node=1)
    (resumed,) = welcome.resumed
    assert resumed.recovered
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == ["Two", "Three"]


async def test_the_inbox_and_the_search_follow(people: Cast) -> None:
    """The feed is a log of the cluster as well; what follows the events does not notice where they came from."""
    agent, visitor = await people.agent(), await people.visitor(node=1)
    screen = await follow(agent)
    conversation = await visitor.start()
    await visitor.say(conversation, "Where is my rhododendron?")

    async def is_shown() -> bool:
        for frame in agent.heard:
            screen.hear(agent.id, frame)
        agent.heard.clear()
        return conversation in screen.cards and screen.cards[conversation].last_preview == "Where is my rhododendron?"

    await eventually(is_shown)

    async def is_found() -> bool:
        return bool((await agent.get("/api/search?q=rhododendron"))["messages"])

    await eventually(is_found)


async def test_whoever_logs_out_is_out_on_every_node(people: Cast) -> None:
    """The notice of it reaches the other node over the cluster, and closes the socket there."""
    here = await people.agent("ben")
    there = Agent(people.org, "ben", node=1)
    there.http = here.http
    await there.connect()
    await here.post("/api/logout", {})
    await there.hears_close()
