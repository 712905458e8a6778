"""What agents say to a collaboration: a bot that was asked, or a member to what a bot would say."""

from contextlib import suppress

import msgspec

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.errors import Forbidden, Invalid, Unavailable
from server.core.sql import load
from server.domain.chat import rounds
from server.domain.chat.collaborating import clock, locked, move, one, outdate, shown, state_of, tell
from server.domain.chat.collaboration_types import CollaborationRow, DueCollaboration
from server.domain.chat.drafting import end_waiting, say_or_unsay
from server.domain.chat.holder_types import Holding
from server.domain.chat.log import Log, check_text, no_conversation
from server.domain.chat.sight import require
from server.protocol.client_frames import Contribute
from server.protocol.collaboration_values import Collaboration, Contribution

sql = load(__file__)

# Who sets bots up names who decides.
OVERSEES = "bot.write"


async def contribute(db: Db, log: Log, actor: Actor, body: Contribute) -> Collaboration:
    """Take what an agent says, and go on: to who is asked next, or, of a draft, with saying it.

    What was decided before, or came too late, changes nothing; the answer tells how it stands. Raises NotFound for what
    one was not asked, and Forbidden for a member where bots consult each other.
    """
    check_text(body.body)
    async with db.act(actor) as tx:
        if actor.kind == "member":
            await require(tx, actor, body.conversation_id)
        row, is_changed = await _taken(tx, actor, body)
    if is_changed and row.outcome in {"approved", "edited"}:
        # Where the log is away it is said as soon as it is back (drafting.py).
        with suppress(Unavailable):
            row = await say_or_unsay(db, log, actor.org_id, row)
    if is_changed:
        tell(log, actor.org_id, row)
    else:
        # What ended with the turn may wait for its reader still.
        await outdate(db, log, actor.org_id, [row.conversation_id])
        async with db.act(actor) as tx:
            row = await one(tx, row.conversation_id, row.id) or row
    return shown(row)


def may_decide(actor: Actor, row: CollaborationRow) -> bool:
    """Whether a member who may answer visitors may decide about a draft; whoever says who may, may himself."""
    return row.verifier_ids is None or actor.id in row.verifier_ids or actor.may(OVERSEES)


async def _taken(tx: Transaction, actor: Actor, body: Contribute) -> tuple[CollaborationRow, bool]:
    # The conversation first, as everybody does who decides something about it.
    held = await tx.maybe(sql.lock_conversation, Holding, conversation_id=body.conversation_id)
    row = await locked(tx, body.conversation_id, body.id)
    if held is None or row is None:
        raise no_conversation()
    if actor.kind == "member":
        if row.type != "verification":
            raise Forbidden("bots consult each other here; take the conversation to answer")
        if not may_decide(actor, row):
            raise Forbidden("others were named to decide about it")
    elif actor.id not in row.agent_ids:
        raise no_conversation()
    if row.type == "verification" and body.verdict is None:
        raise Invalid("approve it, or reject it", field="verdict")
    now = await clock(tx)
    is_due = actor.kind == "member" or (actor.id in row.asked and body.round == row.round)
    is_held = held.status == "assigned" and held.turn == row.turn and row.deadline_at > now
    if row.ended_at is not None or not is_due or not is_held:
        return row, False
    said = Contribution(
        actor.id, actor.name, round=row.round, body=body.body, confidence=body.confidence, agrees=body.agrees,
        verdict=body.verdict, ms=max(now - row.asked_at, 0),
    )  # fmt: skip
    return await move(tx, actor, row, rounds.answered(state_of(row), said)), True


async def due_collaborations(tx: Transaction) -> list[DueCollaboration]:
    """Where somebody has not answered in time; of all organizations, for the look-up role."""
    return await tx.many(sql.due_collaborations, DueCollaboration)


async def go_on(db: Db, log: Log, due: DueCollaboration) -> None:
    """Go on without who has not answered in time; several workers may try, and one does."""
    async with db.scope(due.org_id) as tx:
        row = await locked(tx, due.conversation_id, due.id)
        if row is None or row.ended_at is not None or row.due_at > await clock(tx):
            return
        if row.type != "verification":
            row = await move(tx, Actor("system", due.id, due.org_id, ""), row, await _without(tx, row))
    if row.type == "verification":
        await end_waiting(db, log, due)
    else:
        tell(log, due.org_id, row)


async def _without(tx: Transaction, row: CollaborationRow) -> rounds.Rounds:
    names = {each["id"]: each["name"] for each in await tx.records(sql.agents_named, ids=row.asked)}
    after = rounds.skipped(state_of(row), {each: names.get(each, "") for each in row.asked})
    if row.deadline_at <= await clock(tx) and after.outcome is None:
        return msgspec.structs.replace(after, asked=[], outcome="expired", consensus_reached=False)
    return after
