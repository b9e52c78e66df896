"""A choice among texts of any length: what does not fit in it ends in "…"."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from gui.widgets.fields.wheel_guard import guard_wheel

_FEWEST_LETTERS = 10


class ElidedBox(QComboBox):
    """Has room for its longest text where there is any, and never asks for more than a few letters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        guard_wheel(self)

    def texts(self) -> tuple[str, ...]:
        """Return all that it may show, so that its width depends on nothing else."""
        return tuple(self.itemText(place) for place in range(self.count()))

    def setItemText(self, index: int, text: str) -> None:
        """Write another text; where others have room for it, nothing moves."""
        before = self.texts()
        super().setItemText(index, text)
        if self.texts() != before:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for room for the longest text."""
        return self._size_for(*self.texts())

    def minimumSizeHint(self) -> QSize:
        """Ask for a few letters."""
        return self.sizeHint().boundedTo(self._size_for("x" * _FEWEST_LETTERS))

    def _size_for(self, *texts: str) -> QSize:
        option, metrics = QStyleOptionComboBox(), self.fontMetrics()
        self.initStyleOption(option)
        text = QSize(max(map(metrics.horizontalAdvance, texts), default=0), super().sizeHint().height())
        hint = self.style().sizeFromContents(QStyle.ContentsType.CT_ComboBox, option, text, self)
        return QSize(hint.width(), text.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let a text that is too long end in "…"."""
        with QStylePainter(self) as painter:
            option = QStyleOptionComboBox()
            self.initStyleOption(option)
            room = self.style().subControlRect(
                QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
            )
            option.currentText = self.fontMetrics().elidedText(
                self.currentText(), Qt.TextElideMode.ElideRight, room.width() - 2
            )
            painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
            painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
