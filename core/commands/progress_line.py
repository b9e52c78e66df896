"""Progress in a terminal: one line that is written over again, or, into a file, a line for every tenth."""

import sys
from time import monotonic

from core.system.standard_streams import tell
from core.text.terminal_text import plain

_INTERVAL = 0.1
_WIDTH = 78


class ProgressLine:
    """A `core.progress.Report` that writes to standard error; use it as a context manager."""

    def __init__(self) -> None:
        self._overwrites = sys.stderr.isatty()
        self._due = 0.0
        self._last: tuple[str, int] | None = None

    def __call__(self, fraction: float, text: str) -> None:
        """Show how far the work is, if it is time to."""
        line = plain(f"{100 * fraction:3.0f} % {text}")
        if self._overwrites:
            if fraction >= 1 or monotonic() >= self._due:
                tell(f"\r{line[:_WIDTH]:<{_WIDTH}}")
                self._due = monotonic() + _INTERVAL
        else:
            # The text may hold metrics that change all the time; its first words tell what is being done.
            step = (text.partition(":")[0], int(10 * fraction))
            if step != self._last:
                tell(f"{line}\n")
                self._last = step

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *error: object) -> None:
        """Clear the line, so that what follows starts on an empty one."""
        if self._overwrites:
            tell(f"\r{'':<{_WIDTH}}\r")
