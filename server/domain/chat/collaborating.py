"""Several agents on one conversation: the row that knows how far they are, and who hears of it.

What is asked of whom until when stands in Postgres alone, so that every process can go on with it. A hint tells whoever
is concerned; whoever missed it asks again.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, get
from server.core.events import Event
from server.core.sql import load
from server.domain.chat import rounds
from server.domain.chat.collaboration_types import CollaborationRow
from server.domain.chat.log import Log
from server.domain.chat.rounds import Rounds
from server.domain.chat.sight import require
from server.protocol.client_frames import PostMessage
from server.protocol.collaboration_values import Collaboration, CollaborationSetup, MessageDraft
from server.protocol.server_frames import CollaborationChanged

sql = load(__file__)

# Where members approve, and where bots are asked.
MEMBERS_SECONDS, BOTS_SECONDS = 60, 15


class Collaborations(Struct, frozen=True):
    """Who worked together on a conversation, the newest first."""

    collaborations: list[Collaboration]


class Beginning(Struct, frozen=True, kw_only=True):
    """What a bot wants others to be asked."""

    id: UUID
    conversation_id: UUID
    turn: int
    after_seq: int
    question: str = ""
    draft: PostMessage | None = None


async def setup_of(db: Db, bot: Actor) -> CollaborationSetup | None:
    """How a bot works with others just now."""
    async with db.act(bot) as tx:
        return await setup_in(tx, bot)


async def setup_in(tx: Transaction, bot: Actor) -> CollaborationSetup | None:
    """The same, in a transaction."""
    found = await tx.value(sql.collaboration_of, bot_id=bot.id)
    return None if found is None else msgspec.convert(found, CollaborationSetup)


async def begin(tx: Transaction, bot: Actor, setup: CollaborationSetup, body: Beginning) -> CollaborationRow:
    """Keep that others are asked, and whom first; said twice it is the same."""
    found = await tx.records(sql.agents_named, ids=setup.agent_ids)
    there = {row["id"] for row in found}
    agent_ids = [each for each in setup.agent_ids if each in there]
    start = Rounds(setup.type, agent_ids, setup.rounds if setup.type == "debate" else 1)
    seconds = setup.seconds or (BOTS_SECONDS if agent_ids else MEMBERS_SECONDS)
    verifier_ids = await _verifiers(tx, setup)
    now = await clock(tx)
    state = rounds.begun(start)
    deadline_at = now + seconds * 1000
    await tx.run(
        sql.begin_collaboration, id=body.id, conversation_id=body.conversation_id, type=setup.type, agent_ids=agent_ids,
        coordinator_id=bot.id, question=body.question, turn=body.turn, after_seq=body.after_seq, rounds=state.rounds,
        draft=None if body.draft is None else msgspec.to_builtins(body.draft), asked=state.asked,
        due_at=now + seconds * 1000 // rounds.steps_left(state), deadline_at=deadline_at,
        verifier_ids=verifier_ids, verifier_team_id=setup.team_id,
    )  # fmt: skip
    row = await one(tx, body.conversation_id, body.id)
    assert row is not None
    await note(tx, "collaboration_started", bot, row)
    return row if all(each["is_connected"] for each in found) else await move(tx, bot, row, state_of(row))


async def _verifiers(tx: Transaction, setup: CollaborationSetup) -> list[UUID] | None:
    if setup.verifiers == "anybody":
        return None
    named = await tx.records(sql.verifiers, member_ids=setup.member_ids, team_id=setup.team_id)
    return [each["id"] for each in named]


async def clock(tx: Transaction) -> int:
    """Now, by the clock that all deadlines of collaborations go by."""
    return int(await tx.value(sql.deadline, seconds=0))


async def one(tx: Transaction, conversation_id: UUID, collaboration_id: UUID) -> CollaborationRow | None:
    """One of a conversation's, as it is."""
    return await tx.maybe(sql.collaborations, CollaborationRow, conversation_id=conversation_id, id=collaboration_id)


async def locked(tx: Transaction, conversation_id: UUID, collaboration_id: UUID) -> CollaborationRow | None:
    """The same, and nobody else changes it meanwhile."""
    await tx.value(sql.lock_collaboration, conversation_id=conversation_id, id=collaboration_id)
    return await one(tx, conversation_id, collaboration_id)


