"""The routes of conversations: the inbox's snapshot, the past, talk and decisions for whoever has no socket."""

from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.core.auth import Actor
from server.core.endpoint import VISITOR, Call, Cursor, get, post
from server.core.ids import DAY_MS
from server.core.sql import load
from server.domain.chat import (
    actions,
    agents,
    approving,
    attributes,
    canned,
    classifying,
    conversations,
    handoffs,
    offers,
    reading,
    search,
    starting,
    suggesting,
    supervising,
)
from server.domain.chat.agents import all_agents
from server.domain.chat.conversations import Conversation, ConversationFilter
from server.domain.chat.history import History, Viewer
from server.domain.chat.log import Draft, Log, Placed, age_of
from server.domain.chat.reactions import card_of
from server.domain.chat.sight import counted, require, seen_ids
from server.domain.chat.talk import compose
from server.domain.chat.types import CardRow, Read, VisitorConversation
from server.protocol import client_frames as say
from server.protocol.agent_values import AgentLine
from server.protocol.content import Content, ShownContent
from server.protocol.values import Body, Card, ConversationStatus, Counts, Position, Priority, Seq, ShortText

sql = load(__file__)


class Inbox(Struct, frozen=True):
    """The inbox as it is, the team, and how far the one who asks has read; `position` is where its feed goes on."""

    cards: list[Card]
    counts: Counts
    reads: list[Read]
    position: Position
    agents: list[AgentLine]


class Entries(Struct, frozen=True):
    """Entries of a conversation, oldest first."""

    entries: list[Any]
    has_more: bool


class Conversations(Struct, frozen=True):
    """A visitor's own conversations, newest first."""

    conversations: list[VisitorConversation]


class NewMessage(Struct, frozen=True):
    """Something to say, and what there is to tap or to fill in beside it; `id` as on the socket."""

    id: UUID
    body: Body
    is_internal: bool = False
    reply_to_id: UUID | None = None
    content: ShownContent | None = None


class Decision(Struct, frozen=True):
    """A decision; `version` is the state that the person saw."""

    id: UUID
    version: say.Version


class Assignment(Decision, frozen=True):
    """To whom a conversation is given; see the frame `assign_conversation`."""

    agent_id: UUID | None = None
    team_id: UUID | None = None


class Urgency(Decision, frozen=True, kw_only=True):
    """How urgent a conversation is, from 1 (lowest) to 5 (urgent)."""

    priority: Priority


class Tagging(Struct, frozen=True):
    """Tags that come and go."""

    id: UUID
    add: say.Tags = []
    remove: say.Tags = []


class Closing(Decision, frozen=True):
    """The end of a conversation, and why."""

    reason: ShortText = ""


class Query(Struct, frozen=True):
    """What the inbox's snapshot may be narrowed to."""

    status: ConversationStatus | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Before(Struct, frozen=True):
    """Where to go on reading."""

    before_epoch: Seq = 2**31 - 1
    before_seq: Seq = 2**53 - 1
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


async def show_inbox(call: Call, query: Query) -> Inbox:
    """Show the newest cards and those offered to the member, the counts, the team, and where the feed goes on."""
    # Before the snapshot: a change in between then comes twice, and the card with the higher version stays.
    position = await _history(call).position_of_feed(call.actor.org_id)
    async with call.house.db.act(call.actor) as tx:
        seen = await seen_ids(tx, call.actor)
        if seen is None:
            rows = await tx.many(sql.newest_cards, CardRow, status=query.status, limit=query.limit)
            known = {row.conversation_id for row in rows}
            asked = {row["id"] for row in await tx.records(sql.offered_to, agent_id=call.actor.id)}
            rows += await tx.many(sql.cards, CardRow, ids=list(asked - known)) if asked - known else []
            counts = await tx.one(sql.counts, Counts)
        else:
            rows = await tx.many(sql.cards, CardRow, ids=seen)
            rows.sort(key=lambda row: row.started_at, reverse=True)
            counts = counted(rows)
            rows = [row for row in rows if query.status in {None, row.status}][: query.limit]
        team = await all_agents(tx)
    cards = [card_of(row) for row in rows]
    reads = await reading.reads_of(call.house.db, _history(call), call.actor, [each.conversation_id for each in cards])
    return Inbox(cards, counts, reads, position, team)


async def show_entries(call: Call, conversation_id: UUID, query: Before) -> Entries:
    """Show the past of a conversation, page by page."""
    before = Position(query.before_epoch, query.before_seq)
    viewer = Viewer(call.actor.org_id, sees_only=call.actor.sees_only)
    found = await _history(call).before(viewer, conversation_id, before, query.limit + 1)
    return Entries([each.json for each in found[-query.limit :]], len(found) > query.limit)


async def post_message(call: Call, conversation_id: UUID, body: NewMessage) -> Placed:
    """Say something, to the visitor or as a note to the team."""
    frame = say.PostMessage(
        body.id, conversation_id, body.body, is_internal=body.is_internal, reply_to_id=body.reply_to_id,
        content=None if body.content is None else Content(**msgspec.structs.asdict(body.content)),
    )  # fmt: skip
    draft = compose(call.actor, frame)
    if call.actor.sees_only is not None:
        async with call.house.db.act(call.actor) as tx:
            await require(tx, call.actor, conversation_id)
    return await _place(_log(call), call.actor, draft, body.id)


async def _place(log: Log, actor: Actor, draft: Draft, message_id: UUID) -> Placed:
    return await (log.place_old(draft, actor.org_id) if age_of(message_id) > DAY_MS else log.place(draft))


