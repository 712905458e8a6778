"""From the figures of all rounds to a small file for machines and a table for people."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bench.cpu import machine

RESULTS = Path(__file__).parent / "results"


class Goal(NamedTuple):
    """One line of the table: what is measured, its figure, and what it must reach, as it is or in floors."""

    told: str
    part: str
    name: str
    unit: str
    gate: float | None = None
    stretch: float | None = None
    limit: str = "absolute"


GOALS = (
    Goal("gateway, inbound message with its acknowledgement", "sockets", "inbound_us", "µs", 45, 30),
    Goal("gateway, each delivery", "sockets", "delivery_us", "µs", 16, 12),
    Goal("all processes, a stored message at saturation", "saturated", "all_us", "µs", 2.0, 1.5, "at most floors"),
    Goal("… of it the gateway", "saturated", "gateway_us", "µs"),
    Goal("… of it the worker", "saturated", "worker_us", "µs"),
    Goal("… of it Valkey", "saturated", "valkey_us", "µs"),
    Goal("… of it Postgres", "saturated", "postgres_us", "µs"),
    Goal("… without what the event readers do later", "saturated", "until_stored_us", "µs"),
    Goal("accepted messages at saturation", "saturated", "accepted_per_s", "/s"),
    Goal("sustained stored messages", "saturated", "stored_per_s", "/s", 0.5, 0.67, "at least floors"),
    Goal("event readers behind after that", "saturated", "readers_behind_s", "s"),
    Goal("all processes, a stored message at 1,000/s", "steady", "all_us", "µs", 1.6, 1.25, "at most floors"),
    Goal("… of it the gateway", "steady", "gateway_us", "µs"),
    Goal("… of it the worker", "steady", "worker_us", "µs"),
    Goal("… of it Valkey", "steady", "valkey_us", "µs"),
    Goal("… of it Postgres", "steady", "postgres_us", "µs"),
    Goal("accepted at 1,000/s, p50 (gate: + one fdatasync)", "steady", "accepted_p50_ms", "ms", 1.5, 1),
    Goal("accepted at 1,000/s, p99", "steady", "accepted_p99_ms", "ms", 10),
    Goal("sender to recipient at 1,000/s, p50", "steady", "delivered_p50_ms", "ms", 2, 1),
    Goal("sender to recipient at 1,000/s, p99", "steady", "delivered_p99_ms", "ms", 15, 8),
    Goal("stored at 1,000/s, p50", "steady", "stored_p50_ms", "ms", 25, 15),
    Goal("stored at 1,000/s, p99", "steady", "stored_p99_ms", "ms", 100, 60),
    Goal("the generator's own lateness, p99", "steady", "late_p99_ms", "ms"),
    Goal("ingest drain", "drain", "rows_per_s", "rows/s", 0.4, 0.6, "at least floors"),
    Goal("one fdatasync", "disk", "fdatasync_ms", "ms"),
    Goal("load generator, a message", "saturated", "generator_us", "µs"),
)


LIMITS = (
    Goal(
        "handshakes with hello and welcome, of one core", "connect", "connects_per_core_s", "/s", 1000, 1800, "at least"
    ),
    Goal("… what one costs the gateway", "connect", "connect_us", "µs"),
    Goal("… as fast as the generator could", "connect", "connects_per_s", "/s"),
    Goal("idle sockets per GiB, gateway and kernel", "idle", "sockets_per_gib", "", 25_000, 40_000, "at least"),
    Goal("… of it the gateway, a socket", "idle", "socket_kib", "KiB"),
    Goal("… of it the kernel, a socket", "idle", "kernel_kib", "KiB"),
    Goal("… CPU of an idle socket, a second", "idle", "idle_us_per_s", "µs"),
    Goal("10,000 clients reconnect: everybody live, nothing missed", "storm", "live_s", "s", 15, 8),
    Goal("300,000 entries behind: all stored", "behind", "behind_s", "s", 60, 35),
    Goal("… of them lost", "behind", "behind_lost", "", 0),
    Goal("a dead bus is noticed", "bus", "noticed_s", "s", 3, 1),
    Goal("idle footprint of two webs and a worker", "idle", "footprint_mib", "MiB"),
)


class Rounds:
    """Every figure of every round."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str], list[float]] = defaultdict(list)

    def add(self, part: str, side: str, figures: Mapping[str, float]) -> None:
        """Keep the figures of one measurement."""
        for name, value in figures.items():
            self._values[part, side, name].append(round(value, 3))

    def median(self, part: str, side: str, name: str) -> float | None:
        """The middle one, if there is any."""
        values = self._values.get((part, side, name))
        return statistics.median(values) if values else None

    def ratio(self, part: str, name: str) -> float | None:
        """Product to floor: the middle one of the rounds, since both of one round met the same weather."""
        product, floor = (self._values.get((part, side, name), []) for side in ("product", "floor"))
        ratios = [ours / theirs for ours, theirs in zip(product, floor, strict=False) if theirs > 0]
        return statistics.median(ratios) if ratios else None

    def told(self, part: str, side: str, name: str) -> str:
        """Median and range, as a cell."""
        values = self._values.get((part, side, name))
        if not values:
            return ""
        return f"{_short(statistics.median(values))} ({_short(min(values))}-{_short(max(values))})"

    def all(self) -> dict[str, dict[str, dict[str, list[float]]]]:
        """By part, side and name."""
        made: dict[str, dict[str, dict[str, list[float]]]] = {}
        for (part, side, name), values in sorted(self._values.items()):
            made.setdefault(part, {}).setdefault(side, {})[name] = values
        return made


