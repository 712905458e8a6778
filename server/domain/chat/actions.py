"""Decisions about conversations: each is true in one Postgres transaction, and then gets its number in the log.

A decision carries an id of its maker's; said twice it is decided once. What a crash leaves without a number, the reader
`numbers` (reactions.py) announces again.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.errors import Conflict, Forbidden
from server.core.sql import Statement, load
from server.domain.chat.log import Draft, Log, Placed, age_of, check_text, no_conversation
from server.domain.chat.types import ConversationRow, DecisionRow
from server.domain.customers.actions import ensure_contact
from server.protocol.client_frames import CloseConversation, ReopenConversation, StartConversation, TakeConversation
from server.protocol.codes import RefusalCode
from server.protocol.entries import (
    AnyDecision,
    ConversationClosed,
    ConversationReopened,
    ConversationStarted,
    ConversationTaken,
)
from server.protocol.line import NOBODY, Audience
from server.protocol.values import Page, Sender

sql = load(__file__)
AnyDecisionBody = TakeConversation | CloseConversation | ReopenConversation
Decide = Callable[[Transaction, ConversationRow], Awaitable[AnyDecision]]


async def start_conversation(db: Db, log: Log, actor: Actor, body: StartConversation) -> Placed:
    """Open a visitor's conversation under the id that the visitor made; it waits for a person at once."""
    age_of(body.id)
    check_text(body.subject)
    if actor.kind != "contact" or actor.channel_id is None:
        raise Forbidden("only a visitor starts a conversation")
    page = body.page or Page()
    async with db.scope(actor.org_id) as tx:
        await ensure_contact(tx, actor.id, actor.name, "")
        row = await tx.maybe(
            sql.start_conversation, ConversationRow, id=body.id, channel_id=actor.channel_id, contact_id=actor.id,
            subject=body.subject, page_url=page.url, referrer=page.referrer,
        )  # fmt: skip
        if row is None:
            entry = _same(await tx.maybe(sql.decision, DecisionRow, id=body.id), actor, body.id)
        else:
            entry = ConversationStarted(subject=body.subject, **_common(actor, body.id, row))
            await _decide(tx, actor, entry)
    return await announce(log, actor.org_id, actor.id, entry)


async def take_conversation(db: Db, log: Log, actor: Actor, body: TakeConversation) -> Placed:
    """Become the holder of a conversation that nobody changed since the actor looked."""
    actor.require("conversation.take")

    async def decide(tx: Transaction, before: ConversationRow) -> AnyDecision:
        row = await _compare_and_set(tx, sql.take_conversation, body, agent_id=actor.id)
        await tx.run(sql.note_assignment, conversation_id=row.id, agent_id=actor.id, turn=row.turn)
        return ConversationTaken(
            agent_id=actor.id, agent_name=actor.name, previous_agent_id=before.assigned_agent_id,
            **_common(actor, body.id, row),
        )  # fmt: skip

    return await _once(db, log, actor, body, decide)


async def close_conversation(db: Db, log: Log, actor: Actor, body: CloseConversation) -> Placed:
    """End a conversation; a later message from the visitor opens it again."""
    actor.require("conversation.close")
    check_text(body.reason)

    async def decide(tx: Transaction, _: ConversationRow) -> AnyDecision:
        row = await _compare_and_set(tx, sql.close_conversation, body, agent_id=actor.id, reason=body.reason)
        return ConversationClosed(reason=body.reason, **_common(actor, body.id, row))

    return await _once(db, log, actor, body, decide)


async def reopen_conversation(db: Db, log: Log, actor: Actor, body: ReopenConversation) -> Placed:
    """Let a closed conversation go on, with the actor as its holder."""
    actor.require("conversation.reopen")

    async def decide(tx: Transaction, _: ConversationRow) -> AnyDecision:
        row = await _compare_and_set(tx, sql.reopen_conversation, body, agent_id=actor.id)
        await tx.run(sql.note_assignment, conversation_id=row.id, agent_id=actor.id, turn=row.turn)
        return ConversationReopened(**_common(actor, body.id, row))

    return await _once(db, log, actor, body, decide)


