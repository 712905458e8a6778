"""What all decisions have in common: true once, in one Postgres transaction, and then numbered in the log.

A decision carries an id of its maker's; said twice it is decided once. What a crash leaves without a number, the reader
`numbers` (reactions.py) announces again.
"""

from typing import Any
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Transaction, UniqueViolation
from server.core.errors import Conflict
from server.core.sql import Statement, load
from server.domain.chat.log import Draft, Log, Placed
from server.domain.chat.types import Changed, ConversationRow, DecisionRow
from server.domain.routing.types import Choice
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from server.protocol.entries import AnyDecision
from server.protocol.line import NOBODY, Audience
from server.protocol.values import Sender

sql = load(__file__)
Versioned = (
    say.TakeConversation
    | say.ReleaseConversation
    | say.AssignConversation
    | say.PrioritizeConversation
    | say.ClassifyConversation
    | say.CloseConversation
    | say.ReopenConversation
)
Body = (
    Versioned
    | say.HandOffConversation
    | say.TagConversation
    | say.SetAttributes
    | say.JoinConversation
    | say.LeaveConversation
    | say.AcceptOffer
    | say.DeclineOffer
)
# They name whom somebody asks or who takes part, and not who holds the conversation.
_ASKS = (told.ConversationOffered, told.OfferEnded, told.AgentJoined, told.AgentLeft)


async def announce(log: Log, org_id: UUID, actor_id: UUID | None, entry: AnyDecision) -> Placed:
    """Give a decision that is true its number in the conversation's log; repeated, it keeps the first one."""
    draft = Draft(
        org=org_id.bytes, topic=entry.conversation_id.bytes, id=entry.id.bytes,
        sender=actor_id.bytes if actor_id else NOBODY, sender_kind=b"s",
        audience=Audience.TEAM if getattr(entry, "is_internal", False) else Audience.PUBLIC,
        payload=msgspec.json.encode(entry), decision=(entry.version, entry.status, entry.turn),
    )  # fmt: skip
    placed = await log.place(draft)
    for name in ("agent_id", "previous_agent_id"):
        if not isinstance(entry, _ASKS) and (agent_id := getattr(entry, name, None)) is not None:
            log.call_holder(org_id, agent_id, entry.conversation_id)
    return placed


async def compare_and_set(tx: Transaction, statement: Statement, body: Versioned, **values: Any) -> Changed:
    """Change what the actor saw; refuses, with what happened, when it is no longer so."""
    row = await tx.maybe(statement, Changed, conversation_id=body.conversation_id, version=body.version, **values)
    if row is None:
        raise Conflict(await why_not(tx, body))
    return row


async def write(tx: Transaction, actor: Actor, entry: AnyDecision) -> None:
    """The decision's event, in its own transaction; refuses an id that was used for anything else."""
    data = msgspec.to_builtins(entry)
    is_person = actor.kind != "system"
    try:
        await tx.run(
            sql.decide, id=entry.id, kind=data["type"], actor_kind=actor.kind, actor_id=actor.id if is_person else None,
            conversation_id=entry.conversation_id, data=data,
        )  # fmt: skip
    except UniqueViolation:
        raise _taken() from None


async def note_step(tx: Transaction, row: Changed, state: str, choice: Choice | None = None) -> None:
    """Keep how the conversation travelled, and why where a bot was chosen."""
    await tx.run(
        sql.note_assignment, conversation_id=row.id, agent_id=row.assigned_agent_id, team_id=row.assigned_team_id,
        turn=row.turn, state=state, why={} if choice is None else {"choice": msgspec.to_builtins(choice)},
    )  # fmt: skip


async def note_choice(tx: Transaction, row: Changed, choice: Choice) -> None:
    """Keep which bot was chosen and why; where people have it, why no bot could."""
    if row.assigned_agent_id is not None or choice.passed_over:
        await note_step(tx, row, "taken" if row.assigned_agent_id else "released", choice)


def common(actor: Actor, entry_id: UUID, row: Changed) -> dict[str, Any]:
    """The fields that every decision's entry has."""
    sender = Sender("system") if actor.kind == "system" else Sender(actor.kind, actor.id, actor.name)
    return {
        "id": entry_id, "conversation_id": row.id, "sender": sender, "status": row.status, "version": row.version,
        "turn": row.turn,
    }  # fmt: skip


def same(decision: DecisionRow | None, actor: Actor, conversation_id: UUID) -> AnyDecision:
    """What the actor decided under this id before; refuses an id that was used for anything else."""
    if decision is None or decision.actor_id != actor.id or decision.conversation_id != conversation_id:
        raise _taken()
    return decision_entry(decision)


def _taken() -> Conflict:
    return Conflict("somebody else used this id", code=RefusalCode.ID_TAKEN)


def decision_entry(decision: DecisionRow) -> AnyDecision:
    """The entry that a stored decision is shown as."""
    entry: AnyDecision = msgspec.convert(decision.data, AnyDecision)
    return entry


async def why_not(tx: Transaction, body: Versioned | say.HandOffConversation) -> str:
    """What happened since the actor looked, or why its wish cannot be."""
    last = await tx.maybe(sql.decided_since, DecisionRow, conversation_id=body.conversation_id, version=body.version)
    if last is not None:
        return f"{_happened(decision_entry(last))} meanwhile"
    now = await tx.maybe(sql.conversation, ConversationRow, conversation_id=body.conversation_id)
    if now is None or now.version != body.version:
        return "somebody changed the conversation first"
    if now.status in {"closed", "resolved"} and isinstance(body, _OF_THE_LIVE):
        return "the conversation is closed; reopen it first"
    return _NO_CHANGE[type(body)].format(who=now.assigned_agent_name or now.assigned_team_name)


_OF_THE_LIVE = (say.TakeConversation, say.ReleaseConversation, say.AssignConversation, say.HandOffConversation)
_NO_CHANGE: dict[type[say.ClientFrame], str] = {
    say.TakeConversation: "you hold the conversation already",
    say.ReleaseConversation: "nobody holds the conversation",
    say.AssignConversation: "{who} has the conversation already",
    say.HandOffConversation: "{who} has the conversation already",
    say.PrioritizeConversation: "the conversation has this priority already",
    say.ClassifyConversation: "the conversation has this type already",
    say.CloseConversation: "the conversation is closed already",
    say.ReopenConversation: "the conversation is not closed",
}


def _happened(entry: AnyDecision) -> str:
    if isinstance(entry, told.ConversationReopened) and entry.sender.kind == "system":
        return "the visitor wrote again"
    to = entry.agent_name or entry.team_name if isinstance(entry, told.ConversationAssigned) else ""
    to = entry.agent_name if isinstance(entry, told.ConversationOffered) else to
    return f"{entry.sender.name or 'the system'} {_HAPPENED[type(entry)]}{to}"


_HAPPENED: dict[type[told.Entry], str] = {
    told.ConversationStarted: "started the conversation",
    told.ConversationTaken: "took the conversation",
    told.ConversationOffered: "offered the conversation to ",
    told.OfferEnded: "ended an offer",
    told.HandoffRequested: "handed the conversation over",
    told.ConversationReleased: "gave the conversation back to the queue",
    told.ConversationAssigned: "gave the conversation to ",
    told.AgentJoined: "joined the conversation",
    told.AgentLeft: "left the conversation",
    told.ConversationTagged: "changed the tags",
    told.AttributesSet: "noted something",
    told.ConversationPrioritized: "changed the priority",
    told.ConversationClassified: "said what it is about",
    told.ConversationClosed: "closed the conversation",
    told.ConversationReopened: "opened the conversation again",
}
