"""Answers to offers: one counts, and only before the offer runs out."""

from typing import cast
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, post
from server.core.errors import Conflict
from server.core.sql import Statement, load
from server.domain.chat.decision import common
from server.domain.chat.holder_types import Holding
from server.domain.chat.log import Log, Placed, check_text
from server.domain.chat.once import once
from server.domain.chat.types import Changed
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.entries import AnyDecision
from server.protocol.values import ShortText

sql = load(__file__)


class Acceptance(Struct, frozen=True):
    """A yes to an offer; `id` as on the socket."""

    id: UUID


class Refusal(Acceptance, frozen=True):
    """A no to an offer, and why, for the team."""

    reason: ShortText = ""


async def accept_offer(db: Db, log: Log, actor: Actor, body: say.AcceptOffer) -> Placed:
    """Become the holder of a conversation that was offered to the actor."""
    actor.require("offer.answer")

    async def decide(tx: Transaction) -> AnyDecision:
        row = await _answer(tx, actor, body, sql.take_offered, "accepted")
        return told.ConversationTaken(
            agent_id=actor.id, agent_name=actor.name, previous_agent_id=row.previous_agent_id, was_offered=True,
            **common(actor, body.id, row),
        )  # fmt: skip

    return await once(db, log, actor, body, decide)


async def decline_offer(db: Db, log: Log, actor: Actor, body: say.DeclineOffer) -> Placed:
    """Let a conversation that was offered to the actor go to the next."""
    actor.require("offer.answer")
    check_text(body.reason)

    async def decide(tx: Transaction) -> AnyDecision:
        row = await _answer(tx, actor, body, sql.end_offer, "declined")
        return told.OfferEnded(
            is_internal=True, agent_id=actor.id, agent_name=actor.name, outcome="declined", reason=body.reason,
            **common(actor, body.id, row),
        )  # fmt: skip

    return await once(db, log, actor, body, decide)


async def _answer(
    tx: Transaction, actor: Actor, body: say.AcceptOffer | say.DeclineOffer, statement: Statement, state: str
) -> Changed:
    await tx.maybe(sql.lock_conversation, Holding, conversation_id=body.conversation_id)
    answered = await tx.value(
        sql.answer_offer, conversation_id=body.conversation_id, agent_id=actor.id, state=state,
        reason=body.reason if isinstance(body, say.DeclineOffer) else "",
    )  # fmt: skip
    row = await tx.maybe(statement, Changed, conversation_id=body.conversation_id, agent_id=actor.id)
    if answered is None or row is None:
        raise Conflict("the offer has run out, or somebody else took the conversation")
    return row


async def accept(call: Call, conversation_id: UUID, body: Acceptance) -> Placed:
    """Accept a conversation that is offered to one."""
    return await accept_offer(
        call.house.db, cast("Log", call.log), call.actor, say.AcceptOffer(body.id, conversation_id)
    )


async def decline(call: Call, conversation_id: UUID, body: Refusal) -> Placed:
    """Decline a conversation that is offered to one, so that it goes to the next."""
    return await decline_offer(
        call.house.db, cast("Log", call.log), call.actor, say.DeclineOffer(body.id, conversation_id, body.reason)
    )


endpoints = [
    post("/api/conversations/{conversation_id}/accept", accept, permission="offer.answer"),
    post("/api/conversations/{conversation_id}/decline", decline, permission="offer.answer"),
]
