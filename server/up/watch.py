"""Bringing back what died: at once the first time, then later and later while it keeps dying."""

import signal
import time
from collections.abc import Callable

from server.up.lock import StillRunning
from server.up.owner import CannotStart
from server.up.process import Child

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# Who lived this long was well; its next death is a new story.
HEALTHY_AFTER = 30.0
# A crashed Postgres leaves sessions that notice within moments, unless they are deep in a statement.
_PATIENCE_WITH_ORPHANS = 3.0


class Watched:
    """A child that is started again when it has died."""

    def __init__(self, child: Child, launch: Callable[[], None], say: Callable[[str], None]) -> None:
        """`launch` starts the child, doing whatever its kind needs before."""
        self.child = child
        self._launch = launch
        self._say = say
        self._pause = FIRST_PAUSE
        self._started = time.monotonic()
        self._again_at: float | None = None

    def look(self) -> bool:
        """See to the child; True when it was found dead just now."""
        now = time.monotonic()
        if self._again_at is not None:
            if now >= self._again_at:
                self._restart(now)
            return False
        code = self.child.ended()
        if code is None:
            return False
        if now - self._started >= HEALTHY_AFTER:
            self._pause = FIRST_PAUSE
        self._later(now, how(code))
        return True

    def _restart(self, now: float) -> None:
        self._again_at = None
        self._started = now
        try:
            relaunch(self.child, self._launch)
        except (CannotStart, StillRunning, OSError) as reason:
            self._later(now, f"cannot be started ({reason})")

    def _later(self, now: float, what: str) -> None:
        self._say(f"{self.child.name} {what}; it is started again in {self._pause:.1f} s.")
        self._again_at = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


def how(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def relaunch(child: Child, launch: Callable[[], None]) -> None:
    """Start a child that died, once everything that it left behind is gone."""
    try:
        launch()
    except StillRunning:
        until = time.monotonic() + _PATIENCE_WITH_ORPHANS
        while child.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        child.send(signal.SIGKILL)
        while child.is_alive() and time.monotonic() < until + 1:
            time.sleep(0.01)
        launch()
