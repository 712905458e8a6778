"""Measures latency against rate, up to where it can no longer keep up, and draws it; results in bench/results."""

import argparse
import asyncio
import os
from datetime import UTC, datetime

from bench import measure
from bench.report import RESULTS, Goal, Rounds, write
from bench.scene import Cores, scene
from server.core.plot import Series, plot
from server.core.progress import Progress

RATES = (250, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000)
SECONDS = 5.0
NAMES = {"accepted": "accepted", "delivered": "sender to recipient", "stored": "stored"}


async def run(rounds: int, rates: tuple[int, ...], seconds: float) -> Rounds:
    """Every rate in turns, so that all of them meet the same weather."""
    made, progress = Rounds(), Progress(rounds * len(rates), "rates")
    async with scene(Cores()) as stage:
        await stage.generator.tell(do="follow", side="product", fan_out=1)
        for number in range(1, rounds + 1):
            for rate in rates:
                progress.show(f"round {number}: {rate:,} a second")
                told = await measure.loaded(stage, "product", do="steady", rate=rate, seconds=seconds)
                await stage.drained("product")
                figures = {f"{name}_{share}_ms": told["ms"][name][share] for name in NAMES for share in ("p50", "p99")}
                made.add(str(rate), "product", figures)
                progress.step(f"round {number}: {rate:,} a second")
    return made


def goals(rates: tuple[int, ...]) -> list[Goal]:
    """A line of the table for each figure."""
    return [
        Goal(f"{told} at {rate:,}/s, {share}", str(rate), f"{name}_{share}_ms", "ms")
        for rate in rates
        for name, told in NAMES.items()
        for share in ("p50", "p99")
    ]


def drawn(made: Rounds, rates: tuple[int, ...]) -> str:
    """The plot, as SVG."""
    series = [
        Series(
            f"{told}, {share}",
            [(rate, made.median(str(rate), "product", f"{name}_{share}_ms") or 0.0) for rate in rates],
            is_dashed=share == "p99",
        )
        for name, told in NAMES.items()
        for share in ("p50", "p99")
    ]
    return plot(series, across="messages a second", up="milliseconds from when each was due")


async def main() -> None:
    """Read the command line, measure, write, draw and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.rates", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    busy = f"{os.getloadavg()[0]:.1f} (what else the machine was doing)"
    made = await run(asked.rounds, RATES, SECONDS)
    facts = {"load before": busy, "rounds": asked.rounds, "seconds of each": SECONDS, "cores of each": Cores().told()}
    print(write("rates", "python -m bench.rates", made, facts, goals(RATES)))
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}-rates.svg"
    path.write_text(drawn(made, RATES), "utf-8")
    print(path)


if __name__ == "__main__":
    asyncio.run(main())
