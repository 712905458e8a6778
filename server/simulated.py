"""`frontdesk simulate`: files and Postgres in, tables and plots out."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from server.core.db import open_db
from server.core.errors import Refused
from server.core.progress import Progress
from server.domain.routing.simulate import recording as recorded
from server.domain.routing.simulate.day import Outcome, run
from server.domain.routing.simulate.draw import Arrival, crew, draw_arrivals
from server.domain.routing.simulate.figures import Figures, figures
from server.domain.routing.simulate.reading import read_day
from server.domain.routing.simulate.recording import Recording, read_recording
from server.domain.routing.simulate.replay import replay
from server.domain.routing.simulate.report import plots, table
from server.domain.routing.simulate.scenario import (
    Agents,
    BadScenario,
    Queue,
    Scenario,
    read_scenario,
    rules,
    team_id,
)
from server.up.here import settings_here

# Where a scenario names nobody: enough for the default's five hundred.
SOMEBODY = [Agents(count=12)]


def main(environ: Mapping[str, str], asked: argparse.Namespace) -> int:
    """Simulate and tell; the exit code: 0, or 1 where something cannot be, or a replay differs."""
    try:
        recording = _recording(environ, asked)
        if asked.save and recording is not None:
            Path(asked.save).write_bytes(msgspec.json.encode(recording))
        if asked.replay:
            return _replay(recording)
        names = [*asked.scenarios, *asked.compare]
        scenarios = [read_scenario(Path(each).read_bytes(), name=each) for each in names]
        return _simulate(scenarios or [Scenario(name="default")], recording, asked)
    except BadScenario as bad:
        _say(f"simulate: {bad}")
    except OSError as error:
        _say(f"simulate: {error.filename}: {error.strerror}")
    except Refused as refused:
        _say(f"simulate: {refused.message}")
    return 1


def _simulate(scenarios: list[Scenario], recording: Recording | None, asked: argparse.Namespace) -> int:
    teams = recording.teams if recording else {}
    arrivals = _arrivals(scenarios[0], recording, asked.seed)
    progress = Progress(len(arrivals) * len(scenarios), "simulate")
    days: list[tuple[Figures, Outcome]] = []
    for scenario in scenarios:
        outcome = _play(scenario, recording, arrivals, progress)
        named = {each: name for name in _team_names(scenario, teams) if (each := team_id(name, teams))}
        days.append((figures(scenario.name, outcome, scenario.target, named), outcome))
    told = [each for each, _ in days]
    if asked.plots:
        folder = Path(asked.plots)
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in plots([(each.scenario, outcome) for each, outcome in days]).items():
            (folder / name).write_text(picture, "utf-8")
    _tell(msgspec.json.format(msgspec.json.encode(told)).decode() if asked.as_json else table(told))
    return 0


def _play(scenario: Scenario, recording: Recording | None, arrivals: list[Arrival], progress: Progress) -> Outcome:
    teams, came = recording.teams if recording else {}, 0

    def tell(count: int) -> None:
        nonlocal came
        if count > came:
            progress.step(scenario.name, count - came)
            came = count

    if recording is not None and not scenario.agents:
        workers = recorded.workers(recording)
    else:
        workers = crew(scenario.agents or SOMEBODY, teams)
    if recording is not None and not scenario.queues:
        worked = {each.team_id: each for each in recording.rules}
    else:
        worked = rules(scenario.queues or [Queue()], teams)
    return run(workers, worked, arrivals, scenario.people, tell)


def _arrivals(scenario: Scenario, recording: Recording | None, seed: int | None) -> list[Arrival]:
    """The same for all that are compared."""
    if recording is not None:
        return recorded.arrivals(recording)
    return draw_arrivals(scenario.arrivals, scenario.seed if seed is None else seed, {})


def _team_names(scenario: Scenario, teams: Mapping[str, Any]) -> set[str]:
    return {*teams, *(each.team for each in scenario.queues), *(each.team for each in scenario.arrivals.kinds)}


def _replay(recording: Recording | None) -> int:
    if recording is None:
        raise BadScenario("--replay needs --recorded or --organization")
    found = replay(recording)
    for each in found.differences:
        at = datetime.fromtimestamp(each.at / 1000, UTC)
        _tell(f"{at:%H:%M:%S.%f} UTC: recorded {_pairs(each.recorded)}, decided {_pairs(each.decided)}")
    _tell(f"{found.decisions:,} decisions, {len(found.differences):,} differ")
    return 1 if found.differences else 0


def _pairs(offers: list[recorded.Asked]) -> str:
    return ", ".join(f"{each.conversation_id} to {each.agent_id}" for each in offers) or "nothing"


def _recording(environ: Mapping[str, str], asked: argparse.Namespace) -> Recording | None:
    if asked.recorded:
        return read_recording(Path(asked.recorded).read_bytes(), name=asked.recorded)
    if not asked.organization:
        return None
    try:
        day = datetime.fromisoformat(f"{asked.day}T00:00:00+00:00") if asked.day else _yesterday()
    except ValueError:
        raise BadScenario(f"--day {asked.day}: a day is written like 2026-11-22") from None
    since, until = (int(each.timestamp() * 1000) for each in (day, day + timedelta(days=1)))
    return asyncio.run(_read(settings_here(environ).database_url, asked.organization, since, until))


async def _read(url: str, slug: str, since: int, until: int) -> Recording:
    lookup, db = await open_db(url, "fd_lookup", size=1), await open_db(url, "fd_app", size=1)
    try:
        return await read_day(lookup, db, slug, since, until)
    finally:
        await lookup.close()
        await db.close()


def _yesterday() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


def _tell(text: str) -> None:
    print(text)  # noqa: T201 - it talks to a terminal


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - it talks to a terminal
