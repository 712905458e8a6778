"""A folder of Markdown as articles: front matter says what the text does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from server.core.errors import Invalid
from server.core.text import Name
from server.domain.knowledge.slugs import slug_of
from server.domain.knowledge.types import (
    Content,
    ContentType,
    Language,
    Slug,
    Status,
    Summary,
    Title,
    Visibility,
    Words,
)

FENCE = "---"


class ArticleFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article as a file has it; what is left out is public, published, in English, and in no category."""

    title: Title
    content: Content
    slug: Slug
    category: Name | None = None
    language: Language = "en"
    summary: Summary = ""
    status: Status = "published"
    visibility: Visibility = "public"
    content_type: ContentType = "faq"
    keywords: Words = []
    tags: Words = []


def files_in(folder: Path) -> Iterator[Path]:
    """Every Markdown file in a folder and those below, in the order of their names."""
    return (each for each in sorted(folder.rglob("*.md")) if each.is_file())


def read_file(path: Path) -> ArticleFile:
    """One file; refuses what is no article and says why."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("it is not UTF-8") from None
    head, content = _apart(text)
    title = head.pop("title", None) or _heading(content)
    if not title:
        raise Invalid("it has no title: write one between two lines of --- or as a heading in its first line")
    values = {"slug": slug_of(path.stem), **head, "title": title, "content": content.strip()}
    try:
        return msgspec.convert(values, ArticleFile)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)[:1].lower() + str(error)[1:]) from None


def _apart(text: str) -> tuple[dict[str, Any], str]:
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        return {}, text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == FENCE), 0)
    if not end:
        raise Invalid("the line --- that ends its front matter is missing")
    try:
        head = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        raise Invalid(f"its front matter is no YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(head, dict):
        raise Invalid("its front matter is no list of names and values")
    return {str(key): value for key, value in head.items()}, "\n".join(lines[end + 1 :])


def _heading(content: str) -> str:
    first = next((line for line in content.splitlines() if line.strip()), "")
    return first.removeprefix("# ").strip() if first.startswith("# ") else ""
