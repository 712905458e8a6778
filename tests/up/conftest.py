"""Folders and users for the supervisor's tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.up.owner import Owner, servers_owner
from tests.up.plain import Runner, myself, plain_user
from tests.up.running import Life

# Root starts the servers as a system user, a plain user as itself. A plain user can only try the second.
USERS = ["root", "plain"] if os.geteuid() == 0 else ["plain"]


@pytest.fixture
def scratch() -> Iterator[Path]:
    """An empty folder of ours that every user may pass through; pytest's own is closed to the servers' user."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def owner() -> Owner:
    """Whom the servers run as: a system user when the tests run as root, else whoever runs them."""
    return servers_owner()


@pytest.fixture(scope="session")
def runners() -> Iterator[dict[str, Runner]]:
    """Everybody who can start Frontdesk here."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-plain-"))
    folder.chmod(0o755)
    yield {"plain": plain_user(folder), "root": myself()}
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def lives(runners: dict[str, Runner]) -> Iterator[dict[str, Life]]:
    """One data folder for each of them."""
    made = {name: Life(runners[name]) for name in USERS}
    yield made
    for life in made.values():
        life.end()


@pytest.fixture(params=USERS)
def life(request: pytest.FixtureRequest, lives: dict[str, Life]) -> Iterator[Life]:
    """Frontdesk as each of them runs it, in turn."""
    yield lives[request.param]
    lives[request.param].end_others()


@pytest.fixture
def mine(lives: dict[str, Life]) -> Iterator[Life]:
    """Frontdesk as whoever runs the tests runs it, for what is the same for everybody."""
    yield lives[USERS[0]]
    lives[USERS[0]].end_others()
