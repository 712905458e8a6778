"""Co-pilots: a bot suggests an answer to whoever holds a conversation, and what became of it is counted.

What was sent is told by the message itself, which names its suggestion: so it counts once, whoever sends it from
wherever and however often, and a suggestion that was put away or came too late counts as sent where somebody sent it.
"""

from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.core.auth import Actor
from server.core.db import Db
from server.core.endpoint import Call, get, post
from server.core.errors import Conflict, NotFound
from server.core.events import Event
from server.core.sql import load
from server.domain.chat.holder_types import Holding
from server.domain.chat.log import Log, age_of, check_text, no_conversation
from server.domain.chat.sight import require
from server.domain.chat.suggestion_types import BotSuggestions
from server.protocol.client_frames import SuggestAnswer
from server.protocol.codes import RefusalCode
from server.protocol.server_frames import SuggestionChanged
from server.protocol.values import Suggestion

sql = load(__file__)

FOLLOWED = frozenset({"messages_posted", "conversation_closed"})
# Conversations that one bot reads along in; those that were taken last.
HELPED = 1000
# Milliseconds since 1970, up to a year that Postgres still knows.
Moment = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]


class Suggestions(Struct, frozen=True):
    """What bots suggested in a conversation, the newest first."""

    suggestions: list[Suggestion]


class Range(Struct, frozen=True):
    """Suggestions made from `since` on and before `until`, by all bots or by one."""

    since: Moment | None = None
    until: Moment | None = None
    bot_id: UUID | None = None


class SuggestionReport(Struct, frozen=True):
    """What became of suggestions, for each bot that made some."""

    bots: list[BotSuggestions]


async def helped_by(db: Db, bot: Actor, conversation_id: UUID | None = None) -> list[Holding]:
    """Where a bot is the co-pilot: everywhere, or in one conversation where it is."""
    async with db.act(bot) as tx:
        ids = None if conversation_id is None else [conversation_id]
        return await tx.many(sql.helped_by_bot, Holding, agent_id=bot.id, ids=ids, most=HELPED)


async def people_of(db: Db, bot: Actor) -> list[UUID]:
    """Whom a bot helps."""
    async with db.act(bot) as tx:
        return [row["id"] for row in await tx.records(sql.people_of_bot, agent_id=bot.id)]


async def suggest(db: Db, log: Log, bot: Actor, body: SuggestAnswer) -> Suggestion:
    """Keep what a bot would answer, and show it to whoever of the team looks at the conversation.

    Raises NotFound where the bot is no co-pilot (any more), and Conflict for an id that somebody else used.
    """
    age_of(body.id)
    check_text(body.body)
    async with db.act(bot) as tx:
        if not await tx.many(sql.helped_by_bot, Holding, agent_id=bot.id, ids=[body.conversation_id], most=1):
            raise no_conversation()
        await tx.run(
            sql.suggest, id=body.id, conversation_id=body.conversation_id, bot_id=bot.id, message_id=body.message_id,
            body=body.body, citations=msgspec.to_builtins(body.citations),
            answer=None if body.answer is None else msgspec.structs.asdict(body.answer),
        )  # fmt: skip
    # What was stored while that was on its way is seen now, and what comes later is the reader's.
    async with db.act(bot) as tx:
        await tx.run(sql.outdate_suggestions, conversation_ids=[body.conversation_id])
        found = await tx.maybe(sql.suggestions, Suggestion, conversation_id=body.conversation_id, id=body.id)
    if found is None or found.bot_id != bot.id:
        raise Conflict("somebody else used this id", code=RefusalCode.ID_TAKEN)
    _tell(log, bot.org_id, found)
    return found


async def follow_suggestions(db: Db, log: Log, events: Sequence[Event]) -> None:
    """What was sent is counted, and what came too late is put away."""
    del log
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id and event.conversation_id is not None]
        talk = [event for event in own if event.kind == "messages_posted"]
        async with db.scope(org_id) as tx:
            await tx.run(
                sql.settle_sent, conversation_ids=[event.conversation_id for event in talk],
                froms=[event.data["from"] for event in talk], uptos=[event.data["upto"] for event in talk],
            )  # fmt: skip
            await tx.run(sql.outdate_suggestions, conversation_ids=sorted({e.conversation_id for e in own}, key=str))


async def list_suggestions(call: Call, conversation_id: UUID) -> Suggestions:
    """List what bots suggested in a conversation, the newest first."""
    async with call.house.db.act(call.actor) as tx:
        await require(tx, call.actor, conversation_id)
        return Suggestions(await tx.many(sql.suggestions, Suggestion, conversation_id=conversation_id, id=None))


async def dismiss_suggestion(call: Call, conversation_id: UUID, suggestion_id: UUID) -> Suggestion:
    """Put a suggestion away, unless something became of it already."""
    async with call.house.db.act(call.actor) as tx:
        await require(tx, call.actor, conversation_id)
        await tx.run(
            sql.dismiss_suggestion, conversation_id=conversation_id, id=suggestion_id, agent_id=call.actor.id
        )  # fmt: skip
        found = await tx.maybe(sql.suggestions, Suggestion, conversation_id=conversation_id, id=suggestion_id)
    if found is None:
        raise NotFound("there is no such suggestion")
    _tell(cast("Log", call.log), call.actor.org_id, found)
    return found


async def report_suggestions(call: Call, query: Range) -> SuggestionReport:
    """Tell how often what each bot suggests is of use, and to whom."""
    async with call.house.db.act(call.actor) as tx:
        found = await tx.many(sql.count_suggestions, BotSuggestions, **msgspec.structs.asdict(query))
    return SuggestionReport(found)


def _tell(log: Log, org_id: UUID, suggestion: Suggestion) -> None:
    log.tell_team(org_id, suggestion.conversation_id, msgspec.json.encode(SuggestionChanged(suggestion)))


_OF = "/api/conversations/{conversation_id}/suggestions"
endpoints = [
    get(_OF, list_suggestions, permission="conversation.read"),
    post(f"{_OF}/{{suggestion_id}}/dismiss", dismiss_suggestion, permission="conversation.reply"),
    get("/api/suggestions/report", report_suggestions, permission="bot.read"),
]
