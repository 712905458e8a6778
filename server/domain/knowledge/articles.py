"""What people do with articles: write, publish, archive, remove them, and go back to what they were."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from server.core import jobs
from server.core.auth import Actor, Client
from server.core.db import Db, Transaction, UniqueViolation
from server.core.endpoint import Cursor, Page
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import note
from server.core.ids import uuid7
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.core.text import clean_name, clean_tag, require_name
from server.domain.knowledge.figures import keep_view
from server.domain.knowledge.slugs import free_slug, slug_of
from server.domain.knowledge.types import (
    Article,
    ArticleCard,
    ArticleFilter,
    ArticleSort,
    ArticleVersion,
    ChangeArticle,
    NewArticle,
    Restore,
)

sql = load(__file__)

# Done by workers after every change: the search is to know the article as it is.
INDEX = "knowledge.index"
Match = Callable[[Article], None]


def may_write(actor: Actor) -> bool:
    """Who writes articles sees those that are not published, and private ones."""
    return actor.may("knowledge.write")


async def list_articles(db: Db, actor: Actor, query: ArticleFilter) -> Page[ArticleCard]:
    """The articles of a page, in the order that was asked for; those that share a place go by their ids."""
    place: Any
    place, after_id = read_cursor(query.cursor, str if query.sort == "title" else float)
    after = {"after_title": place, "after": None} if query.sort == "title" else {"after_title": None, "after": place}
    async with db.act(actor) as tx:
        rows = await tx.many(
            sql.article_cards, ArticleCard, may_write=may_write(actor), q=clean_name(query.q), status=query.status,
            visibility=query.visibility, language=query.language, category_id=query.category_id,
            sort=query.sort, after_id=after_id, limit=query.limit + 1, **after,
        )  # fmt: skip
    more, rows = len(rows) > query.limit, rows[: query.limit]
    return Page(rows, cursor_after(_place(rows[-1], query.sort), rows[-1].id) if more else None)


def _place(card: ArticleCard, sort: ArticleSort) -> str | float:
    """What the list is sorted by, as the statement reckons it."""
    votes = card.helpful_count + card.not_helpful_count
    match sort:
        case "title":
            return card.title
        case "views":
            return card.view_count
        case "helpful":
            return card.helpful_count / votes if votes else -1
        case _:
            return card.updated_at


async def get_article(db: Db, actor: Actor, article_id: UUID) -> Article:
    """One article with its text; whoever reads a published one counts."""
    async with db.act(actor) as tx:
        found = await _article(tx, article_id, is_open_only=not may_write(actor))
        await keep_view(tx, actor, article_id)
        return found


async def add_article(db: Db, actor: Actor, client: Client | None, body: NewArticle) -> Article:
    """Write a new article."""
    values = spelled(msgspec.structs.asdict(body))
    try:
        async with db.act(actor, client) as tx:
            values["slug"] = body.slug or await _free_slug(tx, values["title"], body.language)
            made = await insert_article(tx, values)
            await note(tx, actor, "article_created", made.id)
            return made
    except UniqueViolation:
        raise _slug_taken() from None


async def change_article(
    db: Db, actor: Actor, client: Client | None, article_id: UUID, body: ChangeArticle, match: Match
) -> Article:
    """Change an article; publishing and archiving are changes of its status."""
    given = {key: value for key, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    why = clean_name(given.pop("change_note"))
    if not given:
        raise Invalid("there is nothing to change in it")
    try:
        async with db.act(actor, client) as tx:
            match(await _locked(tx, article_id))
            return await update_article(tx, actor, article_id, spelled(given), why)
    except UniqueViolation:
        raise _slug_taken() from None


async def remove_article(db: Db, actor: Actor, client: Client, article_id: UUID, match: Match) -> None:
    """Take an article away for good; what was archived could come back."""
    async with db.act(actor, client) as tx:
        match(await _locked(tx, article_id))
        await tx.run(sql.remove_article, article_id=article_id, agent_id=actor.id)
        await jobs.add(tx, INDEX, {"article_id": str(article_id)})
        await note(tx, actor, "article_removed", article_id)


async def list_versions(db: Db, actor: Actor, article_id: UUID, query: Cursor) -> Page[ArticleVersion]:
    """What an article has been, the newest first."""
    below, _ = read_cursor(query.cursor, int)
    async with db.act(actor) as tx:
        await _article(tx, article_id)
        rows = await tx.many(
            sql.article_versions, ArticleVersion, article_id=article_id, below=below, limit=query.limit + 1
        )
    more, rows = len(rows) > query.limit, rows[: query.limit]
    return Page(rows, cursor_after(rows[-1].version, rows[-1].id) if more else None)


async def restore_article(
    db: Db, actor: Actor, client: Client, article_id: UUID, body: Restore, match: Match
) -> Article:
    """Give an article the title and content that it once had, as its newest version."""
    async with db.act(actor, client) as tx:
        match(await _locked(tx, article_id))
        then = await tx.maybe(sql.article_version, ArticleVersion, article_id=article_id, version=body.version)
        if then is None:
            raise NotFound("there is no such version")
        values = {"title": then.title, "content": then.content}
        return await update_article(tx, actor, article_id, values, f"version {then.version} again")


async def insert_article(tx: Transaction, values: dict[str, Any]) -> Article:
    """A new row, whose values are spelled as they are kept; the search hears of it."""
    _require_publishable(values)
    article_id = uuid7()
    await tx.run(sql.add_article, article_id=article_id, **values)
    await jobs.add(tx, INDEX, {"article_id": str(article_id)})
    return await _article(tx, article_id)


async def update_article(tx: Transaction, actor: Actor, article_id: UUID, given: dict[str, Any], why: str) -> Article:
    """Change some of an article that the caller has locked; nothing happens where nothing differs."""
    before = await _article(tx, article_id)
    own = {field: getattr(before, field) for field in ChangeArticle.__struct_fields__ if field != "change_note"}
    if (values := own | given) == own:
        return before
    _require_publishable(values)
    await tx.value(sql.note_change, note=why)
    await tx.run(sql.change_article, article_id=article_id, **values)
    await jobs.add(tx, INDEX, {"article_id": str(article_id)})
    changed = sorted(field for field in values if values[field] != own[field])
    await note(tx, actor, "article_changed", article_id, fields=changed)
    return await _article(tx, article_id)


async def _article(tx: Transaction, article_id: UUID, *, is_open_only: bool = False) -> Article:
    found = await tx.maybe(sql.article, Article, article_id=article_id, may_write=not is_open_only)
    if found is None:
        raise NotFound("there is no such article")
    return found


async def _locked(tx: Transaction, article_id: UUID) -> Article:
    await tx.value(sql.lock_article, article_id=article_id)
    return await _article(tx, article_id)


async def _free_slug(tx: Transaction, title: str, language: str) -> str:
    slug = slug_of(title)
    taken = {row["slug"] for row in await tx.records(sql.slugs_like, language=language, slug=slug)}
    return free_slug(slug, taken)


def spelled(values: dict[str, Any]) -> dict[str, Any]:
    """What is given, as it is kept: a title on one line, one spelling of each tag and keyword."""
    if "title" in values:
        values["title"] = require_name(values["title"], "the title", "title")
    for field in {"tags", "keywords"} & values.keys():
        values[field] = sorted({clean_tag(each) for each in values[field]})
    return values


def _require_publishable(values: dict[str, Any]) -> None:
    if values["status"] == "published" and not values["content"].strip():
        raise Invalid("an empty article cannot be published: write something first", field="content")


def _slug_taken() -> Conflict:
    return Conflict("another article in this language has this address", field="slug")
