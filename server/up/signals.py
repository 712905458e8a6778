"""Ctrl-C and its relatives, turned into a wish that the supervisor looks at when it can."""

import signal
import time
from types import FrameType

# Some launchers send the terminal's Ctrl-C a second time on their own; a person needs longer than this.
_SAME_WISH = 0.5


class Wish:
    """Whether somebody asked to stop, and whether they asked again because it takes too long."""

    def __init__(self) -> None:
        self.to_stop = False
        self.to_hurry = False
        self._since = 0.0

    def listen(self) -> None:
        """Take the signals that ask a program to end."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked)
        # Under nohup the terminal may go; otherwise its end is ours.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._asked)

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self.to_stop:
            self.to_stop, self._since = True, now
        elif number != signal.SIGHUP and now - self._since > _SAME_WISH:
            self.to_hurry = True
