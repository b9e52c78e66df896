"""Text that changes while one looks on, and moves nothing else by that."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.accessible_parts import PaintedParts
from gui.look.theme import scaled_font

_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
_FACTORS = (1.0, 0.9, 0.8, 0.7, 0.6)


class StillText(PaintedParts, QWidget):
    """Room for so many lines of text, whatever it says; where that is too little, the text is written smaller.

    A QLabel has the whole window laid out again with every change of its text, which costs more than painting it.
    """

    accessible_role = QAccessible.Role.StaticText

    def __init__(
        self, lines: int = 1, *, bold: bool = False, centered: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = lines
        self._flags = _FLAGS | (Qt.AlignmentFlag.AlignHCenter if centered else Qt.AlignmentFlag.AlignLeft)
        self._bold = bold
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the text."""
        return self._text

    def accessible_value(self) -> str:
        """Return the text, which is its name as well."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for the lines, however narrow."""
        return QSize(0, self._lines * self.fontMetrics().lineSpacing() + 2)

    def minimumSizeHint(self) -> QSize:
        """Ask for the lines, however narrow."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the text."""
        with QPainter(self) as painter:
            painter.setFont(self._fitting_font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), self._flags, self._text)

    def _fitting_font(self) -> QFont:
        """Return the font in which the text fits: the usual one, or a smaller one."""
        room = QRect(0, 0, self.width(), self.height())
        for factor in _FACTORS:
            font = scaled_font(self.font(), factor, bold=self._bold)
            if room.contains(QFontMetrics(font).boundingRect(room, self._flags, self._text)):
                break
        return font
