"""A radio button whose text may take several lines, as answers to questions do."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.theme import text_scale

_INDICATOR = 14
"""Diameter of the circle beside text of the usual size, in logical pixels."""

_GAP = 8
_PADDING = 4
_FLAGS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class ChoiceButton(QAbstractButton):
    """One of several answers; put them into a `QButtonGroup`."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        # An answer is no command, and an & in it no key.
        self.setShortcut(QKeySequence())
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text at a width."""
        room = QRect(0, 0, max(20, width - self._indicator() - _GAP - 2 * _PADDING), 10_000)
        text = self.fontMetrics().boundingRect(room, int(_FLAGS), self.text())
        return max(text.height(), self._indicator()) + 2 * _PADDING

    def _indicator(self) -> int:
        return round(_INDICATOR * text_scale(self.font()))

    def sizeHint(self) -> QSize:
        """Ask for a usual width."""
        width = self.fontMetrics().averageCharWidth() * 34
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Ask for the height that the present width needs."""
        return QSize(80, self.heightForWidth(max(self.width(), 80)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the circle, its dot where chosen, the text and the focus frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self.palette()
        if self.hasFocus():
            painter.setPen(QPen(colors.color(QPalette.ColorRole.Link), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        line, side = self.fontMetrics().height(), self._indicator()
        circle = QRectF(_PADDING + 1, _PADDING + (line - side) / 2 + 1, side - 2, side - 2)
        role = QPalette.ColorRole.Accent if self.isChecked() else QPalette.ColorRole.Dark
        painter.setPen(QPen(colors.color(role), 1.5))
        painter.setBrush(colors.color(role) if self.isChecked() else colors.color(QPalette.ColorRole.Base))
        painter.drawEllipse(circle)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color(QPalette.ColorRole.HighlightedText))
            painter.drawEllipse(circle.center(), 2.5 * side / _INDICATOR, 2.5 * side / _INDICATOR)
        painter.setPen(colors.color(QPalette.ColorRole.WindowText))
        room = self.rect().adjusted(_PADDING + side + _GAP, _PADDING, -_PADDING, 0)
        painter.drawText(room, int(_FLAGS), self.text())
