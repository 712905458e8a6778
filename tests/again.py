"""Runs what failed once more, alone: only what fails on a quiet machine too is an error, the rest is told as unsteady.

`make test` calls it when some tests failed. Many failures are no bad luck, and are left as they are.
"""

import json
import subprocess
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
MOST = 20


def main() -> int:
    """Run them; the exit code of that run, or 1 where there are too many or none to be found."""
    failed = sorted(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if not 0 < len(failed) <= MOST:
        return 1
    _tell(f"{len(failed)} failed beside others; once more, alone:", failed)
    code = subprocess.run([sys.executable, "-m", "pytest", "-n", "0", "--last-failed"], check=False).returncode
    if code == 0:
        _tell("UNSTEADY (failed beside others, passed alone; each is a mistake to be found):", failed)
    return code


def _tell(what: str, failed: list[str]) -> None:
    sys.stdout.write("\n  ".join([what, *failed]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
