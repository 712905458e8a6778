"""How far a long run has come: one line on the terminal, or a line now and then in a log."""

import sys
import time

# A log that is read later needs no more than this.
LOG_EVERY = 10.0
SCREEN_EVERY = 0.1
WIDTH = 24


class Progress:
    """A bar of `total` steps on stderr; `note` is what the line ends with."""

    def __init__(self, total: int, what: str) -> None:
        self._total, self._what = total, what
        self._done, self._began, self._shown = 0, time.monotonic(), 0.0
        self._is_screen = sys.stderr.isatty()
        self._every = SCREEN_EVERY if self._is_screen else LOG_EVERY

    def step(self, note: str = "", count: int = 1) -> None:
        """So much more is done."""
        self._done += count
        self.show(note)

    def show(self, note: str = "") -> None:
        """Draw the line, unless it was drawn a moment ago."""
        now = time.monotonic()
        is_over = self._done >= self._total
        if now - self._shown < self._every and not is_over:
            return
        self._shown = now
        share = min(self._done / max(self._total, 1), 1.0)
        bar = ("#" * round(share * WIDTH)).ljust(WIDTH, ".")
        line = f"{self._what} [{bar}] {self._done}/{self._total} {now - self._began:4.0f} s  {note}"
        end = "\n" if is_over or not self._is_screen else ""
        sys.stderr.write(f"\r{line}\033[K{end}" if self._is_screen else f"{line}\n")
        sys.stderr.flush()
