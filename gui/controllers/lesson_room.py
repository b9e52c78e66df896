"""Makes room for a lesson beside what it is about, and gives the room back when it is closed."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QSplitter, QWidget

LINE = 46
"""Letters of a line that reads well; with fewer the eye jumps too often."""

SHARE = 0.68
"""Of the height of its column: steps fit a window of 1280 by 720 without scrolling, and some settings do as well."""


MOST_LINES = 36
"""A lesson gets no higher than this: the longest steps fit, and the settings have the rest of a large window."""


class LessonRoom(QObject):
    """Widens the column of a lesson as long as it is open.

    Parameters
    ----------
    lesson : QWidget
        The uppermost part of its column.
    column : QSplitter
        Vertical; the leftmost of the columns.
    columns : QSplitter
        Horizontal; whatever has to stay as wide as it is lies on the right of the second.
    """

    def __init__(self, lesson: QWidget, column: QSplitter, columns: QSplitter) -> None:
        super().__init__(columns)
        self._lesson = lesson
        self._column = column
        self._columns = columns
        self._width_before: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether room is made at present."""
        return self._width_before is not None

    @Slot()
    def open(self) -> None:
        """Make room."""
        if not self.is_open:
            left = self._columns.sizes()[0]
            self._width_before = left
            self._widen_to(max(left, LINE * self._lesson.fontMetrics().averageCharWidth()))
            height = sum(self._column.sizes())
            given = min(round(SHARE * height), MOST_LINES * self._lesson.fontMetrics().lineSpacing())
            self._column.setSizes([given, height - given])

    @Slot()
    def close(self) -> None:
        """Let the columns be as wide as they were."""
        if self._width_before is not None:
            self._widen_to(self._width_before)
            self._width_before = None

    def _widen_to(self, width: int) -> None:
        left, middle, *others = self._columns.sizes()
        self._columns.setSizes([width, middle - (width - left), *others])