async def take_conversation(call: Call, conversation_id: UUID, body: Decision) -> Placed:
    """Become the holder of a conversation."""
    frame = say.TakeConversation(body.id, conversation_id, body.version)
    return await actions.take_conversation(call.house.db, _log(call), call.actor, frame)


async def release_conversation(call: Call, conversation_id: UUID, body: Decision) -> Placed:
    """Give a conversation back to the queue."""
    frame = say.ReleaseConversation(body.id, conversation_id, body.version)
    return await actions.release_conversation(call.house.db, _log(call), call.actor, frame)


async def assign_conversation(call: Call, conversation_id: UUID, body: Assignment) -> Placed:
    """Give a conversation to a member, to a team's queue, or to a member within a team."""
    frame = say.AssignConversation(body.id, conversation_id, body.version, body.agent_id, body.team_id)
    return await actions.assign_conversation(call.house.db, _log(call), call.actor, frame)


async def tag_conversation(call: Call, conversation_id: UUID, body: Tagging) -> Placed:
    """Put tags on a conversation and take some off."""
    frame = say.TagConversation(body.id, conversation_id, body.add, body.remove)
    return await actions.tag_conversation(call.house.db, _log(call), call.actor, frame)


async def prioritize_conversation(call: Call, conversation_id: UUID, body: Urgency) -> Placed:
    """Say how urgent a conversation is."""
    frame = say.PrioritizeConversation(body.id, conversation_id, body.version, body.priority)
    return await actions.prioritize_conversation(call.house.db, _log(call), call.actor, frame)


async def close_conversation(call: Call, conversation_id: UUID, body: Closing) -> Placed:
    """End a conversation; a later message of the visitor opens it again."""
    frame = say.CloseConversation(body.id, conversation_id, body.version, body.reason)
    return await actions.close_conversation(call.house.db, _log(call), call.actor, frame)


async def reopen_conversation(call: Call, conversation_id: UUID, body: Decision) -> Placed:
    """Let a closed conversation go on."""
    frame = say.ReopenConversation(body.id, conversation_id, body.version)
    return await actions.reopen_conversation(call.house.db, _log(call), call.actor, frame)


async def list_own_conversations(call: Call) -> Conversations:
    """List the visitor's own conversations."""
    async with call.house.db.act(call.actor) as tx:
        found = await tx.many(sql.visitor_conversations, VisitorConversation, contact_id=call.actor.id)
    return Conversations(found)


async def start_conversation(call: Call, body: say.StartConversation) -> Placed:
    """Open a conversation as a visitor, under an id of one's own making."""
    return await starting.start_conversation(call.house.db, _log(call), call.actor, body, call.client)


async def start_for_contact(call: Call, body: starting.NewConversation) -> Placed:
    """Begin a conversation with a contact, as its holder."""
    return await starting.start_for_contact(call.house.db, _log(call), call.actor, body)


async def list_conversations(call: Call, query: ConversationFilter) -> conversations.Cards:
    """List conversations, those first in which something was said last."""
    return await conversations.list_conversations(call.house.db, _history(call), call.actor, query)


async def list_contact_conversations(call: Call, contact_id: UUID, query: Cursor) -> conversations.Cards:
    """List what a contact has written, and whoever it was joined from."""
    await conversations.require_contact(call.house.db, call.actor, contact_id)
    narrowed = ConversationFilter(cursor=query.cursor, limit=query.limit, contact_id=contact_id)
    return await conversations.list_conversations(call.house.db, _history(call), call.actor, narrowed)


async def show_conversation(call: Call, conversation_id: UUID) -> Conversation:
    """Show one conversation with everything that stands beside it."""
    return await conversations.show_conversation(call.house.db, _history(call), call.actor, conversation_id)


def _log(call: Call) -> Log:
    return cast("Log", call.log)


def _history(call: Call) -> History:
    return cast("History", call.history)


_ONE = "/api/conversations/{conversation_id}"
endpoints = [
    *canned.endpoints,
    *reading.endpoints,
    *agents.endpoints,
    *offers.endpoints,
    *attributes.endpoints,
    *classifying.endpoints,
    *supervising.endpoints,
    *handoffs.endpoints,
    *suggesting.endpoints,
    *search.endpoints,
    *approving.endpoints,
    get("/api/conversations", list_conversations, permission="conversation.read"),
    post("/api/conversations", start_for_contact, permission="conversation.reply", status=201),
    get("/api/contacts/{contact_id}/conversations", list_contact_conversations, permission="conversation.read"),
    get(_ONE, show_conversation, permission="conversation.read"),
    get("/api/inbox", show_inbox, permission="inbox.read"),
    get(f"{_ONE}/entries", show_entries, permission="conversation.read"),
    # A note needs conversation.note instead, which compose() sees to.
    post(f"{_ONE}/messages", post_message, permission="conversation.reply"),
    post(f"{_ONE}/take", take_conversation, permission="conversation.take"),
    post(f"{_ONE}/release", release_conversation, permission="conversation.release"),
    post(f"{_ONE}/assign", assign_conversation, permission="conversation.assign"),
    post(f"{_ONE}/tag", tag_conversation, permission="conversation.tag"),
    post(f"{_ONE}/prioritize", prioritize_conversation, permission="conversation.prioritize"),
    post(f"{_ONE}/close", close_conversation, permission="conversation.close"),
    post(f"{_ONE}/reopen", reopen_conversation, permission="conversation.reopen"),
    get("/api/widget/conversations", list_own_conversations, who=VISITOR),
    post("/api/widget/conversations", start_conversation, who=VISITOR, status=201),
]
