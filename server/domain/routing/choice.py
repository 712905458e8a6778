"""Which bot answers: a pure decision, the same on every node for the same words and the same bots."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from server.domain.routing.types import Candidate, Choice, PassedOver, PassedOverBecause

_WORDS = re.compile(r"\w+")
# The accents of Latin, Greek and Cyrillic letters; the marks of other scripts make other words.
_ACCENTS = re.compile("[\u0300-\u036f]")
# Chinese, Japanese and Thai are written without spaces: a word may stand anywhere.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


def choose(
    words: str, candidates: Iterable[Candidate], default_bot_id: UUID | None, held: Collection[UUID] = ()
) -> Choice:
    """The bot that a conversation is given to, or none, and why.

    Of the bots with a keyword among the words the one of the higher priority has it, then the one of the longer
    keyword, then the first by name; without one the channel's own, and without that one for triage. Who of them is
    away, full, not well, or `held` the conversation already is passed over.
    """
    fit, passed = [], []
    said = plain(words)
    for each in sorted(candidates, key=lambda each: (each.name, each.agent_id.bytes)):
        if (because := _obstacle(each, held)) is None:
            fit.append(each)
        elif each.agent_id == default_bot_id or each.type == "triage" or _longest(said, each.keywords) is not None:
            passed.append(PassedOver(agent_id=each.agent_id, name=each.name, because=because))
    named = [(each, word) for each in fit if (word := _longest(said, each.keywords)) is not None]
    if named:
        # Sorting is stable, so that the name decides at last.
        best, word = min(named, key=lambda found: (-found[0].priority, -len(plain(found[1]))))
        return Choice(agent_id=best.agent_id, by="keyword", keyword=word, passed_over=passed)
    for each in fit:
        if each.agent_id == default_bot_id:
            return Choice(agent_id=each.agent_id, by="default", passed_over=passed)
    triage = min((each for each in fit if each.type == "triage"), key=lambda each: -each.priority, default=None)
    if triage is not None:
        return Choice(agent_id=triage.agent_id, by="triage", passed_over=passed)
    return Choice(passed_over=passed)


def waits_for_words(candidates: Iterable[Candidate]) -> bool:
    """Whether what the visitor will say may decide: a bot that could have the conversation knows it by keywords."""
    return any(plain(word) for each in candidates if _obstacle(each, ()) is None for word in each.keywords)


def called(candidates: Sequence[Candidate], name: str, kind: str, held: Collection[UUID] = ()) -> Choice:
    """The bot of a name or of a type that can take a conversation; of several the one of the highest priority."""
    asked = [each for each in candidates if (plain(each.name) == plain(name) if name else each.type == kind)]
    fit = [each for each in asked if _obstacle(each, held) is None]
    best = min(fit, key=lambda each: (-each.priority, each.name, each.agent_id.bytes), default=None)
    return Choice(agent_id=best.agent_id if best else None, by="called" if best else "")


def plain(text: str) -> str:
    """A text as words alone, whose case and accents do not matter."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", bare)))


def _longest(said: str, keywords: Iterable[str]) -> str | None:
    found = [each for each in keywords if _is_said(said, plain(each))]
    return max(found, key=lambda each: (len(plain(each)), each), default=None)


def _is_said(said: str, word: str) -> bool:
    if _UNSPACED.search(word):
        return word in said
    return bool(word) and f" {word} " in f" {said} "


def _obstacle(candidate: Candidate, held: Collection[UUID]) -> PassedOverBecause | None:
    if candidate.agent_id in held:
        return "held"
    if not candidate.is_connected:
        return "away"
    if not candidate.is_well:
        return "unhealthy"
    return None if candidate.has_room else "full"
