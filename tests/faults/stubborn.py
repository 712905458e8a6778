"""What a real client does when the server is away: try again, with the same ids."""

from uuid import UUID

from aiohttp import ClientError

from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import Position
from tests.people import Person, Refused, eventually
from tests.servers import House

# Refused, closed in the middle, or not let in: the next attempt may go better.
NOT_NOW = (Refused, AssertionError, OSError, ClientError)


async def said(person: Person, conversation: UUID, body: str) -> hear.Accepted:
    """Say something until it is accepted."""
    return await resaid(person, person.draft(conversation, body))


async def resaid(person: Person, draft: say.PostMessage) -> hear.Accepted:
    """Say something that may have been said before, under the same id, until it is accepted."""

    async def tried() -> hear.Accepted | None:
        try:
            if person.close_code is not None:
                await person.connect()
            person.heard.clear()
            await person.send(draft)
            return await person.answer(draft.id)
        except NOT_NOW:
            return None

    found: hear.Accepted = await eventually(tried, patience=30)
    return found


async def watched(person: Person, conversation: UUID, position: Position | None = None) -> hear.Resumed:
    """Follow a conversation as soon as the person's node answers for it."""

    async def tried() -> hear.Resumed | None:
        try:
            if person.close_code is not None:
                await person.connect()
            resumed = await person.watch(conversation, position)
        except NOT_NOW:
            return None
        return resumed if resumed.refused is None else None

    found: hear.Resumed = await eventually(tried, patience=30)
    return found


async def bodies(house: House, conversation: UUID) -> list[object]:
    """The texts of a conversation that are in Postgres, in order."""
    rows = await house.rows("select body from message where conversation_id = $1 order by epoch, seq", conversation)
    return [row["body"] for row in rows]
