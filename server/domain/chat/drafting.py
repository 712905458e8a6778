"""Verification: what a bot would say to a visitor is a draft until somebody approves it.

It is the server that holds it back, and the draft has the id of the message that it becomes: so it is said once,
however many approve it wherever, and whatever dies between the approval and the log.
"""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Db
from server.core.errors import Conflict, NotFound
from server.core.events import Event
from server.core.ids import DAY_MS, id_of_both
from server.core.sql import load
from server.domain.chat.collaborating import Beginning, begin, locked, note, one, outdate, setup_in, shown, tell
from server.domain.chat.collaboration_types import CollaborationRow, DueCollaboration
from server.domain.chat.handoffs import hand_off_by_rule
from server.domain.chat.holder_types import Holding
from server.domain.chat.log import Ahead, Log, Placed, age_of, check_text, no_conversation
from server.domain.chat.talk import compose
from server.domain.chat.types import Known
from server.protocol.client_frames import PostMessage
from server.protocol.codes import RefusalCode
from server.protocol.collaboration_values import Collaboration

sql = load(__file__)

SAID = frozenset({"collaboration_ended"})
# So often a bot's words may be rejected before people answer.
MOST_REJECTED = 5
# What whoever takes over is shown of a draft; a handoff's state has four kilobytes.
SHOWN = 1000


async def post_verified(db: Db, log: Log, bot: Actor, frame: PostMessage) -> Placed | Collaboration:
    """Keep what a bot would say until it is approved; once it is, the same frame is said, or was.

    Raises NotFound and Conflict as the log does: for a conversation that the bot does not hold, a turn that is over,
    and an id that somebody else used.
    """
    age_of(frame.id)
    check_text(frame.body)
    draft = compose(bot, frame)
    async with db.act(bot) as tx:
        used = await tx.records(sql.collaboration_place, id=frame.id)
        known = await tx.maybe(sql.known_message, Known, id=frame.id)
    if used and (used[0]["conversation_id"], used[0]["coordinator_agent_id"]) != (frame.conversation_id, bot.id):
        raise Conflict("somebody else used this id", code=RefusalCode.ID_TAKEN)
    if known is not None:
        # Said before it was approved, or before anybody had to.
        return await log.place_old(draft, bot.org_id)
    if not used:
        kept = await _kept(db, log, bot, frame)
        if kept is None:
            return await log.place(draft)
        row = kept
    else:
        async with db.act(bot) as tx:
            found = await one(tx, frame.conversation_id, frame.id)
        assert found is not None
        row = found
    if row.outcome in {"approved", "edited"}:
        return await say_approved(log, bot.org_id, row)
    return shown(row)


async def _kept(db: Db, log: Log, bot: Actor, frame: PostMessage) -> CollaborationRow | None:
    """The draft; None where nobody has to approve any more what the bot says."""
    after_seq = await log.last_seq(bot.org_id.bytes, frame.conversation_id.bytes)
    async with db.act(bot) as tx:
        held = await tx.maybe(sql.lock_conversation, Holding, conversation_id=frame.conversation_id)
        if held is None:
            raise no_conversation()
        if held.assigned_agent_id != bot.id or held.turn != frame.turn:
            raise Conflict("the conversation has a new holder", code=RefusalCode.STALE_TURN)
        setup = await setup_in(tx, bot)
        if setup is None or setup.type != "verification":
            return None
        tried = await tx.value(sql.collaborations_since, conversation_id=held.id)
        beginning = Beginning(
            id=frame.id, conversation_id=held.id, turn=held.turn, after_seq=after_seq, question=frame.body, draft=frame
        )
        row = await begin(tx, bot, setup, beginning)
    tell(log, bot.org_id, row)
    # What the visitor said while that was on its way is seen now, and what comes later is the reader's.
    await outdate(db, log, bot.org_id, [row.conversation_id])
    if tried >= MOST_REJECTED:
        await _to_people(db, log, bot.org_id, row, f"its words were not approved {MOST_REJECTED} times")
    elif row.verifier_ids == [] and not row.asked:
        await _to_people(db, log, bot.org_id, row, "nobody of those is left who were named to approve")
    return row


async def say_approved(log: Log, org_id: UUID, row: CollaborationRow) -> Placed:
    """Say what was approved in the bot's name, or tell where it stands; raises Conflict when the turn is over."""
    frame = msgspec.convert(row.draft, PostMessage)
    texts = [each.body for each in row.contributions if each.verdict == "approve" and each.body]
    if row.outcome == "edited" and texts:
        frame = msgspec.structs.replace(frame, body=texts[-1])
    bot = Actor("bot", row.coordinator_id, org_id, row.coordinator_name, "bot")
    draft = compose(bot, frame)
    return await (log.place_old(draft, org_id) if age_of(frame.id) > DAY_MS else log.place(draft))


async def say_or_unsay(db: Db, log: Log, org_id: UUID, row: CollaborationRow) -> CollaborationRow:
    """The same, where nobody waits for its number; what cannot be said any more is outdated.

    Raises Ahead while the log is about to hear of the draft's turn.
    """
    try:
        await say_approved(log, org_id, row)
    except (Conflict, NotFound, Ahead) as refused:
        async with db.scope(org_id) as tx:
            if isinstance(refused, Ahead) and await tx.value(sql.is_numbering, conversation_id=row.conversation_id):
                raise
            await tx.run(sql.unsay_draft, id=row.id)
            found = await one(tx, row.conversation_id, row.id)
        assert found is not None
        row = found
    return row


async def say_drafts(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What was approved and not said, as the process that should have died before it could, is said."""
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id and event.data.get("type") == "verification"]
        async with db.scope(org_id) as tx:
            ids = [event.conversation_id for event in own]
            found = await tx.many(sql.approved_drafts, CollaborationRow, conversation_ids=ids)
        early = None
        for row in found:
            try:
                after = await say_or_unsay(db, log, org_id, row)
            except Ahead as refused:
                # Nobody else's draft waits for it.
                early = refused
                continue
            if after.outcome == "outdated":
                tell(log, org_id, after)
        if early is not None:
            raise early


async def end_waiting(db: Db, log: Log, due: DueCollaboration) -> None:
    """Nobody decided about a draft in time: people answer, who see what the bot would have said."""
    async with db.scope(due.org_id) as tx:
        row = await one(tx, due.conversation_id, due.id)
    if row is not None and row.ended_at is None:
        await _to_people(db, log, due.org_id, row, "nobody approved in time what the bot would have said")


async def _to_people(db: Db, log: Log, org_id: UUID, row: CollaborationRow, why: str) -> None:
    draft = "" if row.draft is None else str(row.draft["body"])[:SHOWN]
    state = {"draft": draft, "collaboration_id": str(row.id)}
    with suppress(Conflict, NotFound):
        await hand_off_by_rule(
            db, log, org_id, row.conversation_id, row.turn, id_of_both(row.id, row.coordinator_id), "policy", why,
            state=state,
        )  # fmt: skip
    async with db.scope(org_id) as tx:
        ended = await locked(tx, row.conversation_id, row.id)
        if ended is not None and ended.ended_at is None:
            # As it was said for a turn that is over by now, or about to be.
            await tx.run(sql.expire_collaboration, id=row.id)
            ended = await one(tx, row.conversation_id, row.id)
            assert ended is not None
            await note(tx, "collaboration_ended", Actor("system", org_id, org_id, ""), ended)
    if ended is not None:
        tell(log, org_id, ended)
