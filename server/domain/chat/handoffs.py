"""Handing a conversation over: somebody else is asked for, and a request stands until somebody holds it."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, get, post
from server.core.errors import Conflict, Invalid, NotFound
from server.core.ids import id_of_both, uuid7
from server.core.sql import load
from server.domain.chat.decision import announce, common, note_choice, note_step, why_not, write
from server.domain.chat.holder_types import Farewell, HandoffRow, Holding, Seat
from server.domain.chat.log import Draft, Log, Placed, check_text, no_conversation
from server.domain.chat.offering import ask
from server.domain.chat.once import once, say_first
from server.domain.chat.seats import called_bot, next_bot, require_room, seat
from server.domain.chat.sight import require
from server.domain.chat.talk import compose
from server.domain.chat.types import Changed
from server.domain.routing import bots, routing
from server.domain.routing.types import Choice, Failure
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from server.protocol.entries import AnyDecision
from server.protocol.values import BotType, HandoffReason, Share, ShortText

sql = load(__file__)

STATE_BYTES = 4096
# How long a member who is asked for by name has to answer.
ASKED_SECONDS = 60
# How often bots may give a conversation to each other without a word of the visitor.
MOST_BETWEEN_BOTS = 3
# What speaks against a bot that gives these reasons, or of whom the server does.
_FAILURES: dict[str, Failure] = {"no_answer": "slow", "timeout": "slow", "tool_failure": "failing"}
# Whoever cannot help is not who has to know somebody else.
_CANNOT_HELP = frozenset({*_FAILURES, "low_confidence"})


class Handoff(Struct, frozen=True, kw_only=True):
    """A request to hand a conversation over; see the frame `hand_off_conversation`."""

    id: UUID
    version: say.Version
    agent_id: UUID | None = None
    team_id: UUID | None = None
    bot_name: ShortText = ""
    bot_type: BotType | None = None
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
    if len([each for each in (body.agent_id, body.team_id, body.bot_name, body.bot_type) if each]) > 1:
        raise Invalid("ask for one: a member or bot, a team, or a bot by its name or type", field="agent_id")
    also: list[AnyDecision] = []
    farewell: list[Draft] = []

    async def decide(tx: Transaction) -> AnyDecision:
        return await _hand_off(tx, actor, body, also, farewell)

    return await once(db, log, actor, body, decide, also, farewell)


async def hand_off_by_rule(
    db: Db,
    log: Log,
    org_id: UUID,
    conversation_id: UUID,
    turn: int,
    event_id: UUID,
    reason_code: HandoffReason,
    reason: str,
    failure: Failure | None = None,
    state: dict[str, Any] | None = None,
) -> None:
    """Let somebody else have what a bot holds: the next bot where it cannot help, else people.

    Refuses a conversation that changed hands meanwhile.
    """
    system = Actor("system", event_id, org_id, "")
    body = say.HandOffConversation(
        event_id, conversation_id, turn=turn, reason_code=reason_code, reason=reason, state=state or {}
    )
    entries: list[AnyDecision] = []
    farewell: list[Draft] = []
    async with db.scope(org_id) as tx:
        entry = await _hand_off(tx, system, body, entries, farewell, failure)
        await write(tx, system, entry)
    await say_first(log, farewell)
    for each in (entry, *entries):
        await announce(log, org_id, None, each)


async def _hand_off(
    tx: Transaction, actor: Actor, body: say.HandOffConversation, also: list[AnyDecision], farewell: list[Draft],
    failure: Failure | None = None,
) -> AnyDecision:  # fmt: skip
    """The public entry of it; what the team hears besides is written already, and joins `also`.

    What the visitor is told before that joins `farewell`.
    """
    # Of two handoffs in opposite directions each would hold the bot that the other one needs.
    await routing.lock_always(tx)
    held = await _compare(tx, actor, body)
    is_machine = actor.kind in {"bot", "system"}
    failure = failure or (_FAILURES.get(body.reason_code) if is_machine else None)
    to, choice, body = await _asked_for(tx, actor, body, held, is_machine=is_machine)
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
    entry, row = await _move(tx, actor, body, to, choice)
    if is_machine and held.assigned_agent_id is not None and body.reason_code in _CANNOT_HELP:
        farewell += await _farewell(tx, actor.org_id, held, held.assigned_agent_id, body.id)
    if failure is not None and held.assigned_agent_id is not None:
        await bots.note_failure(tx, actor.org_id, held.assigned_agent_id, failure)
    await tx.run(
        sql.request_handoff, id=body.id, conversation_id=held.id, from_agent_id=held.assigned_agent_id,
        to_agent_id=to.id if to else None, to_team_id=body.team_id, reason_code=body.reason_code,
        reason=body.reason or None, state=body.state, confidence=body.confidence, turn=row.turn,
        tool_calls=msgspec.to_builtins(body.tool_calls) if actor.kind == "bot" else [],
        is_accepted=row.status == "assigned",
    )  # fmt: skip
    requested = told.HandoffRequested(
        is_internal=True, handoff_id=body.id, reason_code=body.reason_code, from_agent_id=held.assigned_agent_id,
        to_agent_id=to.id if to else None, to_agent_name=to.name if to else "", to_team_id=body.team_id,
        to_team_name=team_name, reason=body.reason, confidence=body.confidence, **common(actor, uuid7(), row),
    )  # fmt: skip
    await write(tx, actor, requested)
    also.append(requested)
    if to is not None and not to.is_bot:
        also += await ask(tx, actor.org_id, row, to, body.id, ASKED_SECONDS)
    return entry


async def _asked_for(
    tx: Transaction, actor: Actor, body: say.HandOffConversation, held: Holding, *, is_machine: bool
) -> tuple[Seat | None, Choice | None, say.HandOffConversation]:
    """Whom a request is about, and why; where bots have passed it on too often it is a request for people."""
    to, choice = None, None
    if body.agent_id is not None:
        to = await seat(tx, body.agent_id)
    elif body.bot_name or body.bot_type:
        to, choice = await called_bot(tx, actor.org_id, held, body.bot_name, body.bot_type or "")
        if to is None:
            raise Conflict("no such bot is there, has room and is well")
    elif is_machine and body.team_id is None and body.reason_code in _CANNOT_HELP:
        to, choice = await next_bot(tx, actor.org_id, held)
    if to is None or not to.is_bot or not is_machine:
        return to, choice, body
    if await bots.passed_between_bots(tx, held.id) < MOST_BETWEEN_BOTS:
        return to, choice, body
    told = f"bots passed it on {MOST_BETWEEN_BOTS} times without a word of the visitor. {body.reason}"[:200].strip()
    return None, None, msgspec.structs.replace(body, agent_id=None, reason_code="policy", reason=told)


async def _farewell(tx: Transaction, org_id: UUID, held: Holding, bot_id: UUID, handoff_id: UUID) -> Sequence[Draft]:
    """What the visitor is told in the name of a bot that cannot help, if it has words for that."""
    bot = await tx.maybe(sql.farewell, Farewell, bot_id=bot_id)
    if bot is None or not bot.fallback_message:
        return []
    said = say.PostMessage(id_of_both(handoff_id, bot_id), held.id, bot.fallback_message, turn=held.turn)
    return [compose(Actor("bot", bot_id, org_id, bot.name, "bot"), said)]


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
    tx: Transaction, actor: Actor, body: say.HandOffConversation, to: Seat | None, choice: Choice | None
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
    if choice is not None:
        await note_choice(tx, row, choice)
    elif holder is not None:
        await note_step(tx, row, "taken")
    if holder is None:
        return told.ConversationReleased(
            previous_agent_id=row.previous_agent_id, **common(actor, body.id, row)
        ), row  # fmt: skip
    return told.ConversationAssigned(
        agent_id=holder.id, agent_name=holder.name, team_id=row.assigned_team_id,
        previous_agent_id=row.previous_agent_id, previous_team_id=row.previous_team_id,
        **common(actor, body.id, row),
    ), row  # fmt: skip


async def hand_off(call: Call, conversation_id: UUID, body: Handoff) -> Placed:
    """Ask somebody else to hold a conversation: a member, a team, a bot, or whoever is next."""
    frame = say.HandOffConversation(
        body.id, conversation_id, version=body.version, agent_id=body.agent_id, team_id=body.team_id,
        bot_name=body.bot_name, bot_type=body.bot_type, reason_code=body.reason_code, reason=body.reason,
        state=body.state, confidence=body.confidence,
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
