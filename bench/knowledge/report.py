"""What the questions found, as a table for people and as figures for programs."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from server.domain.knowledge import search
from server.domain.knowledge.types import Scored

WAYS = ("words", "letters", "meaning")
ALONE = {"full text": ("words",), "trigrams": ("letters",), "vectors": ("meaning",)}
TOGETHER = {"full text and vectors": ("words", "meaning"), "all three, fused": WAYS}
KINDS = ("plain", "other", "typo", "language")
# Whoever reads on looks at this many.
DEEP = 10


class Question(NamedTuple):
    """What somebody asks, and the slug of what answers; none where nothing does."""

    slug: str
    kind: str
    text: str


class Asked(NamedTuple):
    """A question with what each way of looking found."""

    question: Question
    ways: Mapping[str, Sequence[Scored]]


class Score(NamedTuple):
    """The share of questions whose article came first, or among three, and the mean of one by its place."""

    first: float
    three: float
    mrr: float


def places(asked: Sequence[Asked], slugs: Mapping[UUID, str], ways: Sequence[str]) -> list[int | None]:
    """At which place each question's article came, counted from one; None where it is not among the first."""
    found: list[int | None] = []
    for each in asked:
        best = search.best_passages(search.fused({way: each.ways.get(way, ()) for way in ways}))
        order = list(dict.fromkeys(slugs[place.article_id] for place in best))[:DEEP]
        found.append(order.index(each.question.slug) + 1 if each.question.slug in order else None)
    return found


def score(found: Sequence[int | None]) -> Score:
    """The three figures of some questions."""
    many = max(len(found), 1)
    return Score(
        sum(each == 1 for each in found) / many,
        sum(each is not None and each <= 3 for each in found) / many,
        sum(1 / each for each in found if each) / many,
    )


def sureness(asked: Sequence[Asked]) -> list[float]:
    """How sure the search is of the first article of each question."""
    sure = []
    for each in asked:
        best = next(iter(search.best_passages(search.fused(each.ways))), None)
        sure.append(search.confidence(best.article_id, each.ways) if best else 0.0)
    return sure


def apart(answered: Sequence[float], others: Sequence[float]) -> float:
    """How often a question with an answer is surer than one without: 1 always, 0.5 by chance."""
    pairs = list(itertools.product(answered, others))
    return sum((one > other) + 0.5 * (one == other) for one, other in pairs) / max(len(pairs), 1)


def report(
    asked: Sequence[Asked], slugs: Mapping[UUID, str], times: Mapping[str, float]
) -> tuple[str, dict[str, object]]:
    """The table for people, and the figures for programs."""
    real = [each for each in asked if each.question.kind != "none"]
    others = [each for each in asked if each.question.kind == "none"]
    figures: dict[str, object] = {"questions": len(real), "articles": len(slugs), **times}
    told = (
        f"`python -m bench.knowledge`: {len(real)} questions of bench/knowledge/questions.txt to the {len(slugs)}"
        f" articles of server/demo/help, no language named; {len(others)} more that none of them answers. One search"
        f" took {times['search_ms']:.0f} ms, and {times['crowded_ms']:.0f} ms among {times['passages']:,.0f} passages."
    )
    lines = [
        f"# The search in articles, {datetime.now(UTC):%Y-%m-%d}",
        "",
        told,
        "",
        "| | first | among three | MRR | " + " | ".join(f"first, {kind}" for kind in KINDS) + " |",
        "|---" * (4 + len(KINDS)) + "|",
    ]
    for name, ways in {**ALONE, **TOGETHER}.items():
        found = places(real, slugs, ways)
        whole = score(found)
        by_kind = [_of_kind(found, real, kind).first for kind in KINDS]
        cells = [f"{whole.first:.0%}", f"{whole.three:.0%}", f"{whole.mrr:.3f}", *(f"{each:.0%}" for each in by_kind)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
        figures[name] = {**whole._asdict(), **dict(zip(KINDS, by_kind, strict=True))}
    sure, unsure = sureness(real), sureness(others)
    line = max(unsure)
    kept = sum(each > line for each in sure) / len(sure)
    figures["confidence"] = {"apart": apart(sure, unsure), "line": line, "kept": kept}
    lines += [
        "",
        _told_of_confidence(apart(sure, unsure), line, kept),
        "",
        _missed(real, places(real, slugs, WAYS)),
        "",
    ]
    return "\n".join(lines), figures


def _of_kind(found: Sequence[int | None], asked: Sequence[Asked], kind: str) -> Score:
    return score([place for place, each in zip(found, asked, strict=True) if each.question.kind == kind])


def _told_of_confidence(share: float, line: float, kept: float) -> str:
    return (
        f"A question with an answer is surer than one without in {share:.1%} of all pairs. Above {line:.2f}, where none"
        f" without an answer comes, are {kept:.0%} of those that have one."
    )


def _missed(asked: Sequence[Asked], found: Sequence[int | None]) -> str:
    missed = [
        f"{each.question.text} ({each.question.slug}, {place or '-'})"
        for each, place in zip(asked, found, strict=True)
        if place != 1
    ]
    return f"Not first: {'; '.join(missed)}."
