"""Loads ten million messages and measures what people ask of them; results in bench/results."""

import argparse
import asyncio
import os
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bench.millions import plans
from bench.millions.ask import Asker, Question, asker, timed
from bench.millions.house import Folder, Known
from bench.report import Goal, Rounds, write
from server.core.db import connect
from server.core.progress import Progress

# What a question may take when everything is warm.
P50, P99 = 10, 50
# Of a search, which may look at many words.
SEARCH_P50 = 50
_SIZES = """
select coalesce(p.relname, c.relname) as name, sum(pg_table_size(c.oid))::bigint as rows,
       sum(pg_indexes_size(c.oid))::bigint as indexes
  from pg_class c
  left join pg_inherits i on i.inhrelid = c.oid
  left join pg_class p on p.oid = i.inhparent
 where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
 group by 1
having sum(pg_total_relation_size(c.oid)) > 10000000
 order by sum(pg_total_relation_size(c.oid)) desc
"""


class Measured(NamedTuple):
    """Figures, what they are of, and what lies on the disk."""

    rounds: Rounds
    questions: list[Question]
    disk: dict[str, str]


async def measure(folder: Folder, known: Known, rounds: int, calls: int, only: str) -> Measured:
    """Each question once with nothing in memory, then over and over."""
    made = Rounds()
    async with folder.opened(known) as (house, org), asker(house, org, known) as people:
        disk = await sizes(folder.environment["DATABASE_OWNER_URL"])
        asked = _asked(people, only)
        progress = Progress(len(asked) * (rounds + 1), "questions")
        for each in asked:
            made.add(each.name, "product", {"cold_ms": await timed(each.ask)})
            progress.step(f"cold: {each.told}")
        for number in range(1, rounds + 1):
            floor: Mapping[str, float] = {}
            for each in asked:
                took = await _repeated(each, calls)
                made.add(each.name, "product", took)
                floor = took if each.name == "by_key" else floor
                made.add(each.name, "floor", floor)
                progress.step(f"round {number}: {each.told}")
    return Measured(made, asked, disk)


async def explain(folder: Folder, known: Known, only: str) -> None:
    """Print what Postgres does for each question, after it has been asked often enough for its lasting plan."""
    async with folder.opened(known, plans.SETTINGS) as (house, org), asker(house, org, known) as people:
        # Nobody else's statements among them.
        house.workers[0].stop()
        for each in _asked(people, only):
            for _ in range(12):
                await each.ask()
            position = folder.postgres.log.stat().st_size
            await each.ask()
            await asyncio.sleep(0.05)
            print(f"\n{each.told}")
            for ran in plans.ran_since(folder.postgres.log, position):
                if ran.query.startswith("select set_config"):
                    continue
                print(f"  {ran.ms:8.2f} ms {ran.pages:6d} pages, sorted {ran.largest_sort}: {ran.query[:90]}")
                for scan in ran.scans[:9]:
                    print(f"{'':14}{scan}")


async def sizes(url: str) -> dict[str, str]:
    """Gigabytes of each large table, rows and indexes."""
    connection = await connect(url)
    try:
        return {
            row["name"]: f"{row['rows'] / 1e9:.2f} + {row['indexes'] / 1e9:.2f} GB"
            for row in await connection.fetch(_SIZES)
        }
    finally:
        await connection.close()


def _asked(people: Asker, only: str) -> list[Question]:
    return [
        each
        for each in people.questions()
        if not only or each.name == "by_key" or each.name.startswith(tuple(only.split(",")))
    ]


async def _repeated(question: Question, calls: int) -> dict[str, float]:
    for _ in range(8):
        await question.ask()
    took = sorted([await timed(question.ask) for _ in range(calls)])
    return {"p50_ms": statistics.median(took), "p99_ms": took[min(len(took) - 1, round(len(took) * 0.99))]}


def goals(asked: list[Question]) -> list[Goal]:
    """Every question's lines of the table."""
    found = []
    for each in asked:
        gate = SEARCH_P50 if each.name in {"search_common", "list_word"} else P50
        found.append(Goal(f"{each.told}, p50", each.name, "p50_ms", "ms", gate))
        found.append(Goal("… p99", each.name, "p99_ms", "ms", P99))
        found.append(Goal("… once, cold", each.name, "cold_ms", "ms"))
    return found


async def main() -> None:
    """Read the command line, load, measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.millions", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=60, help="of each question in a round")
    parser.add_argument("--folder", type=Path, help="load here, or measure what was kept here")
    parser.add_argument("--keep", action="store_true", help="leave the data where they are")
    parser.add_argument("--only", default="", help="questions by how their names begin; nothing is written")
    parser.add_argument("--explain", action="store_true", help="print what Postgres does instead of measuring")
    asked = parser.parse_args()
    folder = Folder(asked.folder)
    try:
        known = await folder.open(asked.messages)
        if asked.explain:
            await explain(folder, known, asked.only)
            return
        busy = f"{os.getloadavg()[0]:.1f} (what else the machine was doing)"
        made, questions, disk = await measure(folder, known, asked.rounds, asked.calls, asked.only)
        facts: dict[str, Any] = {
            "load before": busy, "rounds": asked.rounds, "calls of each question in a round": asked.calls,
            "rows": known.loaded["rows"], "seconds to load": known.loaded["seconds_in_all"],
            "disk, rows and indexes": disk,
        }  # fmt: skip
        lines = goals(questions)
        if asked.only:
            for each in lines:
                print(f"{each.told:60} {made.told(each.part, 'product', each.name)}")
        else:
            print(write("millions", f"python -m bench.millions --messages {known.messages}", made, facts, lines))
    finally:
        if asked.keep:
            print(f"kept in {folder.folder}")
        else:
            folder.remove()


if __name__ == "__main__":
    asyncio.run(main())
