"""Lets the outer columns grow with the text in them, as far as the window holds them, and shrink with it again."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter

from gui.desks.reading_room import ReadingRoom
from gui.look.theme import text_scale

_SHARES = (1.0, 0.5)
"""How far the left and the right column follow the text: settings are text, half of the drawing column is pictures."""


class ColumnWidths(QObject):
    """Knows how wide the columns are beside text of the usual size.

    Parameters
    ----------
    columns : QSplitter
        Horizontal, with three columns; what the outer ones gain is taken from the one between.
    outer : (int, int)
        Widths of the left and the right column beside text of the usual size, until the user moves a border.
    room : ReadingRoom
        Widens the left column for a lesson.
    """

    def __init__(self, columns: QSplitter, outer: tuple[int, int], room: ReadingRoom) -> None:
        super().__init__(columns)
        self._columns = columns
        self._room = room
        self._scale = text_scale(columns.font())
        self._usual: list[float] = list(outer)
        self._given = list(outer)

    @contextmanager
    def fitted(self) -> Iterator[None]:
        """Fit the columns to the size that text gets in here."""
        has_lesson = self._room.is_open
        self._room.close()
        self._take()
        yield
        self._scale = text_scale(self._columns.font())
        left, right = (round(width * growth) for width, growth in zip(self._usual, self._growths(), strict=True))
        self._columns.setSizes([left, max(self._columns.width() - left - right, 1), right])
        self._given = self._outer()
        if has_lesson:
            self._room.open()

    def _take(self) -> None:
        """Take the widths that the user, or what was remembered, has given to the columns."""
        if not self._columns.isVisible():
            # They have no widths yet.
            return
        for place, (width, given, growth) in enumerate(zip(self._outer(), self._given, self._growths(), strict=True)):
            # One that is as narrow as can be was left no choice.
            if width != given and width > self._columns.widget(2 * place).minimumSizeHint().width():
                self._usual[place] = width / growth

    def _outer(self) -> list[int]:
        left, _, right = self._columns.sizes()
        return [left, right]

    def _growths(self) -> list[float]:
        return [1 + share * (self._scale - 1) for share in _SHARES]