async def move(tx: Transaction, actor: Actor, row: CollaborationRow, to: Rounds) -> CollaborationRow:
    """Go on to who is asked next, or end it; bots that are not there are not waited for."""
    now = await clock(tx)
    while to.asked and to.outcome is None:
        found = await tx.records(sql.agents_named, ids=to.asked)
        there = {each["id"] for each in found if each["is_connected"]}
        names = {each["id"]: each["name"] for each in found}
        gone = {each: names.get(each, "") for each in to.asked if each not in there}
        if not gone:
            break
        to = rounds.skipped(to, gone)
    is_asked_anew = to.round != row.round or not set(to.asked) <= set(row.asked)
    step = max(row.deadline_at - now, 0) // rounds.steps_left(to)
    due_at = now + step if is_asked_anew else row.due_at
    if to.outcome is None and not to.asked:
        # Nobody is left to be asked, and members may still decide.
        due_at = row.deadline_at
    await tx.run(
        sql.move_collaboration, id=row.id, contributions=msgspec.to_builtins(to.contributions), agent_ids=to.agent_ids,
        round=to.round, asked=to.asked, is_asked_anew=is_asked_anew, due_at=due_at, outcome=to.outcome,
        consensus_reached=to.consensus_reached,
    )  # fmt: skip
    moved = await one(tx, row.conversation_id, row.id)
    assert moved is not None
    if moved.outcome is not None:
        await note(tx, "collaboration_ended", actor, moved)
    return moved


def state_of(row: CollaborationRow) -> Rounds:
    """How far it has come."""
    return Rounds(
        row.type, row.agent_ids, row.rounds, row.round, row.asked, row.contributions, row.outcome, row.consensus_reached
    )


async def note(tx: Transaction, kind: str, actor: Actor, row: CollaborationRow) -> None:
    """Tell the event log, in the same transaction; not what was said."""
    await tx.run(
        sql.tell_collaboration, kind=kind, actor_kind=actor.kind,
        actor_id=None if actor.kind == "system" else actor.id, id=row.id, conversation_id=row.conversation_id,
        data={"type": row.type, "outcome": row.outcome},
    )  # fmt: skip


def shown(row: CollaborationRow) -> Collaboration:
    """As the team and the coordinator see it."""
    draft = None if row.draft is None else msgspec.convert(row.draft, PostMessage)
    return Collaboration(
        row.id, row.conversation_id, row.type, row.agent_ids, row.coordinator_id, row.coordinator_name, row.started_at,
        row.deadline_at, row.question,
        draft=None if draft is None else MessageDraft(draft.body, draft.citations, draft.answer, draft.content),
        round=row.round, contributions=row.contributions, ended_at=row.ended_at, outcome=row.outcome,
        consensus_reached=row.consensus_reached, verifier_ids=row.verifier_ids, verifier_team_id=row.verifier_team_id,
    )  # fmt: skip


def tell(log: Log, org_id: UUID, row: CollaborationRow) -> None:
    """Let the team and the coordinator hear of it, and whoever is asked look."""
    log.tell_team(org_id, row.conversation_id, msgspec.json.encode(CollaborationChanged(shown(row))))
    for agent_id in row.asked:
        log.call_holder(org_id, agent_id, row.conversation_id)


async def outdate(db: Db, log: Log, org_id: UUID, conversation_ids: Sequence[UUID]) -> None:
    """End what nobody waits for any more."""
    system = Actor("system", org_id, org_id, "")
    async with db.scope(org_id) as tx:
        ended = []
        for each in await tx.records(sql.outdate_collaborations, conversation_ids=conversation_ids):
            row = await one(tx, each["conversation_id"], each["id"])
            assert row is not None
            await note(tx, "collaboration_ended", system, row)
            ended.append(row)
    for row in ended:
        tell(log, org_id, row)


async def follow_conversations(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What ends with the coordinator's turn, or with the visitor's next word, is ended."""
    for org_id in {event.org_id for event in events}:
        ids = {event.conversation_id for event in events if event.org_id == org_id and event.conversation_id}
        await outdate(db, log, org_id, sorted(ids))


async def list_collaborations(call: Call, conversation_id: UUID) -> Collaborations:
    """List who worked together on a conversation, drafts and who approved them among it; the newest first."""
    async with call.house.db.act(call.actor) as tx:
        await require(tx, call.actor, conversation_id)
        found = await tx.many(sql.collaborations, CollaborationRow, conversation_id=conversation_id, id=None)
    return Collaborations([shown(row) for row in found])


endpoints = [
    get("/api/conversations/{conversation_id}/collaborations", list_collaborations, permission="conversation.read")
]
