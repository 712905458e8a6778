"""Decisions about conversations: who holds one, what it is about, and when it is over (decision.py has the frame)."""

from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.errors import Conflict, Forbidden, Invalid, NotFound
from server.core.sql import load
from server.core.text import clean_tag
from server.domain.chat.decision import announce, common, compare_and_set, note_choice, note_step, write
from server.domain.chat.holder_types import Held
from server.domain.chat.log import Log, Placed, check_text
from server.domain.chat.once import once
from server.domain.chat.seats import first_bot, require_room, seat
from server.domain.chat.types import Changed, ConversationRow
from server.domain.routing import routing
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.codes import RefusalCode
from server.protocol.entries import AnyDecision
from server.protocol.values import MOST_TAGS

sql = load(__file__)


async def take_conversation(db: Db, log: Log, actor: Actor, body: say.TakeConversation) -> Placed:
    """Become the holder of a conversation that nobody changed since the actor looked."""
    actor.require("conversation.take")

    async def decide(tx: Transaction) -> AnyDecision:
        await _require_free_hand(tx, actor, body.conversation_id)
        row = await compare_and_set(tx, sql.take_conversation, body, agent_id=actor.id)
        await note_step(tx, row, "taken")
        return told.ConversationTaken(
            agent_id=actor.id, agent_name=actor.name, previous_agent_id=row.previous_agent_id,
            **common(actor, body.id, row),
        )  # fmt: skip

    return await once(db, log, actor, body, decide)


async def release_conversation(db: Db, log: Log, actor: Actor, body: say.ReleaseConversation) -> Placed:
    """Give a conversation that somebody holds back to the queue, and to its team's where it has one."""
    actor.require("conversation.release")

    async def decide(tx: Transaction) -> AnyDecision:
        row = await compare_and_set(tx, sql.release_conversation, body)
        await note_step(tx, row, "released")
        return told.ConversationReleased(previous_agent_id=row.previous_agent_id, **common(actor, body.id, row))

    return await once(db, log, actor, body, decide)


async def assign_conversation(db: Db, log: Log, actor: Actor, body: say.AssignConversation) -> Placed:
    """Give a conversation to a member or a bot who can answer, to a team's queue, or to both."""
    actor.require("conversation.assign")
    if body.agent_id is None and body.team_id is None:
        raise Invalid("name a member, a bot or a team; release gives it back to the queue")

    async def decide(tx: Transaction) -> AnyDecision:
        assignee = None if body.agent_id is None else await seat(tx, body.agent_id)
        if assignee is not None and assignee.is_bot:
            await require_room(tx, assignee, body.conversation_id)
        if body.team_id is not None and not await tx.value(sql.team_name, team_id=body.team_id):
            raise NotFound("there is no such team")
        if body.agent_id == actor.id:
            await _require_free_hand(tx, actor, body.conversation_id)
        row = await compare_and_set(tx, sql.assign_conversation, body, agent_id=body.agent_id, team_id=body.team_id)
        await note_step(tx, row, "taken")
        # Also where the team was not changed: the entry says who is answerable now.
        team = row.assigned_team_id
        return told.ConversationAssigned(
            agent_id=body.agent_id, agent_name=assignee.name if assignee else "", team_id=team,
            team_name=await tx.value(sql.team_name, team_id=team) or "" if team else "",
            previous_agent_id=row.previous_agent_id, previous_team_id=row.previous_team_id,
            **common(actor, body.id, row),
        )  # fmt: skip

    return await once(db, log, actor, body, decide)


async def tag_conversation(db: Db, log: Log, actor: Actor, body: say.TagConversation) -> Placed:
    """Add and remove tags; what a conversation has already, or has not, is no change."""
    actor.require("conversation.tag")
    add, remove = [clean_tag(each) for each in body.add], [clean_tag(each) for each in body.remove]

    async def decide(tx: Transaction) -> AnyDecision:
        row = await tx.one(sql.touch_conversation, Changed, conversation_id=body.conversation_id)
        if actor.kind == "bot" and row.assigned_agent_id != actor.id:
            raise Forbidden("a bot tags the conversations that it holds")
        removed = await tx.records(sql.remove_tags, conversation_id=row.id, tags=remove)
        added = await tx.records(
            sql.add_tags, conversation_id=row.id, tags=[each for each in add if each not in remove]
        )
        if not added and not removed:
            raise Conflict("the tags are so already")
        if await tx.value(sql.count_tags, conversation_id=row.id) > MOST_TAGS:
            raise Invalid(f"a conversation has at most {MOST_TAGS} tags", code=RefusalCode.TOO_MANY)
        return told.ConversationTagged(
            is_internal=True, added=sorted(each["tag"] for each in added),
            removed=sorted(each["tag"] for each in removed), **common(actor, body.id, row),
        )  # fmt: skip

    return await once(db, log, actor, body, decide)


