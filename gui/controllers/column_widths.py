"""Lets the outer columns grow with the text in them, as far as the window holds them, and shrink with it again."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from gui.controllers.lesson_room import LessonRoom
from gui.look.theme import text_scale

_SHARES = (1.0, 0.5)
"""How far the left and the right column follow the text: settings are text, half of the drawing column is drawn."""


class Columns(QSplitter):
    """Three columns side by side, which tell when they have got another width in all.

    Where they ask for more than there is, a splitter would lay the middle one under the right one; here it gets what
    the outer ones leave, and its pages scroll.

    Parameters
    ----------
    least : int
        Width of the middle column that is kept where the outer ones leave it, in logical pixels.
    """

    resized = Signal()

    def __init__(self, least: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._least = least

    def event(self, event: QEvent) -> bool:
        """Notice when a column asks for another width."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._limit_middle()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of it."""
        self._limit_middle()
        super().resizeEvent(event)
        self.resized.emit()

    def _limit_middle(self) -> None:
        if self.count() < 3:
            return
        left, middle, right = (self.widget(place) for place in range(3))
        shown = [column for column in (left, right) if not column.isHidden()]
        outer = sum(column.minimumSizeHint().width() + self.handleWidth() for column in shown)
        asked = max(self._least, middle.minimumSizeHint().width())
        middle.setMinimumWidth(max(min(asked, self.width() - outer), 1))


class ColumnWidths(QObject):
    """Knows how wide the columns are beside text of the usual size, and gives them that wherever there is room for it.

    Parameters
    ----------
    columns : Columns
        Three columns; what the outer ones gain is taken from the one between.
    outer : (int, int)
        Widths of the left and the right column beside text of the usual size, until the user moves a border.
    room : LessonRoom
        Widens the left column for a lesson.
    """

    def __init__(self, columns: Columns, outer: tuple[int, int], room: LessonRoom) -> None:
        super().__init__(columns)
        self._columns = columns
        self._room = room
        self._scale = text_scale(columns.font())
        self._usual: list[float] = list(outer)
        self._given = list(outer)
        columns.splitterMoved.connect(self._on_border_moved)
        columns.resized.connect(self._on_resized)

    @contextmanager
    def fitted(self) -> Iterator[None]:
        """Fit the columns to the size that text gets in here."""
        has_lesson = self._room.is_open
        self._room.close()
        yield
        self._scale = text_scale(self._columns.font())
        self.fit()
        if has_lesson:
            self._room.open()

    @Slot()
    def _on_resized(self) -> None:
        """Let no column stay narrow because the window once was."""
        if self._are_side_by_side():
            self.fit()

    @Slot()
    def _on_border_moved(self) -> None:
        if self._are_side_by_side():
            self._take()

    def fit(self) -> None:
        """Give the columns their widths; not while one is hidden."""
        if self._columns.widget(1).isHidden():
            return
        left, right = (round(width * growth) for width, growth in zip(self._usual, self._growths(), strict=True))
        if self._room.is_open:
            left = self._outer()[0]
        self._columns.setSizes([left, max(self._columns.width() - left - right, 1), right])
        self._given = self._outer()

    @property
    def usual(self) -> tuple[float, float]:
        """Widths of the left and the right column beside text of the usual size, whatever there is room for."""
        left, right = self._usual
        return left, right

    @usual.setter
    def usual(self, widths: tuple[float, float]) -> None:
        self._usual = list(widths)
        self.fit()

    def _take(self) -> None:
        """Take the widths that the user has given to the columns."""
        for place, (width, given, growth) in enumerate(zip(self._outer(), self._given, self._growths(), strict=True)):
            if place == 0 and self._room.is_open:
                continue
            # One that is as narrow as can be was left no choice.
            if width != given and width > self._columns.widget(2 * place).minimumSizeHint().width():
                self._usual[place] = width / growth

    def _are_side_by_side(self) -> bool:
        """Return whether all three have a width: not before the window is shown, nor while one is hidden."""
        return self._columns.isVisible() and not self._columns.widget(1).isHidden()

    def _outer(self) -> list[int]:
        left, _, right = self._columns.sizes()
        return [left, right]

    def _growths(self) -> list[float]:
        return [1 + share * (self._scale - 1) for share in _SHARES]
