"""New runs are numbered: one that was never trained is the same run with other settings."""

import re
from collections.abc import Iterable

from core.runs.run import Run

_NUMBERED = re.compile(r"Run ([0-9]{1,6})\b")


class RunNames:
    """Names the runs of a session, "Run 1" and so on."""

    def __init__(self) -> None:
        self._count = 0
        self._newest: Run | None = None

    def go_on_after(self, names: Iterable[str]) -> None:
        """Count on from runs of earlier starts, told by their names."""
        numbers = [int(match[1]) for name in names if (match := _NUMBERED.match(name))]
        self._count = max([self._count, *numbers])

    def next(self) -> str:
        """Return what the next run will be called."""
        return f"Run {self._count + self._is_settled}"

    def take(self, run: Run) -> None:
        """Know that a run has got the name that was next."""
        self._count += self._is_settled
        self._newest = run

    def settle(self) -> None:
        """Let the newest run keep its number, if it was trained."""
        if self._is_settled:
            self._newest = None

    @property
    def _is_settled(self) -> bool:
        return self._newest is None or not self._newest.is_untrained
