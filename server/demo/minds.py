"""What visitors of the demo want and how they feel, as the understanding would have read it from their words."""

import random
from collections.abc import Sequence
from typing import TypedDict

from server.demo.cast import WANT_OF

# What a script is about, how bad or good that makes its visitor's mood, and what the feeling is called.
_MOODS = {
    "complaint": (-0.75, "anger"), "urgent": (-0.5, "anger"), "damaged": (-0.5, "sadness"),
    "wrong-item": (-0.35, "sadness"), "pests": (-0.3, "fear"), "praise": (0.8, "joy"), "gift": (0.4, "joy"),
}  # fmt: skip


class Understood(TypedDict):
    """What somebody's first words say."""

    intent: str | None
    intent_confidence: float | None
    sentiment: float
    emotion: str
    urgency: str


def understood(tags: Sequence[str], chance: random.Random) -> Understood:
    """By what the conversation is about."""
    intent = next((WANT_OF[tag] for tag in tags if tag in WANT_OF), None)
    mood, emotion = next((_MOODS[tag] for tag in tags if tag in _MOODS), (0.0, "neutral"))
    return {
        "intent": intent, "intent_confidence": chance.randrange(68, 97) / 100 if intent else None,
        "sentiment": round(mood + chance.uniform(-0.15, 0.15), 3), "emotion": emotion,
        "urgency": "high" if "urgent" in tags else "medium" if mood < 0 else "low",
    }  # fmt: skip
