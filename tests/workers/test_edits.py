"""What is stored of a message that was edited again and again."""

import pytest

from server.core.db import connect
from server.core.sql import load
from tests.conftest import Cast
from tests.servers import House
from workers import batch

sql = load(batch.__file__)
JOINS = ("nestloop", "hashjoin", "mergejoin")


@pytest.mark.parametrize("join", JOINS)
async def test_of_edits_that_are_stored_together_the_last_one_stays(house: House, people: Cast, join: str) -> None:
    """However Postgres finds the message: an update that meets a row twice keeps whatever it met first."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    said = await agent.say(conversation, "First")
    await agent.stored(said)
    many = 5
    values = {
        "org_ids": [people.org.id] * many,
        "ids": [said.id] * many,
        "conversation_ids": [conversation] * many,
        "sender_ids": [agent.id] * many,
        "internals": [False] * many,
        "bodies": [f"Better {number}" for number in range(many)],
        "ats": [said.at + number for number in range(many)],
    }
    connection = await connect(house.databases.environment["DATABASE_OWNER_URL"])
    for other in JOINS:
        await connection.execute(f"set enable_{other} = {other == join}")
    await connection.execute(sql.edit_messages.text, *sql.edit_messages.arguments(values))
    assert await connection.fetchval("select body from message where id = $1", said.id) == f"Better {many - 1}"
    await connection.close()
