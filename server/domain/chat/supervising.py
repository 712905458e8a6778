"""Taking part beside the holder: supervisors join and leave, and the conversation stays in the hands that it is in."""

from typing import cast
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, post
from server.core.errors import Conflict
from server.core.sql import load
from server.domain.chat.decision import common
from server.domain.chat.log import Log, Placed
from server.domain.chat.once import once
from server.domain.chat.types import Changed, ConversationRow
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.entries import AnyDecision

sql = load(__file__)

# Who joins is named on every card; a visitor with more people before him has another trouble.
MOST = 10


class Part(Struct, frozen=True):
    """A wish to take part, or no longer to; `id` as on the socket."""

    id: UUID


async def join_conversation(db: Db, log: Log, actor: Actor, body: say.JoinConversation) -> Placed:
    """Take part beside the holder; refuses whoever holds it or takes part already."""
    actor.require("conversation.join")

    async def decide(tx: Transaction) -> AnyDecision:
        row = await tx.maybe(
            sql.join_holder, Changed, conversation_id=body.conversation_id, agent_id=actor.id, most=MOST
        )
        if row is None:
            raise Conflict(await _why_not(tx, actor, body.conversation_id))
        return told.AgentJoined(agent_id=actor.id, agent_name=actor.name, **common(actor, body.id, row))

    return await once(db, log, actor, body, decide)


async def leave_conversation(db: Db, log: Log, actor: Actor, body: say.LeaveConversation) -> Placed:
    """Take part no longer; a holder gives the conversation back instead."""
    actor.require("conversation.join")

    async def decide(tx: Transaction) -> AnyDecision:
        row = await tx.maybe(sql.leave_holder, Changed, conversation_id=body.conversation_id, agent_id=actor.id)
        if row is None:
            raise Conflict("you did not join the conversation")
        return told.AgentLeft(agent_id=actor.id, agent_name=actor.name, **common(actor, body.id, row))

    return await once(db, log, actor, body, decide)


async def _why_not(tx: Transaction, actor: Actor, conversation_id: UUID) -> str:
    now = await tx.one(sql.conversation, ConversationRow, conversation_id=conversation_id)
    if now.assigned_agent_id == actor.id:
        return "you hold the conversation already"
    if actor.id in now.supervisor_ids:
        return "you take part already"
    if now.status in {"closed", "resolved"}:
        return "the conversation is closed; reopen it first"
    return f"{MOST} people have joined already"


async def join(call: Call, conversation_id: UUID, body: Part) -> Placed:
    """Take part in a conversation beside its holder."""
    frame = say.JoinConversation(body.id, conversation_id)
    return await join_conversation(call.house.db, cast("Log", call.log), call.actor, frame)


async def leave(call: Call, conversation_id: UUID, body: Part) -> Placed:
    """Take part in a conversation no longer."""
    frame = say.LeaveConversation(body.id, conversation_id)
    return await leave_conversation(call.house.db, cast("Log", call.log), call.actor, frame)


endpoints = [
    post("/api/conversations/{conversation_id}/join", join, permission="conversation.join"),
    post("/api/conversations/{conversation_id}/leave", leave, permission="conversation.join"),
]
