"""What is told of the use of articles: figures, votes of visitors, and what was searched for."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

# Milliseconds since 1970, up to a year that Postgres still knows.
Moment = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]


class ArticleFigures(Struct, frozen=True):
    """What came of an article: a reader counts once a day, an answer and a voter once.

    `success_rate` is the share of the answers citing it after which no person was needed.
    """

    article_id: UUID
    view_count: int
    suggested_count: int
    use_count: int
    resolved_count: int
    helpful_count: int
    not_helpful_count: int
    success_rate: float | None


class NewVote(Struct, frozen=True):
    """Whether a bot's answer helped the visitor: a vote on each article that it cites, in place of an older one."""

    conversation_id: UUID
    message_id: UUID
    is_helpful: bool


class Vote(Struct, frozen=True):
    """What a visitor thinks of an article."""

    article_id: UUID
    is_helpful: bool


class Votes(Struct, frozen=True):
    """The visitor's votes on what the bots' answers in one's conversations cite."""

    votes: list[Vote]


class NewView(Struct, frozen=True):
    """A visitor opens what a bot's answer cites."""

    conversation_id: UUID
    message_id: UUID
    article_id: UUID


class SearchRange(Struct, frozen=True):
    """Searches from `since` on and before `until`; with `is_unanswered` those alone that found nothing."""

    since: Moment | None = None
    until: Moment | None = None
    is_unanswered: bool = False
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class SearchedFor(Struct, frozen=True):
    """What was searched for in the same words, and how often nothing was likely to answer it."""

    query: str
    count: int
    unanswered: int
    last_at: int


class SearchReport(Struct, frozen=True):
    """What bots and people searched for, the most frequent first; `count` and `unanswered` are of all searches."""

    count: int
    unanswered: int
    searches: list[SearchedFor]


class SearchSums(Struct, frozen=True):
    """All searches of a time."""

    count: int
    unanswered: int
