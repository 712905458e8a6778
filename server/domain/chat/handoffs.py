"""Handing a conversation over: somebody else is asked for, and a request stands until somebody holds it."""

from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, get, post
from server.core.errors import Conflict, Invalid, NotFound
from server.core.ids import uuid7
from server.core.sql import load
from server.domain.chat.decision import announce, common, note_step, why_not, write
from server.domain.chat.holder_types import HandoffRow, Holding, Seat
from server.domain.chat.log import Log, Placed, check_text, no_conversation
from server.domain.chat.offering import ask
from server.domain.chat.once import once
from server.domain.chat.seats import require_room, seat
from server.domain.chat.sight import require
from server.domain.chat.types import Changed
from server.domain.routing import routing
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from server.protocol.entries import AnyDecision
from server.protocol.values import HandoffReason, Share, ShortText

sql = load(__file__)

STATE_BYTES = 4096
# How long a member who is asked for by name has to answer.
ASKED_SECONDS = 60


class Handoff(Struct, frozen=True, kw_only=True):
    """A request to hand a conversation over; see the frame `hand_off_conversation`."""

    id: UUID
    version: say.Version
    agent_id: UUID | None = None
    team_id: UUID | None = None
    reason_code: HandoffReason = "transfer"
    reason: ShortText = ""
    state: dict[str, Any] = {}
    confidence: Share | None = None


class Handoffs(Struct, frozen=True):
    """How a conversation changed hands, the last first."""

    handoffs: list[HandoffRow]


async def hand_off_conversation(db: Db, log: Log, actor: Actor, body: say.HandOffConversation) -> Placed:
    """Ask somebody else to hold a conversation; whoever held it holds it no longer.

    Raises Invalid for a state that is too long, NotFound for a member or team that is not there, and Conflict for one
    who cannot be asked now, or when the conversation is not what the actor saw.
    """
    actor.require("conversation.hand_off")
    if (body.version is None) == (body.turn is None):
        raise Invalid("say the version that you saw, or as a bot the turn that you hold", field="version")
    check_text(body.reason)
    if len(msgspec.json.encode(body.state)) > STATE_BYTES:
        raise Invalid(f"the state is longer than {STATE_BYTES} bytes", field="state")
    also: list[AnyDecision] = []

    async def decide(tx: Transaction) -> AnyDecision:
        return await _hand_off(tx, actor, body, also)

    return await once(db, log, actor, body, decide, also)


async def hand_off_by_rule(
    db: Db,
    log: Log,
    org_id: UUID,
    conversation_id: UUID,
    turn: int,
    event_id: UUID,
    reason_code: HandoffReason,
    reason: str,
) -> None:
    """Let people have what a bot holds; refuses a conversation that changed hands meanwhile."""
    system = Actor("system", event_id, org_id, "")
    body = say.HandOffConversation(event_id, conversation_id, turn=turn, reason_code=reason_code, reason=reason)
    entries: list[AnyDecision] = []
    async with db.scope(org_id) as tx:
        await routing.lock(tx)
        entry = await _hand_off(tx, system, body, entries)
        await write(tx, system, entry)
    for each in (entry, *entries):
        await announce(log, org_id, None, each)


