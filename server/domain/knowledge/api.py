"""The routes of the knowledge: categories, articles, their versions, and the search."""

from uuid import UUID

from msgspec import Struct

from server.core.endpoint import Call, Cursor, Page, delete, get, patch, post
from server.core.resource import Resource
from server.domain.knowledge import articles as acts
from server.domain.knowledge import figures
from server.domain.knowledge.search import search
from server.domain.knowledge.types import (
    Article,
    ArticleCard,
    ArticleFilter,
    ArticleVersion,
    ChangeArticle,
    ChangeKbCategory,
    FoundArticle,
    KbCategory,
    KnowledgeQuery,
    NewArticle,
    NewKbCategory,
    Restore,
)

# The longest article, each of its letters escaped.
MOST = 400_000

categories = Resource(
    "kb_category", "/api/knowledge/categories", KbCategory, NewKbCategory, ChangeKbCategory,
    permission="knowledge", order="name", search=("name", "description"),
)  # fmt: skip


class Answers(Struct, frozen=True):
    """The articles that may answer, the likeliest first."""

    found: list[FoundArticle]


async def search_knowledge(call: Call, query: KnowledgeQuery) -> Answers:
    """Find the passages that answer a question, in whichever words and language it is asked."""
    found = await search(
        call.house.db, call.house.embedder, call.actor, query.q, language=query.language or "",
        audience=query.audience, limit=query.limit,
    )  # fmt: skip
    if not query.is_trial:
        await figures.keep_search(call.house.db, call.actor, query.q, found)
    return Answers(found)


async def list_articles(call: Call, query: ArticleFilter) -> Page[ArticleCard]:
    """List articles, in one of several orders; drafts are for whoever writes."""
    return await acts.list_articles(call.house.db, call.actor, query)


async def get_article(call: Call, article_id: UUID) -> Article:
    """Show one article."""
    return await acts.get_article(call.house.db, call.actor, article_id)


async def create_article(call: Call, body: NewArticle) -> Article:
    """Write an article."""
    return await acts.add_article(call.house.db, call.actor, call.client, body)


async def change_article(call: Call, article_id: UUID, body: ChangeArticle) -> Article:
    """Change an article; its status publishes, archives or takes it back to a draft."""
    return await acts.change_article(call.house.db, call.actor, call.client, article_id, body, call.match)


async def remove_article(call: Call, article_id: UUID) -> None:
    """Remove an article for good."""
    await acts.remove_article(call.house.db, call.actor, call.client, article_id, call.match)


async def list_article_versions(call: Call, article_id: UUID, query: Cursor) -> Page[ArticleVersion]:
    """List what an article has been, the newest version first."""
    return await acts.list_versions(call.house.db, call.actor, article_id, query)


async def restore_article(call: Call, article_id: UUID, body: Restore) -> Article:
    """Give an article the title and content of one of its versions; that makes a new version."""
    return await acts.restore_article(call.house.db, call.actor, call.client, article_id, body, call.match)


endpoints = [
    *figures.endpoints,
    get("/api/knowledge/search", search_knowledge, permission="knowledge.read", for_bots=True),
    *categories.endpoints(),
    get("/api/knowledge/articles", list_articles, permission="knowledge.read"),
    get("/api/knowledge/articles/{article_id}", get_article, permission="knowledge.read"),
    post("/api/knowledge/articles", create_article, permission="knowledge.write", status=201, most=MOST),
    patch("/api/knowledge/articles/{article_id}", change_article, permission="knowledge.write", most=MOST),
    delete("/api/knowledge/articles/{article_id}", remove_article, permission="knowledge.write"),
    get("/api/knowledge/articles/{article_id}/versions", list_article_versions, permission="knowledge.write"),
    post("/api/knowledge/articles/{article_id}/restore", restore_article, permission="knowledge.write"),
]
