"""A decision that has no number yet has no time either, and nothing behind it is counted."""

from server.core.db import open_db
from server.domain.chat.stints import decisions_of
from tests.conftest import Cast
from tests.people import eventually
from tests.servers import House


async def test_what_follows_a_decision_without_a_number_waits_for_it(people: Cast, house: House) -> None:
    """The end was numbered before the beginning of a stint: told without that, nobody would have held it."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    conversation = await visitor.start()
    taken = await ada.take(conversation, 1)
    await ada.close(conversation, 2)
    numbered = "select 1 from event where org_id = $1 and kind = 'conversation_closed' and seq is not null"
    await eventually(lambda: house.rows(numbered, people.org.id))
    forget = "update event set seq = null where org_id = $1 and id = $2 and seq is not null returning 1"
    await eventually(lambda: house.rows(forget, people.org.id, taken.id))
    worker = await open_db(house.databases.environment["DATABASE_URL"], "fd_worker", size=1)
    async with worker.scope(people.org.id) as tx:
        (found,) = await decisions_of(tx, [conversation])
    await worker.close()
    assert [each.kind for each in found] == ["conversation_started"]