async def _hand_off(
    tx: Transaction, actor: Actor, body: say.HandOffConversation, also: list[AnyDecision]
) -> AnyDecision:
    """The public entry of it; what the team hears besides is written already, and joins `also`."""
    held = await _compare(tx, actor, body)
    to = None if body.agent_id is None else await seat(tx, body.agent_id)
    team_name = "" if body.team_id is None else await tx.value(sql.team_name, team_id=body.team_id)
    if team_name is None:
        raise NotFound("there is no such team")
    if to is not None and to.id in {held.assigned_agent_id, actor.id}:
        raise Conflict(f"{to.name} has the conversation already")
    if held.status == "waiting" and held.offered_agent_id == actor.id:
        await tx.value(
            sql.answer_offer, conversation_id=held.id, agent_id=actor.id, state="declined", reason=body.reason
        )
    await tx.run(sql.pass_handoff, conversation_id=held.id)
    entry, row = await _move(tx, actor, body, to)
    await tx.run(
        sql.request_handoff, id=body.id, conversation_id=held.id, from_agent_id=held.assigned_agent_id,
        to_agent_id=body.agent_id, to_team_id=body.team_id, reason_code=body.reason_code, reason=body.reason or None,
        state=body.state, confidence=body.confidence, turn=row.turn, is_accepted=row.status == "assigned",
    )  # fmt: skip
    requested = told.HandoffRequested(
        is_internal=True, handoff_id=body.id, reason_code=body.reason_code, from_agent_id=held.assigned_agent_id,
        to_agent_id=body.agent_id, to_agent_name=to.name if to else "", to_team_id=body.team_id,
        to_team_name=team_name, reason=body.reason, confidence=body.confidence, **common(actor, uuid7(), row),
    )  # fmt: skip
    await write(tx, actor, requested)
    also.append(requested)
    if to is not None and not to.is_bot:
        also += await ask(tx, actor.org_id, row, to, body.id, ASKED_SECONDS)
    return entry


async def _compare(tx: Transaction, actor: Actor, body: say.HandOffConversation) -> Holding:
    """The conversation as it is, locked; refuses when it is not what the actor saw."""
    held = await tx.maybe(sql.lock_conversation, Holding, conversation_id=body.conversation_id)
    if held is None:
        raise no_conversation()
    is_foreign = actor.kind == "bot" and held.assigned_agent_id != actor.id
    if body.turn is not None and (held.turn != body.turn or is_foreign):
        raise Conflict("the conversation has a new holder", code=RefusalCode.STALE_TURN)
    if is_foreign or (body.version is not None and held.version != body.version):
        raise Conflict(await why_not(tx, body))
    if held.status in {"closed", "resolved"}:
        raise Conflict("the conversation is closed; reopen it first")
    return held


async def _move(
    tx: Transaction, actor: Actor, body: say.HandOffConversation, to: Seat | None
) -> tuple[AnyDecision, Changed]:
    if to is not None and to.is_bot:
        await require_room(tx, to, body.conversation_id)
    elif to is not None and not to.is_connected:
        raise Conflict(f"{to.name} is not there; give it to a team, or assign it")
    holder = to if to is not None and to.is_bot else None
    row = await tx.one(
        sql.hand_off_conversation, Changed, conversation_id=body.conversation_id, team_id=body.team_id,
        agent_id=holder.id if holder else None, reason_code=body.reason_code,
    )  # fmt: skip
    if holder is None:
        return told.ConversationReleased(
            previous_agent_id=row.previous_agent_id, **common(actor, body.id, row)
        ), row  # fmt: skip
    await note_step(tx, row, "taken")
    return told.ConversationAssigned(
        agent_id=holder.id, agent_name=holder.name, team_id=row.assigned_team_id,
        previous_agent_id=row.previous_agent_id, previous_team_id=row.previous_team_id,
        **common(actor, body.id, row),
    ), row  # fmt: skip


async def hand_off(call: Call, conversation_id: UUID, body: Handoff) -> Placed:
    """Ask somebody else to hold a conversation: a member, a team, a bot, or whoever is next."""
    frame = say.HandOffConversation(
        body.id, conversation_id, version=body.version, agent_id=body.agent_id, team_id=body.team_id,
        reason_code=body.reason_code, reason=body.reason, state=body.state, confidence=body.confidence,
    )  # fmt: skip
    return await hand_off_conversation(call.house.db, cast("Log", call.log), call.actor, frame)


async def list_handoffs(call: Call, conversation_id: UUID) -> Handoffs:
    """List how a conversation changed hands, with what was said to whoever takes over; the last first."""
    async with call.house.db.act(call.actor) as tx:
        await require(tx, call.actor, conversation_id)
        return Handoffs(await tx.many(sql.handoffs, HandoffRow, conversation_id=conversation_id))


endpoints = [
    post("/api/conversations/{conversation_id}/hand_off", hand_off, permission="conversation.hand_off"),
    get("/api/conversations/{conversation_id}/handoffs", list_handoffs, permission="conversation.read"),
]
