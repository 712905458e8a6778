"""What a real client does when the server is away: try again, with the same ids."""

from uuid import UUID

from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.people import Person, Refused, Visitor, eventually
from tests.servers import House


async def said(person: Person, conversation: UUID, body: str) -> hear.Accepted:
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


async def bodies(house: House, conversation: UUID) -> list[object]:
    """The texts of a conversation that are in Postgres, in order."""
    rows = await house.rows("select body from message where conversation_id = $1 order by epoch, seq", conversation)
    return [row["body"] for row in rows]


async def started(visitor: Visitor) -> UUID:
    """Start a conversation as soon as the server takes one."""

    async def tried() -> UUID | None:
        try:
            if visitor.close_code is not None:
                await visitor.connect()
            return await visitor.start()
        except (Refused, AssertionError, ConnectionError):
            return None

    found: UUID = await eventually(tried, patience=20)
    return found


async def resaid(visitor: Person, draft: say.PostMessage) -> hear.Accepted:
    """Say again, under the same id, what may have been lost."""
    if visitor.close_code is not None:
        await visitor.connect()
    visitor.heard.clear()
    await visitor.send(draft)
    return await visitor.answer(draft.id)