async def prioritize_conversation(db: Db, log: Log, actor: Actor, body: say.PrioritizeConversation) -> Placed:
    """Say how urgent a conversation is; the queue is ordered by it."""
    actor.require("conversation.prioritize")

    async def decide(tx: Transaction) -> AnyDecision:
        row = await compare_and_set(tx, sql.prioritize_conversation, body, priority=body.priority)
        return told.ConversationPrioritized(
            is_internal=True, priority=body.priority, previous=row.previous_priority, **common(actor, body.id, row)
        )

    return await once(db, log, actor, body, decide)


async def close_conversation(db: Db, log: Log, actor: Actor, body: say.CloseConversation) -> Placed:
    """End a conversation; a later message from the visitor opens it again."""
    actor.require("conversation.close")
    check_text(body.reason)

    async def decide(tx: Transaction) -> AnyDecision:
        row = await compare_and_set(tx, sql.close_conversation, body, agent_id=actor.id, reason=body.reason)
        return told.ConversationClosed(
            reason=body.reason, previous_agent_id=row.previous_agent_id, **common(actor, body.id, row)
        )

    return await once(db, log, actor, body, decide)


async def reopen_conversation(db: Db, log: Log, actor: Actor, body: say.ReopenConversation) -> Placed:
    """Let a closed conversation go on, with the actor as its holder."""
    actor.require("conversation.reopen")

    async def decide(tx: Transaction) -> AnyDecision:
        await _require_free_hand(tx, actor, body.conversation_id)
        row = await compare_and_set(tx, sql.reopen_conversation, body, agent_id=actor.id)
        await note_step(tx, row, "taken")
        return told.ConversationReopened(agent_id=actor.id, agent_name=actor.name, **common(actor, body.id, row))

    return await once(db, log, actor, body, decide)


async def reopen_for_visitor(db: Db, log: Log, org_id: UUID, conversation_id: UUID, event_id: UUID) -> None:
    """A visitor wrote in a closed conversation: the channel's bot has it, or it waits again. Harmless when repeated."""
    async with db.scope(org_id) as tx:
        before = await tx.maybe(sql.conversation, ConversationRow, conversation_id=conversation_id)
        if before is None or before.status not in {"closed", "resolved"}:
            return
        if not await tx.value(sql.spoke_after_close, conversation_id=conversation_id):
            return
        body = say.ReopenConversation(event_id, conversation_id, before.version)
        words = await tx.value(sql.last_words, conversation_id=conversation_id) or ""
        bot, choice = await first_bot(tx, org_id, before.channel_id, words)
        row = await compare_and_set(tx, sql.reopen_conversation, body, agent_id=bot.id if bot else None)
        await note_choice(tx, row, choice)
        system = Actor("system", event_id, org_id, "")
        entry = told.ConversationReopened(
            agent_id=bot.id if bot else None, agent_name=bot.name if bot else "", **common(system, event_id, row)
        )
        await write(tx, system, entry)
    await announce(log, org_id, None, entry)


async def give_back(db: Db, log: Log, org_id: UUID, held: Held, event_id: UUID) -> None:
    """Let a conversation wait for somebody else whose holder is gone; refuses one that changed meanwhile."""
    async with db.scope(org_id) as tx:
        await routing.lock(tx)
        body = say.ReleaseConversation(event_id, held.id, held.version)
        row = await compare_and_set(tx, sql.release_conversation, body)
        await note_step(tx, row, "released")
        system = Actor("system", event_id, org_id, "")
        entry = told.ConversationReleased(previous_agent_id=row.previous_agent_id, **common(system, event_id, row))
        await write(tx, system, entry)
    await announce(log, org_id, None, entry)


async def _require_free_hand(tx: Transaction, actor: Actor, conversation_id: UUID) -> None:
    """Refuse who may not take any conversation one that is neither offered to it, nor its own, nor closed by it."""
    if actor.keeps("conversation.take_any"):
        return
    row = await tx.one(sql.conversation, ConversationRow, conversation_id=conversation_id)
    if actor.id not in {row.offered_agent_id, row.assigned_agent_id, row.resolved_by_agent_id}:
        raise Forbidden("this needs the permission conversation.take_any")
