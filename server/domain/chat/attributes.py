"""Attributes: facts that the team and its bots note about a conversation and about whom it is with."""

from typing import cast
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, post
from server.core.errors import Conflict, Forbidden, Invalid
from server.core.sql import load
from server.domain.chat.decision import common
from server.domain.chat.log import Log, Placed
from server.domain.chat.once import once
from server.domain.chat.types import Changed
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from server.protocol.entries import AnyDecision
from server.protocol.values import MOST_ATTRIBUTES, Attributes

sql = load(__file__)


class Noting(Struct, frozen=True):
    """Facts about a conversation, and about whom it is with; null takes one away."""

    id: UUID
    attributes: Attributes = {}
    contact_attributes: Attributes = {}


async def set_attributes(db: Db, log: Log, actor: Actor, body: say.SetAttributes) -> Placed:
    """Note facts, and take some away; what is so already is no change.

    Name and address of a contact are none of them: who a visitor is, its company has signed or a person has written.
    """
    actor.require("conversation.tag")

    async def decide(tx: Transaction) -> AnyDecision:
        row = await tx.one(sql.touch_conversation, Changed, conversation_id=body.conversation_id)
        if actor.kind == "bot" and row.assigned_agent_id != actor.id:
            raise Forbidden("a bot notes facts about the conversations that it holds")
        noted = [
            await tx.value(sql.set_attributes, conversation_id=row.id, attributes=body.attributes),
            await tx.value(sql.set_contact_attributes, conversation_id=row.id, attributes=body.contact_attributes),
        ]
        if noted == [None, None]:
            raise Conflict("the attributes are so already")
        if max(each or 0 for each in noted) > MOST_ATTRIBUTES:
            raise Invalid(f"there are at most {MOST_ATTRIBUTES} attributes", code=RefusalCode.TOO_MANY)
        return told.AttributesSet(
            is_internal=True, attributes=body.attributes, contact_attributes=body.contact_attributes,
            **common(actor, body.id, row),
        )  # fmt: skip

    return await once(db, log, actor, body, decide)


async def set_conversation_attributes(call: Call, conversation_id: UUID, body: Noting) -> Placed:
    """Note facts about a conversation and about whom it is with."""
    frame = say.SetAttributes(body.id, conversation_id, body.attributes, body.contact_attributes)
    return await set_attributes(call.house.db, cast("Log", call.log), call.actor, frame)


endpoints = [
    post("/api/conversations/{conversation_id}/attributes", set_conversation_attributes, permission="conversation.tag"),
]
