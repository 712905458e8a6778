"""The data folder: ours alone, claimed once, and never taken from anybody."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.core.config import read_settings
from server.up.folder import Claim, data_folder
from server.up.owner import CannotStart, Owner
from tests.up.plain import REPOSITORY
from tests.up.running import names

IS_ROOT = os.geteuid() == 0


def state(folder: Path) -> tuple[int, int, int, list[str]]:
    """Everything that a refusal must leave as it is."""
    found = folder.stat()
    return found.st_uid, found.st_gid, found.st_mode, names(folder)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder of somebody else: made by root for nobody, or, for a plain user, one of the system's."""
    if not IS_ROOT:
        return Path("/usr")
    folder = tmp_path / "foreign"
    folder.mkdir(mode=0o755)
    nobody = Owner.named("nobody")
    os.chown(folder, nobody.uid, nobody.gid)
    return folder


def test_a_foreign_folder_is_refused_as_it_is(foreign: Path) -> None:
    before = state(foreign)
    with pytest.raises(CannotStart, match="belongs to"):
        Claim(foreign, passable=True)
    assert state(foreign) == before


def test_a_new_folder_is_closed_to_others(tmp_path: Path) -> None:
    Claim(tmp_path / "plain", passable=False).release()
    Claim(tmp_path / "passable", passable=True).release()
    assert stat.S_IMODE((tmp_path / "plain").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "passable").stat().st_mode) == 0o711


def test_the_folder_above_is_never_touched(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    Claim(tmp_path / "data", passable=True).release()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotStart, match=r"thesis\.txt"):
        Claim(tmp_path, passable=False)
    assert names(tmp_path) == ["thesis.txt"]


def test_a_folder_that_others_may_write_into_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(CannotStart, match="chmod go-w"):
        Claim(tmp_path, passable=False)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(CannotStart, match="is no folder"):
        Claim(tmp_path / "data", passable=False)


def test_a_missing_folder_above_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="there is no folder"):
        Claim(tmp_path / "missing" / "data", passable=False)


def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    """The second one hears who the first one is, and leaves the first one's note alone."""
    claim = Claim(tmp_path, passable=False)
    for _ in range(2):
        with pytest.raises(CannotStart, match=rf"already running .* \(pid {os.getpid()}\)"):
            Claim(tmp_path, passable=False)
    claim.release()
    Claim(tmp_path, passable=False).release()


def test_a_claim_ends_with_its_process(tmp_path: Path) -> None:
    """Whatever way it ends: a lock that needed cleaning up would keep the next run out."""
    program = (
        "import os, sys; from pathlib import Path; from server.up.folder import Claim;"
        "Claim(Path(sys.argv[1]), passable=False); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=REPOSITORY, check=False).returncode == -9
    Claim(tmp_path, passable=False).release()


def test_the_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    claim = Claim(tmp_path, passable=True)
    secret = claim.secret()
    assert len(bytes.fromhex(secret)) == 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert claim.secret() == secret
    claim.release()


@pytest.mark.parametrize("chosen", ["~/somewhere", "/srv/frontdesk", ""])
def test_the_folder_is_the_chosen_one_or_the_users_own(chosen: str) -> None:
    settings = read_settings({"FRONTDESK_DATA": chosen}, database_url="-", redis_url="-", secret="-" * 32)
    own = Path("/var/lib/frontdesk") if IS_ROOT else REPOSITORY / ".frontdesk"
    assert data_folder(settings) == (Path(chosen).expanduser() if chosen else own)
