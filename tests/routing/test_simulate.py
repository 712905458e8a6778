"""`frontdesk simulate` from a terminal: a day in figures and pictures, the same for the same seed."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from server.domain.routing.simulate.figures import fairness
from server.domain.routing.simulate.scenario import BadScenario, read_scenario

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def simulate(*words: str, code: int = 0) -> str:
    """Run the command; what it printed, or what it complained of."""
    done = subprocess.run(
        [sys.executable, "-m", "server", "simulate", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def test_two_scenarios_meet_the_same_visitors(tmp_path: Path) -> None:
    """Fewer people: longer waits, more who go; each number is there again for the same seed."""
    words = [str(EXAMPLES / "weekday.toml"), "--compare", str(EXAMPLES / "fewer.toml")]
    full, fewer = days = msgspec.json.decode(simulate(*words, "--json", "--plots", str(tmp_path)))
    assert days == msgspec.json.decode(simulate(*words, "--json"))
    assert full["total"]["conversations"] == fewer["total"]["conversations"] > 600
    assert full["total"]["p90"] < fewer["total"]["p90"]
    assert full["utilisation"]["mean"] < fewer["utilisation"]["mean"]
    assert len(full["agents"]) == len(fewer["agents"]) + 3 == 12
    for each in days:
        assert _is_whole(each)
    for name in ("waits.svg", "queue.svg", "utilisation.svg"):
        assert len(list(ET.fromstring((tmp_path / name).read_text()).iter())) > 10
    table = simulate(*words)
    assert "weekday" in table
    assert "wait, p90" in table


def _is_whole(day: dict[str, Any]) -> bool:
    total = day["total"]
    parts = ("conversations", "answered", "abandoned", "unanswered", "missed")
    for split in (day["by_team"], day["by_priority"]):
        assert {part: sum(each[part] for each in split.values()) for part in parts} == {
            part: total[part] for part in parts
        }
    assert total["conversations"] == total["answered"] + total["abandoned"] + total["unanswered"]
    assert day["offers"] >= total["answered"] + day["declined"] + day["expired"]
    return bool(sum(each["conversations"] for each in day["agents"]) == total["answered"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[agents]]\ncuont = 3", r"unknown field `cuont` - at `\$.agents\[0\]`"),
        ("[[agents]]\ncount = 0", r">= 1 - at `\$.agents\[0\].count`"),
        ("[[queues]]\nstrategy = 'luck'", "Invalid enum value 'luck'"),
        ("[[queues]]\noverflow_seconds = 60", "go together - at `.*queues.0.`"),
        ("[[queues]]\n[[queues]]", "the queue of no team is there twice"),
        ("[people]\ntalks = { median = 9, p90 = 3 }", "p90 is less than the median - at `.*talks`"),
        ("agents = ", "Invalid value"),
    ],
)
def test_what_cannot_be_simulated_is_said_with_its_place(text: str, said: str) -> None:
    """Whoever mistypes learns where."""
    with pytest.raises(BadScenario, match=said):
        read_scenario(text.encode(), name="day.toml")


def test_a_missing_file_is_named() -> None:
    """Not a traceback."""
    assert simulate("nowhere.toml", code=1) == "simulate: nowhere.toml: No such file or directory\n"
    assert "--replay needs" in simulate("--replay", code=1)


def test_fairness_is_jains_and_ginis() -> None:
    """Checked by hand: all alike, one has all, and something between."""
    assert (fairness([3, 3, 3]).jain, fairness([3, 3, 3]).gini) == (1.0, 0.0)
    assert (fairness([0, 0, 9, 0]).jain, fairness([0, 0, 9, 0]).gini) == (0.25, 0.75)
    assert (fairness([1, 3]).jain, fairness([1, 3]).gini) == (0.8, 0.25)
    assert fairness([]).jain == 1.0
