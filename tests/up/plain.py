"""A plain user's way to run Frontdesk, also where Python and the packages are installed for root alone."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.up.owner import Owner

REPOSITORY = Path(__file__).resolve().parents[2]

# Nothing of these runs in a server, and they are most of what is installed for development.
_LEFT_OUT = shutil.ignore_patterns(
    *("test", "tests", "idlelib", "ensurepip", "config-3*", "tkinter", "lib2to3", "*.a"),
    *("mypy*", "ruff*", "hypothesis*", "nodejs*", "playwright*", "pip*", "node_modules"),
)


@dataclass(frozen=True)
class Runner:
    """A user, and how this user runs Python with Frontdesk in it."""

    user: Owner
    python: str
    environ: Mapping[str, str]
    cwd: Path


def myself() -> Runner:
    """Whoever runs the tests."""
    return Runner(Owner.current(), sys.executable, _environ(), REPOSITORY)


def plain_user(folder: Path) -> Runner:
    """Whoever runs the tests, or, for root, nobody, with copies in `folder` of what is closed to nobody."""
    if os.geteuid() != 0:
        return myself()
    nobody = Owner.named("nobody")
    packages = Path(sysconfig.get_path("purelib"))
    loads = nobody.may_enter(Path(sys.base_prefix)) and nobody.may_enter(Path(sys.executable).parent)
    python, library = (Path(sys.executable), Path()) if loads else _python(folder)
    if not nobody.may_enter(packages):
        packages = _copy(packages, folder / "packages")
    cwd = REPOSITORY
    if not nobody.may_enter(REPOSITORY / "server"):
        cwd = folder / "repository"
        for part in ("server", "workers", "bots"):
            _copy(REPOSITORY / part, cwd / part)
        for file in ("schema.sql", "pyproject.toml"):
            shutil.copy(REPOSITORY / file, cwd / file)
    environ = _environ() | {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    return Runner(nobody, str(python), environ | ({} if loads else {"LD_LIBRARY_PATH": str(library)}), cwd)


def _environ() -> dict[str, str]:
    """An environment without anybody's own settings, but with what this Python needs to find its parts."""
    needed = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**needed, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


def _python(folder: Path) -> tuple[Path, Path]:
    """A copy of this Python, and the folder of its shared library."""
    library = Path(sys.base_prefix) / "lib"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    _copy(library / version, folder / "lib" / version, shutil.ignore_patterns("site-packages", "test"))
    for shared in library.glob("libpython*"):
        shutil.copy(shared, folder / "lib")
    (folder / "bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), folder / "bin" / "python3")
    return folder / "bin" / "python3", folder / "lib"


def _copy(source: Path, target: Path, left_out: object = _LEFT_OUT) -> Path:
    assert callable(left_out)
    shutil.copytree(source, target, ignore=left_out, copy_function=_link)
    return target


def _link(source: str, target: str) -> None:
    """A second name for the same file where that is possible: nothing here is written to."""
    try:
        os.link(source, target, follow_symlinks=True)
    except OSError:
        shutil.copy2(source, target)
