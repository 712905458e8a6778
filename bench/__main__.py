"""Measures the message path against the floor of the same run; results in bench/results."""

import argparse
import asyncio
import os
import statistics
import tempfile
import time

from bench import measure
from bench.report import Rounds, table, write
from bench.scene import Cores, scene
from server.core.progress import Progress

PARTS = 8


def fdatasync_ms(count: int = 50) -> float:
    """What one fdatasync of a small append takes on this disk, as the log of Valkey does it."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(count):
            file.write(b"x" * 512)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


async def run(rounds: int, sizes: measure.Sizes, cores: Cores) -> Rounds:
    """All measurements, product and floor in turns, so that both meet the same weather."""
    made, progress = Rounds(), Progress(rounds * PARTS, "bench")
    progress.show("starting Postgres, Valkey, web, worker and the floors")
    async with scene(cores) as stage:
        for number in range(1, rounds + 1):
            about = f"round {number}: "
            made.add("disk", "product", {"fdatasync_ms": fdatasync_ms()})
            resting = await measure.idle(stage, sizes.idle)
            made.add("idle", "product", {f"{name}_cores": each for name, each in resting.items()})
            progress.step(about + "sockets")
            for side, floor in (("product", "product"), ("bare", "floor")):
                made.add("sockets", floor, await measure.sockets(stage, side, sizes))
                progress.step(about + "saturation")
            for side, floor in (("product", "product"), ("stack", "floor")):
                made.add("saturated", floor, await measure.saturated(stage, side, sizes, resting))
                progress.step(about + "1,000 a second")
            for side, floor in (("product", "product"), ("stack", "floor")):
                made.add("steady", floor, await measure.steady(stage, side, sizes, resting))
                progress.step(about + "drain")
            product, bare = await measure.drain(stage, sizes)
            made.add("drain", "product", product)
            made.add("drain", "floor", bare)
            progress.step(about + "done")
    return made


async def main() -> None:
    """Read the command line, measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs; nothing is written")
    asked = parser.parse_args()
    sizes = measure.Sizes(1.0, 1.5, 2.0, 5_000, 1.0) if asked.quick else measure.Sizes()
    cores = Cores()
    busy = f"{os.getloadavg()[0]:.1f} (what else the machine was doing)"
    made = await run(1 if asked.quick else asked.rounds, sizes, cores)
    facts = {
        "load before": busy,
        "rounds": 1 if asked.quick else asked.rounds,
        "cores of each": cores.told(),
        "sizes": sizes._asdict(),
    }
    if asked.quick:
        print(table(made))
    else:
        print(write("message-path", "python -m bench", made, facts))


if __name__ == "__main__":
    asyncio.run(main())
