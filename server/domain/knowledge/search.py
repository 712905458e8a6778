"""Answers to a question: full text, misspelled words and meaning, joined by their ranks (reciprocal rank fusion).

Each way of looking orders passages on a scale of its own; the places in those orders can be added where the scales
cannot (Cormack, Clarke, Büttcher 2009). An article is told once, by the passage that most ways agree on.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.embedding import Embedder
from server.core.errors import Unavailable
from server.core.sql import Statement, load
from server.core.text import clean_name
from server.domain.knowledge.index import as_text
from server.domain.knowledge.types import QUESTION, Audience, FoundArticle, PassageText, Scored

logger = structlog.get_logger(__name__)
sql = load(__file__)

# How many passages each way of looking tells: those further down would hardly change the first few.
DEEP = 40
# The constant of the fusion: the smaller, the more the first place of one way counts against two middling ones.
CALM = 10
# Tried on the questions of bench/knowledge: half or twice of any of them, or of CALM, finds one or two more or less.
WEIGHTS: Mapping[str, float] = {"words": 0.5, "letters": 0.6, "meaning": 1.0}
# A question in one language is better answered in it, unless only another one has the answer.
OTHER_LANGUAGE = 0.5
# Shorter words are alike by chance.
SPELLED = 4
# Whoever waits in a chat is better answered from the words alone than late.
PATIENCE = 4.0


class Place(NamedTuple):
    """A passage: its article and which part of it."""

    article_id: UUID
    no: int


async def search(
    db: Db, embedder: Embedder, actor: Actor, question: str, *, language: str = "", audience: Audience = "public",
    limit: int = 5,
) -> list[FoundArticle]:  # fmt: skip
    """The articles that most likely answer a question, the likeliest first.

    A visitor and a bot find what is public, whatever `audience` says: what they are told, visitors read.
    """
    ways = await looked(db, embedder, actor.org_id, question, visibilities(actor, audience))
    async with db.scope(actor.org_id) as tx:
        return await joined(tx, ways, language, limit)


def visibilities(actor: Actor, audience: Audience) -> list[str]:
    """What this actor may find for these readers."""
    if actor.kind != "member" or audience == "public":
        return ["public"]
    return ["public", "internal", *(["private"] if actor.may("knowledge.write") else [])]


async def looked(
    db: Db, embedder: Embedder, org_id: UUID, question: str, visible: Sequence[str]
) -> dict[str, list[Scored]]:
    """What each way of looking finds for a question, in its order."""
    q = clean_name(question)[:QUESTION]
    meaning = await _meaning(embedder, q)
    found: dict[str, list[Scored]] = {}
    async with db.scope(org_id) as tx:
        found["words"] = await _ask(tx, sql.by_words, visible, q=q)
        if words := [each for each in re.findall(r"\w+", q.lower())[:20] if len(each) >= SPELLED]:
            found["letters"] = await _ask(tx, sql.by_letters, visible, words=words)
        if meaning:
            found["meaning"] = await _ask(tx, sql.by_meaning, visible, meaning=meaning)
    return found


async def _ask(tx: Transaction, statement: Statement, visible: Sequence[str], **more: object) -> list[Scored]:
    return await tx.many(statement, Scored, visibilities=visible, most=DEEP, **more)


async def _meaning(embedder: Embedder, q: str) -> str:
    if not q:
        return ""
    try:
        return as_text((await embedder.vectors([q], patience=PATIENCE))[0])
    except Unavailable as error:
        logger.warning("the search asks for words alone", error=str(error))
        return ""


async def joined(
    tx: Transaction, ways: Mapping[str, Sequence[Scored]], language: str, limit: int
) -> list[FoundArticle]:
    """The articles that the ways of looking agree on."""
    best = best_passages(fused(ways))
    texts = {
        Place(each.article_id, each.no): each
        for each in await tx.many(
            sql.passages, PassageText,
            article_ids=[each.article_id for each in best], nos=[each.no for each in best],
        )
    }  # fmt: skip
    scored = []
    for place, score in best.items():
        text = texts.get(place)
        if text is not None:
            near = 1.0 if not language or _base(text.language) == _base(language) else OTHER_LANGUAGE
            scored.append((score * near, confidence(place.article_id, ways), text))
    scored.sort(key=lambda each: (-each[0], each[2].article_id))
    return [
        FoundArticle(
            text.article_id, text.title, text.slug, text.language, text.heading, text.body,
            round(score, 5), round(sure, 3),
        )
        for score, sure, text in scored[:limit]
    ]  # fmt: skip


def fused(ways: Mapping[str, Sequence[Scored]]) -> dict[Place, tuple[float, float]]:
    """For each passage what its article has gathered and what it has itself, from its places in every order."""
    articles: dict[UUID, float] = {}
    places: dict[Place, float] = {}
    for way, found in ways.items():
        seen: set[UUID] = set()
        for each in found:
            # The first place for one common word of six is worth less than one for the whole question.
            worth = each.share * WEIGHTS[way] / (CALM + len(seen) + (each.article_id not in seen))
            place = Place(each.article_id, each.no)
            places[place] = places.get(place, 0.0) + worth
            if each.article_id not in seen:
                seen.add(each.article_id)
                articles[each.article_id] = articles.get(each.article_id, 0.0) + worth
    return {place: (articles[place.article_id], own) for place, own in places.items()}


def best_passages(places: Mapping[Place, tuple[float, float]]) -> dict[Place, float]:
    """Of each article its best passage, with the article's score; the best articles first."""
    best: dict[UUID, Place] = {}
    for place in sorted(places, key=lambda each: (-places[each][0], -places[each][1], each)):
        best.setdefault(place.article_id, place)
    return {place: places[place][0] for place in best.values()}


def confidence(article_id: UUID, ways: Mapping[str, Sequence[Scored]]) -> float:
    """How likely an article answers, from how much of the question is in its words and how near it is in meaning."""

    def most(way: str) -> float:
        return max((each.share for each in ways.get(way, ()) if each.article_id == article_id), default=0.0)

    return min(1.0, 0.5 * most("words") + 0.5 * min(1.0, most("meaning") / 0.6))


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
