"""What a conversation is about, as somebody of the team says."""

from typing import cast
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, post
from server.core.errors import NotFound
from server.core.sql import load
from server.domain.chat.decision import common, compare_and_set
from server.domain.chat.log import Log, Placed
from server.domain.chat.once import once
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.client_frames import Version
from server.protocol.entries import AnyDecision

sql = load(__file__)


class Classification(Struct, frozen=True):
    """What a conversation is about; without a type it is not known. `version` is the state that the person saw."""

    id: UUID
    version: Version
    interaction_type_id: UUID | None = None


async def classify_conversation(db: Db, log: Log, actor: Actor, body: say.ClassifyConversation) -> Placed:
    """Say what a conversation is about; its interaction is counted under that."""
    actor.require("conversation.classify")
    type_id = body.interaction_type_id

    async def decide(tx: Transaction) -> AnyDecision:
        name = await tx.value(sql.interaction_type_name, interaction_type_id=type_id) if type_id else ""
        if name is None:
            raise NotFound("there is no such interaction type")
        row = await compare_and_set(tx, sql.classify_conversation, body, interaction_type_id=type_id)
        return told.ConversationClassified(
            is_internal=True, interaction_type_id=type_id, interaction_type_name=name, **common(actor, body.id, row)
        )

    return await once(db, log, actor, body, decide)


async def classify(call: Call, conversation_id: UUID, body: Classification) -> Placed:
    """Say what a conversation is about."""
    frame = say.ClassifyConversation(body.id, conversation_id, body.version, body.interaction_type_id)
    return await classify_conversation(call.house.db, cast("Log", call.log), call.actor, frame)


endpoints = [
    post("/api/conversations/{conversation_id}/classify", classify, permission="conversation.classify"),
]
