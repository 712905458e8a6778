"""Who held a conversation from when to when: what its decisions say, and the stints that are kept of it.

Everything is worked out from a conversation's decisions anew, in the order of their versions. So it does not matter how
often an event comes, in which order, or whether a worker died in between: the same decisions make the same stints, to
the microsecond.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, takewhile
from typing import Any, Literal
from uuid import UUID

from msgspec import structs

from server.core.db import Transaction
from server.core.ids import uuid7_from, uuid7_ms
from server.core.sql import load
from server.domain.chat.holder_types import HolderDecision, Stint

sql = load(__file__)

# Ingest has given decisions about a conversation their numbers, and the times that they have from then on.
NUMBERED = "decisions_numbered"
OPENS = frozenset({"conversation_started", "conversation_reopened"})
CLOSES = frozenset({"conversation_closed"})
# The decisions after which somebody else may hold the conversation, or nobody.
MOVES = OPENS | CLOSES | {"conversation_taken", "conversation_assigned", "conversation_released"}
_JOINS = frozenset({"agent_joined", "agent_left"})
# And with those after which somebody else takes part.
DECIDES = MOVES | _JOINS
_GIVES = frozenset({"conversation_taken", "conversation_assigned"})


def holder_after(decision: HolderDecision) -> UUID | None:
    """Who holds the conversation after one of the decisions in `MOVES`."""
    if decision.kind in OPENS and decision.agent_id is None:
        # A member who begins a conversation holds it; a visitor's waits, and so does one that its word opened again.
        return decision.actor_id if decision.actor_kind == "member" else None
    return decision.agent_id if decision.kind in _GIVES | OPENS else None


def stints_of(decisions: Iterable[HolderDecision]) -> list[Stint]:
    """The waiting and the holding of one conversation, one after the other; the last one may go on."""
    found: list[Stint] = []
    for decision in decisions:
        if decision.kind not in MOVES:
            continue
        last = found[-1] if found and found[-1].left_at is None else None
        # A clock that was set back makes a stint of no time, never one of less.
        at = max(decision.at, found[-1].left_at or found[-1].joined_at) if found else decision.at
        holder = holder_after(decision)
        role: Literal["queue", "bot", "primary"] = "queue"
        if holder is not None:
            role = "bot" if decision.is_bot else "primary"
        if last is not None and decision.kind not in OPENS and (last.role, last.agent_id) == (role, holder):
            continue
        if last is not None:
            found[-1] = structs.replace(last, left_at=at)
        if holder is not None or decision.status == "waiting":
            found.append(Stint(decision.id, decision.conversation_id, role, holder, at))
    return found


def joined_stints_of(decisions: Iterable[HolderDecision]) -> list[Stint]:
    """The stints of those who joined beside the holder: until they leave, hold it themselves, or it is over."""
    here: dict[UUID, Stint] = {}
    over: list[Stint] = []
    for decision in decisions:
        if decision.kind == "agent_joined" and decision.agent_id is not None:
            here[decision.agent_id] = Stint(
                decision.id, decision.conversation_id, "supervisor", decision.agent_id, decision.at
            )
            continue
        gone = decision.agent_id if decision.kind == "agent_left" else holder_after(decision)
        for agent_id in list(here) if decision.kind in OPENS | CLOSES else [each for each in here if each == gone]:
            stint = here.pop(agent_id)
            over.append(structs.replace(stint, left_at=max(decision.at, stint.joined_at)))
    return [*over, *here.values()]


async def keep_stints(tx: Transaction, conversation_ids: Sequence[UUID]) -> None:
    """Bring the stints of some conversations to what their decisions say; repeated, it changes nothing."""
    rows: list[dict[str, Any]] = []
    for decisions in await decisions_of(tx, conversation_ids):
        stints = [*stints_of(decisions), *joined_stints_of(decisions)]
        rows += [
            structs.asdict(each) | {"id": stint_id(each.decision_id, each.agent_id)}
            for each in stints
            if each.agent_id is not None
        ]
    await tx.run(sql.join_contacts, rows=[
        {"id": stint_id(each, None), "conversation_id": each} for each in conversation_ids
    ])  # fmt: skip
    if rows:
        await tx.run(sql.end_stints, rows=[each for each in rows if each["left_at"]])
        await tx.run(sql.add_past_stints, rows=[each for each in rows if each["left_at"]])
        await tx.run(sql.begin_stints, rows=[each for each in rows if not each["left_at"]])


async def decisions_of(
    tx: Transaction, conversation_ids: Sequence[UUID], kinds: Collection[str] = DECIDES
) -> list[list[HolderDecision]]:
    """The decisions of these kinds about some conversations, for each in their order.

    Up to the first that has no number yet, and so not its time: whatever follows it is told together with it.
    """
    found = await tx.many(
        sql.holder_decisions, HolderDecision, conversation_ids=list(conversation_ids), kinds=sorted(kinds)
    )
    return [
        list(takewhile(lambda each: each.seq is not None, own))
        for _, own in groupby(found, key=lambda each: each.conversation_id)
    ]


def stint_id(decision_id: UUID, agent_id: UUID | None) -> UUID:
    """The id of the stint that a decision begins, always the same; without an agent it is the contact's."""
    digest = hashlib.sha256(b"stint" + decision_id.bytes + (agent_id.bytes if agent_id else b"")).digest()
    return uuid7_from(uuid7_ms(decision_id), int.from_bytes(digest[:10]))
