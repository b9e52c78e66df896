"""How long-running work reports its progress, and how it is cancelled.

Whatever may take longer than 0.3 s accepts a ``report`` callback and calls it often. The callback may raise
`core.errors.CancelledError`; the work then unwinds, leaves nothing half done and lets the exception pass. So does every
function with a `Report`: its docstring names that error only where there is more to say of it.
"""

from collections.abc import Callable

Report = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and a short text in plain words, such as ``"reading mnist_train.csv"``."""


def ignore_progress(fraction: float, text: str) -> None:
    """Take no notice: the `Report` of callers that show nothing."""


def part_of(report: Report, start: float, end: float) -> Report:
    """Return a `Report` for one part of a longer job: its 0 to 1 becomes ``start`` to ``end`` of the whole."""

    def report_part(fraction: float, text: str) -> None:
        report(start + (end - start) * fraction, text)

    return report_part
