"""Bringing articles from files: as often as one likes, since what is the same stays as it is."""

from typing import Literal
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.events import note
from server.core.ids import uuid7
from server.core.sql import load
from server.core.text import require_name
from server.domain.knowledge.articles import insert_article, spelled, update_article
from server.domain.knowledge.files import ArticleFile
from server.domain.knowledge.types import Article

sql = load(__file__)

Became = Literal["new", "changed", "same"]


async def find_organization(db: Db, slug: str) -> UUID | None:
    """Whose articles they are to be."""
    async with db.unscoped() as tx:
        found: UUID | None = await tx.value(sql.organization_by_slug, slug=slug)
    return found


async def import_article(tx: Transaction, org_id: UUID, file: ArticleFile) -> Became:
    """Have an article as a file says; its language and slug tell which one it is."""
    actor = Actor("system", org_id, org_id, "")
    values = msgspec.structs.asdict(file)
    category = values.pop("category")
    values["category_id"] = await _category(tx, actor, category) if category else None
    values = spelled(values)
    found = await tx.value(sql.article_by_slug, language=file.language, slug=file.slug)
    if found is None:
        made = await insert_article(tx, values)
        await note(tx, actor, "article_created", made.id)
        return "new"
    before = await tx.one(sql.article, Article, article_id=found, may_write=True)
    return "same" if await update_article(tx, actor, found, values, "imported") == before else "changed"


async def _category(tx: Transaction, actor: Actor, name: str) -> UUID:
    name = require_name(name, "the category", "category")
    found: UUID | None = await tx.value(sql.category_by_name, name=name)
    if found is None:
        found = uuid7()
        await tx.run(sql.add_category, category_id=found, name=name)
        await note(tx, actor, "kb_category_created", found)
    return found
