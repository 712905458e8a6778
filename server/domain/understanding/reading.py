"""What a message says between the lines: mood, feeling, urgency and intent, from what it means and a few words.

The weights are taught by `python -m bench.understanding.teach` on texts that are named in docs/understanding.md; they
work on the vectors of server/core/embedding.py and so in every language that those know.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from server.core.embedding import DIMENSIONS, Heard, Vector
from server.domain.chat.asks import NEGATED, one_line
from server.domain.understanding.types import Emotion, Level, Reading

EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
LEVELS: tuple[Level, ...] = get_args(Level)
# A guess between several feelings is none.
LEAST_EMOTION = 0.4
# Below it an intent is not named. The weights were taught so that this is where right and wrong are equally likely.
LEAST_INTENT = 0.5
# In a few letters there is no language: then the visitor's browser knows better.
LEAST_LANGUAGE = 0.6
# A number means nothing by itself, and a face says much: those stand behind all signs of arithmetic.
LAST_SIGN = "\u25ff"
# The cut between moods, as everywhere in Frontdesk, and how the mood's own measure is stretched to it.
STRETCH = 1.3

Array = np.ndarray[Any, np.dtype[np.float32]]


class Example(NamedTuple):
    """One sentence of an intent, and what it means."""

    intent: str
    vector: Vector


class Intents:
    """The intents of an organization, ready to be compared with."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._names = sorted({each.intent for each in examples})
        self._of = np.array([self._names.index(each.intent) for each in examples], dtype=int)
        self._vectors = _matrix([each.vector for each in examples])

    def nearest(self, vector: Vector) -> tuple[str, float]:
        """The intent whose examples are nearest, and how likely it is meant, 0 to 1; ('', 0) where there are none."""
        if not self._names:
            return "", 0.0
        best, near, ahead = self.measure(vector)
        weights = _weights()["intent"]
        return best, float(_sigmoid(weights[0] * near + weights[1] * ahead + weights[2]))

    def measure(self, vector: Vector) -> tuple[str, float, float]:
        """The nearest intent, how near it is, and how far ahead of the next one."""
        alike = self._vectors @ np.asarray(vector, dtype=np.float32)
        by_intent = [float(alike[self._of == at].max()) for at in range(len(self._names))]
        order = sorted(range(len(by_intent)), key=by_intent.__getitem__, reverse=True)
        near = by_intent[order[0]]
        return self._names[order[0]], near, near - (by_intent[order[1]] if len(order) > 1 else 0.0)


def read(text: str, heard: Heard, intents: Intents, locale: str = "") -> Reading:
    """All that is known of a text; `locale` is the visitor's browser's, for texts that are too short to tell."""
    if not any(each.isalpha() or each > LAST_SIGN for each in text):
        return Reading(locale.partition("-")[0].lower(), 0.0, 0.0, "neutral", 0.0, "low", 0.0, "", 0.0, "")
    weights, vector = _weights(), np.append(np.asarray(heard.vector, dtype=np.float32), np.float32(1))
    sentiment = float(np.clip(STRETCH * (vector @ weights["sentiment"]), -1, 1))
    emotion, emotion_confidence = _likeliest(vector @ weights["emotion"], EMOTIONS)
    urgency, urgency_confidence = _likeliest(vector @ weights["urgency"], LEVELS)
    said = urgency_of(text)
    if said is not None and LEVELS.index(said) > LEVELS.index(urgency):
        urgency, urgency_confidence = said, 1.0
    elif urgency == "critical" and said is None:
        # What jumps the queue has to be said in so many words.
        urgency = "high"
    intent, intent_confidence = intents.nearest(heard.vector)
    is_told = heard.sureness >= LEAST_LANGUAGE and any(each.isalpha() for each in text)
    language = heard.language if is_told else locale.partition("-")[0].lower()
    return Reading(
        language=language, language_confidence=round(heard.sureness, 3) if is_told else 0.0,
        sentiment=round(sentiment, 3),
        emotion="neutral" if emotion_confidence < LEAST_EMOTION else emotion,
        emotion_confidence=round(emotion_confidence, 3), urgency=urgency,
        urgency_confidence=round(urgency_confidence, 3),
        intent=intent if intent_confidence >= LEAST_INTENT else "",
        intent_confidence=round(intent_confidence, 3), nearest_intent=intent,
    )  # fmt: skip


def urgency_of(text: str) -> Literal["critical", "high"] | None:
    """The level that the words of a text ask for by themselves (urgent.txt)."""
    said = one_line(text)
    for level in ("critical", "high"):
        if any(NEGATED.search(said[: found.start()]) is None for found in _urgent()[level].finditer(said)):
            return level
    return None


@cache
def _urgent() -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {"critical": [], "high": []}
    for line in (Path(__file__).parent / "urgent.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            level, _, pattern = line.split(maxsplit=2)
            patterns[level].append(f"(?:{pattern})")
    return {level: re.compile("|".join(each)) for level, each in patterns.items()}


@cache
def _weights() -> dict[str, Array]:
    with np.load(Path(__file__).parent / "weights.npz", allow_pickle=False) as found:
        return {name: found[name].astype(np.float32) for name in found.files}


def _likeliest(scores: Array, names: Sequence[Any]) -> tuple[Any, float]:
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    at = int(shares.argmax())
    return names[at], float(shares[at])


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def _matrix(vectors: Sequence[Vector]) -> Array:
    return np.array(vectors, dtype=np.float32).reshape(len(vectors), DIMENSIONS)
