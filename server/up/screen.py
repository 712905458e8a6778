"""What a person sees: calm lines, each process's output under its name, and where to go once all is ready."""

import sys
import threading
from collections.abc import Sequence
from typing import TextIO


class Screen:
    """Whole lines from many threads, to a terminal that may be gone."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._lock = threading.Lock()
        self._width = len("worker-1")

    @property
    def is_terminal(self) -> bool:
        """Whether a person is likely to look at it right now."""
        return self._out.isatty()

    def say(self, text: str) -> None:
        """Print what Frontdesk itself has to say."""
        self._write(text)

    def quote(self, name: str, line: str) -> None:
        """Print a line of a process, under its name."""
        self._width = max(self._width, len(name))
        self._write(f"{name:<{self._width}} │ {line}")

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Print rows of two aligned columns under a title, with air around them."""
        width = max(len(left) for left, _ in rows)
        self._write("\n".join(["", f"  {title}", "", *(f"  {left:<{width}}  {right}" for left, right in rows), ""]))

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        with self._lock:
            try:
                self._out.write(text.encode(encoding, "replace").decode(encoding) + "\n")
                self._out.flush()
            except (OSError, ValueError):
                pass  # Nobody looks any more; a closed terminal is no reason to stop serving.
