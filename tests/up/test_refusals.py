"""What `frontdesk up` refuses: in words that say what to do, with exit code 1, and with nothing left behind."""

import os
import socket
from pathlib import Path

import pytest

from server.up import up
from tests.up.running import Life, Up, names
from tests.up.test_up import NOBODY, READY


def refused(running: Up, *words: str) -> None:
    """It ends with code 1, with these words and without a traceback."""
    assert running.wait(30) == 1, "\n".join(running.lines)
    for word in words:
        assert running.said(word), "\n".join(running.lines)
    assert not running.said("Traceback")


def test_a_taken_port(mine: Life) -> None:
    """It is told before anything is made."""
    folder = mine.home / "port"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(mine.start(folder, PORT=port), f"Port {port} is taken", "PORT=")
        refused(mine.start(folder, FRONTDESK_SHOP_PORT=port), f"Port {port} is taken", "FRONTDESK_SHOP_PORT=")
    assert "postgres" not in names(folder)


def test_a_full_disk(mine: Life) -> None:
    """Also before anything is made: a database that stops in the middle helps nobody."""
    folder = mine.home / "full"
    refused(mine.start(folder, FRONTDESK_MIN_FREE_MB="999999999"), "MB free", "Free some space")
    assert "postgres" not in names(folder)


def test_a_foreign_data_folder(life: Life, scratch: Path) -> None:
    """For a plain user one of the system's; for root one of nobody's."""
    folder = Path("/usr")
    if life.runner.user.uid == 0:
        folder = scratch / "foreign"
        folder.mkdir()
        os.chown(folder, 65534, 65534)
    before = folder.stat()
    refused(life.start(folder), f"The data folder {folder} belongs to", "it is left as it is")
    after = folder.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


def test_a_release_that_cannot_be(mine: Life) -> None:
    folder = mine.small
    first = mine.start(folder, **NOBODY)
    first.hear(READY)
    first.end()
    second = mine.start(folder, FRONTDESK_PARTITIONS="32")
    refused(second, "The database is not ready for this release", "16 partitions", "Stopped.")
    assert names(folder / "run") == []


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"FRONTDESK_WORKRES": "2"}, "FRONTDESK_WORKRES is no setting"),
        ({"FRONTDESK_APPENDFSYNC": "never"}, "FRONTDESK_APPENDFSYNC must be always or everysec"),
        ({"DATABASE_URL": "postgresql://frontdesk@db/frontdesk"}, "DATABASE_OWNER_URL belong together"),
        ({"PORT": "eighty"}, "PORT must be int"),
        ({"FRONTDESK_SECRET": "short"}, "at least 32 characters"),
    ],
)
def test_settings_that_cannot_be(
    settings: dict[str, str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert up({"FRONTDESK_DATA": str(tmp_path / "data"), **settings}) == 1
    assert word in capsys.readouterr().out
    assert not (tmp_path / "data").exists()