async def reopen_for_visitor(db: Db, log: Log, org_id: UUID, conversation_id: UUID, event_id: UUID) -> None:
    """A visitor wrote in a closed conversation: it waits for a person again. Harmless when repeated."""
    async with db.scope(org_id) as tx:
        before = await tx.maybe(sql.conversation, ConversationRow, conversation_id=conversation_id)
        if before is None or before.status not in {"closed", "resolved"}:
            return
        if not await tx.value(sql.spoke_after_close, conversation_id=conversation_id):
            return
        body = ReopenConversation(event_id, conversation_id, before.version)
        row = await _compare_and_set(tx, sql.reopen_conversation, body, agent_id=None)
        system = Actor("system", event_id, org_id, "")
        entry = ConversationReopened(**_common(system, event_id, row))
        await _decide(tx, system, entry)
    await announce(log, org_id, None, entry)


async def _once(db: Db, log: Log, actor: Actor, body: AnyDecisionBody, decide: Decide) -> Placed:
    """Decide in one transaction, unless this id has decided before; then give the decision its number."""
    age_of(body.id)
    async with db.scope(actor.org_id, agent_id=actor.id) as tx:
        before = await tx.maybe(sql.conversation, ConversationRow, conversation_id=body.conversation_id)
        if before is None:
            raise no_conversation()
        decision = await tx.maybe(sql.decision, DecisionRow, id=body.id)
        if decision is None:
            entry = await decide(tx, before)
            await _decide(tx, actor, entry)
        else:
            entry = _same(decision, actor, body.conversation_id)
    # Outside of the transaction: the log may ask the pool for a second connection.
    return await announce(log, actor.org_id, actor.id, entry)


async def announce(log: Log, org_id: UUID, actor_id: UUID | None, entry: AnyDecision) -> Placed:
    """Give a decision that is true its number in the conversation's log; repeated, it keeps the first one."""
    draft = Draft(
        org=org_id.bytes, topic=entry.conversation_id.bytes, id=entry.id.bytes,
        sender=actor_id.bytes if actor_id else NOBODY, sender_kind=b"s", audience=Audience.PUBLIC,
        payload=msgspec.json.encode(entry), decision=(entry.version, entry.status, entry.turn),
    )  # fmt: skip
    return await log.place(draft)


async def _compare_and_set(
    tx: Transaction, statement: Statement, body: AnyDecisionBody, **values: Any
) -> ConversationRow:
    row = await tx.maybe(
        statement, ConversationRow, conversation_id=body.conversation_id, version=body.version, **values
    )
    if row is None:
        raise Conflict("somebody changed the conversation first, or it is not in a state for this")
    return row


async def _decide(tx: Transaction, actor: Actor, entry: AnyDecision) -> None:
    data = msgspec.to_builtins(entry)
    is_person = actor.kind != "system"
    await tx.run(
        sql.decide, id=entry.id, kind=data["type"], actor_kind=actor.kind, actor_id=actor.id if is_person else None,
        conversation_id=entry.conversation_id, data=data,
    )  # fmt: skip


def _common(actor: Actor, entry_id: UUID, row: ConversationRow) -> dict[str, Any]:
    sender = Sender("system") if actor.kind == "system" else Sender(actor.kind, actor.id, actor.name)
    return {
        "id": entry_id, "conversation_id": row.id, "sender": sender, "status": row.status, "version": row.version,
        "turn": row.turn,
    }  # fmt: skip


def _same(decision: DecisionRow | None, actor: Actor, conversation_id: UUID) -> AnyDecision:
    if decision is None or decision.actor_id != actor.id or decision.conversation_id != conversation_id:
        raise Conflict("somebody else used this id", code=RefusalCode.ID_TAKEN)
    return decision_entry(decision)


def decision_entry(decision: DecisionRow) -> AnyDecision:
    """The entry that a stored decision is shown as."""
    entry: AnyDecision = msgspec.convert(decision.data, AnyDecision)
    return entry
