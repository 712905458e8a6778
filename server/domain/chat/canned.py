"""Canned responses: texts that agents say again and again, put into the composer by `/shortcut`."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.endpoint import Call, post
from server.core.errors import NotFound
from server.core.resource import Resource
from server.core.sql import load
from server.core.text import Name, Word
from server.protocol.values import Body

sql = load(__file__)

# Typed after a slash, so without spaces.
Shortcut = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[^\s/\x00-\x1f]+\Z")]


class CannedResponse(Struct, frozen=True):
    """A text that agents say again and again; clients fill in variables such as {{contact.first_name}}."""

    id: UUID
    name: str
    shortcut: str | None
    category: str | None
    content: str
    team_id: UUID | None
    use_count: int
    last_used_at: int | None


class NewCannedResponse(Struct, frozen=True):
    """A canned response to be made."""

    name: Name
    content: Body
    shortcut: Shortcut | None = None
    category: Word | None = None
    team_id: UUID | None = None


class ChangeCannedResponse(Struct, frozen=True):
    """What is to be different about a canned response; what is left out stays."""

    name: Name | UnsetType = UNSET
    content: Body | UnsetType = UNSET
    shortcut: Shortcut | UnsetType | None = UNSET
    category: Word | UnsetType | None = UNSET
    team_id: UUID | UnsetType | None = UNSET


canned_responses = Resource(
    "canned_response", "/api/canned-responses", CannedResponse, NewCannedResponse, ChangeCannedResponse,
    permission="canned_response", order="name", search=("name", "shortcut", "content"),
    taken="another canned response has this shortcut",
)  # fmt: skip


async def use_canned_response(call: Call, canned_response_id: UUID) -> None:
    """Count that somebody put it into the composer."""
    async with call.house.db.act(call.actor) as tx:
        if not await tx.run(sql.use_canned_response, id=canned_response_id):
            raise NotFound("there is no such canned response")


endpoints = [
    *canned_responses.endpoints(),
    post("/api/canned-responses/{canned_response_id}/use", use_canned_response, permission="conversation.reply"),
]
