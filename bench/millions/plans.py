"""What Postgres did for a question: every statement's plan with its rows and pages, as auto_explain logs it."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

# For a pass of its own: explaining costs time.
SETTINGS = {
    "session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0", "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on", "auto_explain.log_nested_statements": "on", "auto_explain.log_format": "json",
    "auto_explain.log_timing": "off",
}  # fmt: skip
_ENTRY = re.compile(r"duration: ([\d.]+) ms  plan:\n((?:\t.*\n)+)")


class Ran(NamedTuple):
    """One statement as it ran."""

    ms: float
    query: str
    pages: int
    plan: dict[str, Any]

    @property
    def scans(self) -> list[str]:
        """How each table was read, with the rows that were read for nothing."""
        return [told for each in _nodes(self.plan) if (told := _scan(each))]

    @property
    def largest_sort(self) -> int:
        """The most rows that were put into order."""
        return max((int(_below(each)) for each in _nodes(self.plan) if each["Node Type"] == "Sort"), default=0)


def ran_since(log: Path, position: int) -> list[Ran]:
    """The statements that are new in the log."""
    with log.open("rb") as file:
        file.seek(position)
        text = file.read().decode("utf-8", "replace")
    found = []
    for ms, body in _ENTRY.findall(text):
        told = json.loads(body.replace("\n\t", "\n"))
        plan = told["Plan"]
        pages = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
        found.append(Ran(float(ms), " ".join(told["Query Text"].split()), pages, plan))
    return found


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in _nodes(child))]


def _scan(node: dict[str, Any]) -> str:
    if "Scan" not in node["Node Type"] or "never executed" in node or not node.get("Actual Loops", 0):
        return ""
    where = node.get("Relation Name", node.get("Index Name", node.get("Function Name", "")))
    index = f" by {node['Index Name']}" if "Index Name" in node and "Relation Name" in node else ""
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    loops = node["Actual Loops"]
    return f"{node['Node Type']} {where}{index} rows {node['Actual Rows'] * loops:.0f}" + (
        f" removed {removed * loops:.0f}" if removed else ""
    )


def _below(node: dict[str, Any]) -> float:
    return max((each["Actual Rows"] * each["Actual Loops"] for each in node.get("Plans", ())), default=0)
