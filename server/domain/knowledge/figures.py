"""What comes of articles: who read them, what cites them, whom they helped; and what was searched for.

Each is a row of article_event, whose unique keys let it count once; the sums are kept by a trigger.
"""

from collections.abc import Sequence
from uuid import UUID

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import VISITOR, Call, get, post
from server.core.errors import NotFound
from server.core.events import Event
from server.core.sql import load
from server.core.text import clean_name
from server.domain.knowledge.figure_types import (
    ArticleFigures,
    NewView,
    NewVote,
    SearchedFor,
    SearchRange,
    SearchReport,
    SearchSums,
    Vote,
    Votes,
)
from server.domain.knowledge.types import FoundArticle

sql = load(__file__)

FOLLOWED = frozenset({"messages_posted"})
# Of questions that no article answers none is surer, and nearly all that have an answer are (docs/knowledge.md).
LIKELY = 0.17
# Enough to see what was meant.
QUERY = 200


async def keep_search(db: Db, actor: Actor, question: str, found: Sequence[FoundArticle]) -> None:
    """Remember what was searched for, and how much was likely to answer it."""
    if not (query := clean_name(question)[:QUERY].strip()):
        return
    likely = sum(each.confidence > LIKELY for each in found)
    async with db.act(actor) as tx:
        await tx.run(sql.keep_search, agent_id=actor.id, query=query, results=likely)


async def keep_view(tx: Transaction, actor: Actor, article_id: UUID) -> None:
    """Somebody of the team has read a published article."""
    await tx.run(sql.keep_view, agent_id=actor.id, article_id=article_id)


async def keep_uses(db: Db, _: object, events: Sequence[Event]) -> None:
    """What bots cite, and people send of their suggestions, has used the articles; repeated, it changes nothing."""
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id]
        async with db.scope(org_id) as tx:
            # Whoever measures this conversation just now has finished, so that its end is seen; or sees these uses.
            await tx.value(sql.wait_for_measures)
            await tx.run(
                sql.keep_uses, conversation_ids=[event.conversation_id for event in own],
                froms=[event.data["from"] for event in own], uptos=[event.data["upto"] for event in own],
            )  # fmt: skip


async def show_article_figures(call: Call, article_id: UUID) -> ArticleFigures:
    """Show how often an article was read and used, and whom it helped."""
    async with call.house.db.act(call.actor) as tx:
        found = await tx.maybe(
            sql.figures, ArticleFigures, article_id=article_id, may_write=call.actor.may("knowledge.write")
        )
    if found is None:
        raise NotFound("there is no such article")
    return found


async def report_searches(call: Call, query: SearchRange) -> SearchReport:
    """Tell what was searched for, and what no article answers."""
    span = {"since": query.since, "until": query.until}
    async with call.house.db.act(call.actor) as tx:
        sums = await tx.one(sql.search_sums, SearchSums, **span)
        found = await tx.many(
            sql.searches, SearchedFor, is_unanswered=query.is_unanswered, limit=query.limit, **span
        )  # fmt: skip
    return SearchReport(sums.count, sums.unanswered, found)


async def vote(call: Call, body: NewVote) -> Votes:
    """Say whether a bot's answer helped; saying it again says it anew."""
    async with call.house.db.act(call.actor) as tx:
        kept = await tx.records(
            sql.keep_votes, contact_id=call.actor.id, conversation_id=body.conversation_id,
            message_id=body.message_id, kind="helpful" if body.is_helpful else "not_helpful",
        )  # fmt: skip
        if not kept:
            raise NotFound("there is no such answer that cites an article")
        return Votes(await tx.many(sql.votes, Vote, contact_id=call.actor.id))


async def list_votes(call: Call) -> Votes:
    """List what the visitor thinks of articles."""
    async with call.house.db.act(call.actor) as tx:
        return Votes(await tx.many(sql.votes, Vote, contact_id=call.actor.id))


async def view(call: Call, body: NewView) -> None:
    """Say that the visitor opened an article that an answer cites."""
    async with call.house.db.act(call.actor) as tx:
        cited = await tx.value(
            sql.is_cited, contact_id=call.actor.id, conversation_id=body.conversation_id, message_id=body.message_id,
            article_id=body.article_id,
        )  # fmt: skip
        if not cited:
            raise NotFound("there is no such answer that cites this article")
        await tx.run(
            sql.keep_visit, contact_id=call.actor.id, conversation_id=body.conversation_id,
            message_id=body.message_id, article_id=body.article_id,
        )  # fmt: skip


endpoints = [
    get("/api/knowledge/articles/{article_id}/figures", show_article_figures, permission="knowledge.read"),
    # What visitors ask is in it.
    get("/api/knowledge/searches", report_searches, permission="knowledge.write"),
    get("/api/widget/votes", list_votes, who=VISITOR),
    post("/api/widget/votes", vote, who=VISITOR),
    post("/api/widget/views", view, who=VISITOR),
]
