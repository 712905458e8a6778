"""Folders and users for the supervisor's tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.up.owner import Owner, servers_owner


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
