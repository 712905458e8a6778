"""The routes of conversations: the inbox's snapshot, the past, talk and decisions for whoever has no socket."""

from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.auth import Actor
from server.core.errors import Invalid, NotFound
from server.core.http import house_of, member_of, read, reply, visitor_of
from server.core.ids import DAY_MS
from server.core.sql import load
from server.domain.chat import actions
from server.domain.chat.history import History, Viewer
from server.domain.chat.log import Draft, Log, Placed, age_of
from server.domain.chat.reactions import card_of
from server.domain.chat.talk import compose
from server.domain.chat.types import CardRow, VisitorConversation
from server.protocol import client_frames as say
from server.protocol.values import Body, Card, ConversationStatus, Counts, Position, Seq, ShortText

sql = load(__file__)
T = TypeVar("T")


class Inbox(Struct, frozen=True):
    """The inbox as it is; `position` is where its feed goes on."""

    cards: list[Card]
    counts: Counts
    position: Position


class Entries(Struct, frozen=True):
    """Entries of a conversation, oldest first."""

    entries: list[Any]
    has_more: bool


class Conversations(Struct, frozen=True):
    """A visitor's own conversations, newest first."""

    conversations: list[VisitorConversation]


class NewMessage(Struct, frozen=True):
    """Something to say; `id` as on the socket."""

    id: UUID
    body: Body
    is_internal: bool = False
    reply_to_id: UUID | None = None


class Decision(Struct, frozen=True):
    """A decision; `version` is the state that the person saw."""

    id: UUID
    version: say.Version
    reason: ShortText = ""


class Query(Struct, frozen=True):
    """What the inbox's snapshot may be narrowed to."""

    status: ConversationStatus | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Page(Struct, frozen=True):
    """Where to go on reading."""

    before_epoch: Seq = 2**31 - 1
    before_seq: Seq = 2**53 - 1
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


async def show_inbox(request: Request) -> Response:
    """GET /api/inbox: the cards, the counts, and the position in the feed that they belong to."""
    actor = await member_of(request)
    actor.require("inbox.read")
    asked = _query(request, Query)
    # Before the snapshot: a change in between then comes twice, and the card with the higher version stays.
    position = await _history(request).position_of_feed(actor.org_id)
    async with house_of(request).db.scope(actor.org_id) as tx:
        rows = await tx.many(sql.cards, CardRow, ids=None, status=asked.status, limit=asked.limit)
        counts = await tx.one(sql.counts, Counts)
    return reply(Inbox([card_of(row) for row in rows], counts, position))


async def show_entries(request: Request) -> Response:
    """GET /api/conversations/{id}/entries: the past, page by page."""
    actor = await member_of(request)
    actor.require("conversation.read")
    asked = _query(request, Page)
    before = Position(asked.before_epoch, asked.before_seq)
    found = await _history(request).before(Viewer(actor.org_id), _conversation(request), before, asked.limit + 1)
    return reply(Entries([each.json for each in found[-asked.limit :]], len(found) > asked.limit))


async def post_message(request: Request) -> Response:
    """POST /api/conversations/{id}/messages: say something."""
    actor, body = await member_of(request), await read(request, NewMessage)
    frame = say.PostMessage(
        body.id, _conversation(request), body.body, is_internal=body.is_internal, reply_to_id=body.reply_to_id
    )
    return reply(await _place(_log(request), actor, compose(actor, frame), body.id))


async def _place(log: Log, actor: Actor, draft: Draft, message_id: UUID) -> Placed:
    return await (log.place_old(draft, actor.org_id) if age_of(message_id) > DAY_MS else log.place(draft))


async def take(request: Request) -> Response:
    """POST /api/conversations/{id}/take: become the holder."""
    actor, body = await member_of(request), await read(request, Decision)
    frame = say.TakeConversation(body.id, _conversation(request), body.version)
    return reply(await actions.take_conversation(house_of(request).db, _log(request), actor, frame))


async def close(request: Request) -> Response:
    """POST /api/conversations/{id}/close: end it."""
    actor, body = await member_of(request), await read(request, Decision)
    frame = say.CloseConversation(body.id, _conversation(request), body.version, body.reason)
    return reply(await actions.close_conversation(house_of(request).db, _log(request), actor, frame))


async def reopen(request: Request) -> Response:
    """POST /api/conversations/{id}/reopen: let it go on."""
    actor, body = await member_of(request), await read(request, Decision)
    frame = say.ReopenConversation(body.id, _conversation(request), body.version)
    return reply(await actions.reopen_conversation(house_of(request).db, _log(request), actor, frame))


async def list_own(request: Request) -> Response:
    """GET /api/widget/conversations: the visitor's own."""
    actor = visitor_of(request)
    async with house_of(request).db.scope(actor.org_id) as tx:
        return reply(Conversations(await tx.many(sql.visitor_conversations, VisitorConversation, contact_id=actor.id)))


async def start(request: Request) -> Response:
    """POST /api/widget/conversations: a visitor opens one."""
    actor, frame = visitor_of(request), await read(request, say.StartConversation)
    return reply(await actions.start_conversation(house_of(request).db, _log(request), actor, frame), 201)


def _log(request: Request) -> Log:
    return cast("Log", request.app.state.log)


def _history(request: Request) -> History:
    return cast("History", request.app.state.history)


def _conversation(request: Request) -> UUID:
    try:
        return UUID(request.path_params["conversation_id"])
    except ValueError:
        raise NotFound("there is no such conversation") from None


def _query(request: Request, shape: type[T]) -> T:
    try:
        return msgspec.convert(dict(request.query_params), shape, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from None


_ONE = "/api/conversations/{conversation_id}"
routes = [
    Route("/api/inbox", show_inbox, methods=["GET"]),
    Route(f"{_ONE}/entries", show_entries, methods=["GET"]),
    Route(f"{_ONE}/messages", post_message, methods=["POST"]),
    Route(f"{_ONE}/take", take, methods=["POST"]),
    Route(f"{_ONE}/close", close, methods=["POST"]),
    Route(f"{_ONE}/reopen", reopen, methods=["POST"]),
    Route("/api/widget/conversations", list_own, methods=["GET"]),
    Route("/api/widget/conversations", start, methods=["POST"]),
]