def table(rounds: Rounds, goals: Sequence[Goal] = GOALS) -> str:
    """Goals against figures, as Markdown."""
    lines = [
        "| what | product | floor | ratio | gate | stretch | met |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for goal in goals:
        product = rounds.median(goal.part, "product", goal.name)
        if product is None:
            continue
        ratio = rounds.ratio(goal.part, goal.name)
        by = {
            "at most floors": "≤ {} floors",
            "at least floors": "≥ {} floors",
            "absolute": "≤ {}",
            "at least": "≥ {}",
        }[goal.limit]
        cells = [
            goal.told, f"{rounds.told(goal.part, 'product', goal.name)} {goal.unit}",
            rounds.told(goal.part, "floor", goal.name), f"{ratio:.2f}" if ratio else "",
            "" if goal.gate is None else by.format(f"{goal.gate:,}"),
            "" if goal.stretch is None else by.format(f"{goal.stretch:,}"), _met(goal, product, ratio),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _met(goal: Goal, product: float, ratio: float | None) -> str:
    if goal.gate is None:
        return ""
    sign = -1 if goal.limit.startswith("at least") else 1
    value = ratio if goal.limit.endswith("floors") else product
    if value is None:
        return ""
    if goal.stretch is not None and value * sign <= goal.stretch * sign:
        return "stretch"
    return "yes" if value * sign <= goal.gate * sign else "**no**"


def write(what: str, command: str, rounds: Rounds, facts: Mapping[str, Any], goals: Sequence[Goal] = GOALS) -> str:
    """Write both files; the table with its circumstances."""
    now = datetime.now(UTC)
    about = {"what": what, "date": now.isoformat(timespec="minutes"), "command": command, "machine": machine(), **facts}
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d}-{what}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode({**about, "figures": rounds.all()}), indent=1) + b"\n")
    circumstances = "\n".join(
        f"- {name}: {', '.join(f'{key} {value}' for key, value in each.items()) if isinstance(each, dict) else each}"
        for name, each in about.items()
        if name != "what"
    )
    text = f"# {what.capitalize()}\n\n{circumstances}\n\nMedian and range of the rounds.\n\n{table(rounds, goals)}\n"
    path.with_suffix(".md").write_text(text, "utf-8")
    return text


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
