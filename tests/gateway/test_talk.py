"""A visitor and an agent talk, on two nodes."""

from tests.conftest import Cast
from tests.servers import House


async def test_a_visitor_and_an_agent_on_different_nodes_talk_live(people: Cast, house: House) -> None:
    """Both see every word in one order, and every word is in Postgres."""
    visitor, agent = await people.visitor(node=0), await people.agent(node=1)
    conversation = await visitor.start("Order 17")
    await agent.watch(conversation)
    asked = await visitor.say(conversation, "Where is my order?")
    assert (await agent.hears_line("Where is my order?")).seq == asked.seq == 2
    await agent.take(conversation)
    answered = await agent.say(conversation, "On its way.")
    line = await visitor.hears_line("On its way.")
    assert (line.seq, line.after) == (answered.seq, answered.seq - 1)
    await visitor.stored(asked)
    await agent.stored(answered)
    rows = await house.rows("select seq, body from message where conversation_id = $1 order by seq", conversation)
    assert [row["body"] for row in rows] == ["Where is my order?", "On its way."]
