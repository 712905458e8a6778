"""The structs of the knowledge: categories, articles, versions, and what a search finds."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.endpoint import Cursor
from server.core.text import TAG_CHARACTERS, Name, Sought, Word

Status = Literal["draft", "published", "archived"]
# public: for visitors, too; internal: for the team; private: for those who write articles.
Visibility = Literal["public", "internal", "private"]
ContentType = Literal["faq", "documentation", "policy", "procedure", "training", "custom"]
# For whom somebody looks: what one may say to visitors, or what the team may read.
Audience = Literal["public", "team"]

# As a browser names it: de, or de-CH.
Language = Annotated[str, Meta(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Z0-9][A-Za-z0-9]{1,7})*\Z")]
# The last part of an article's address.
Slug = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z")]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Summary = Annotated[str, Meta(max_length=500)]
# Some ten thousand words: who writes more writes two articles.
Content = Annotated[str, Meta(max_length=60_000)]
Note = Annotated[str, Meta(max_length=200)]
Words = Annotated[list[Annotated[str, Meta(max_length=TAG_CHARACTERS)]], Meta(max_length=30)]
Order = Annotated[int, Meta(ge=0, le=10_000)]
# A question is a sentence or two; of a longer one the first are looked at.
QUESTION = 500


class KbCategory(Struct, frozen=True):
    """What articles are sorted by; `parent_id` is the category that it lies in."""

    id: UUID
    name: str
    description: str | None
    icon: str | None
    parent_id: UUID | None
    display_order: int


class NewKbCategory(Struct, frozen=True):
    """A category to be made."""

    name: Name
    description: Summary | None = None
    icon: Word | None = None
    parent_id: UUID | None = None
    display_order: Order = 0


class ChangeKbCategory(Struct, frozen=True):
    """What is to be different about a category; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Summary | UnsetType | None = UNSET
    icon: Word | UnsetType | None = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    display_order: Order | UnsetType = UNSET


class ArticleCard(Struct, frozen=True):
    """An article in a list, with what came of it; `is_indexed` says that the search knows it as it is.

    `success_rate` is the share of the answers citing it after which no person was needed.
    """

    id: UUID
    title: str
    summary: str
    status: Status
    visibility: Visibility
    language: str
    slug: str
    category_id: UUID | None
    tags: list[str]
    version: int
    updated_at: int
    updated_by: UUID | None
    is_indexed: bool
    view_count: int
    suggested_count: int
    use_count: int
    helpful_count: int
    not_helpful_count: int
    success_rate: float | None


class Article(Struct, frozen=True):
    """An article with its text, which is Markdown; `version` rises with title and content."""

    id: UUID
    title: str
    summary: str
    content: str
    content_type: ContentType
    status: Status
    visibility: Visibility
    language: str
    slug: str
    category_id: UUID | None
    keywords: list[str]
    tags: list[str]
    author_id: UUID | None
    version: int
    published_at: int | None
    created_at: int
    updated_at: int
    updated_by: UUID | None


class NewArticle(Struct, frozen=True, kw_only=True):
    """An article to be made; without a slug it gets one from its title."""

    title: Title
    content: Content = ""
    summary: Summary = ""
    content_type: ContentType = "faq"
    status: Status = "draft"
    visibility: Visibility = "public"
    language: Language = "en"
    slug: Slug | None = None
    category_id: UUID | None = None
    keywords: Words = []
    tags: Words = []


class ChangeArticle(Struct, frozen=True, kw_only=True):
    """What is to be different about an article; `change_note` is kept with the version that comes of it."""

    title: Title | UnsetType = UNSET
    content: Content | UnsetType = UNSET
    summary: Summary | UnsetType = UNSET
    content_type: ContentType | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET
    category_id: UUID | UnsetType | None = UNSET
    keywords: Words | UnsetType = UNSET
    tags: Words | UnsetType = UNSET
    change_note: Note = ""


ArticleSort = Literal["updated", "title", "views", "helpful"]


class ArticleFilter(Cursor, frozen=True):
    """Which articles: with a piece of the title, the address or a keyword; of one status, category, language.

    Those first that were `updated` last, by `title`, that have the most `views`, or that were `helpful` to the largest
    share of who voted. A cursor goes on in the order that it was made for.
    """

    q: Sought = ""
    status: Status | None = None
    visibility: Visibility | None = None
    language: Language | None = None
    category_id: UUID | None = None
    sort: ArticleSort = "updated"


class ArticleVersion(Struct, frozen=True):
    """What an article was from one change to the next."""

    id: UUID
    version: int
    title: str
    content: str
    changed_by: UUID | None
    change_note: str | None
    created_at: int


class Restore(Struct, frozen=True):
    """Which version an article is to be again."""

    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class KnowledgeQuery(Struct, frozen=True):
    """A question in anybody's words; articles in `language` come first. A trial is not counted."""

    q: Annotated[str, Meta(max_length=QUESTION)] = ""
    language: Language | None = None
    audience: Audience = "team"
    limit: Annotated[int, Meta(ge=1, le=50)] = 5
    is_trial: bool = False


class FoundArticle(Struct, frozen=True):
    """An article that may answer, by its best passage.

    `confidence` is how likely it answers, from 0 to 1; `score` only orders the answers of one search.
    """

    article_id: UUID
    title: str
    slug: str
    language: str
    heading: str
    passage: str
    score: float
    confidence: float


class Scored(Struct, frozen=True):
    """A passage that one way of looking found; `share` is how much of the question is in it, from 0 to 1."""

    article_id: UUID
    no: int
    score: float
    share: float


class PassageText(Struct, frozen=True):
    """A passage as it is shown."""

    article_id: UUID
    no: int
    title: str
    slug: str
    language: str
    heading: str
    body: str


class ToIndex(Struct, frozen=True):
    """An article as the worker reads it; `fingerprint` is of what the search knows."""

    title: str
    summary: str
    content: str
    language: str
    slug: str
    keywords: list[str]
    tags: list[str]
    is_open: bool
    fingerprint: bytes | None
