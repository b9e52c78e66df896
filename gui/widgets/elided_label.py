"""One line of text that gives way: what does not fit ends in "…" and is shown in full when pointed at."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOption, QWidget

from gui.look.labels import PlainLabel
from gui.look.tooltip import paragraphs

_TOO_FEW = 3
"""So many signs of a longer text, with its "…", tell nothing, and are left out: "W…" for the weights of ten units."""


class ElidedLabel(PlainLabel):
    """A label whose text never widens the window; `shorter`, where it is given, stands for a text that does not fit."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, shorter: str = "") -> None:
        super().__init__(parent=parent)
        self.shorter = shorter
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text, and all of it as the tool tip."""
        if text and text == self.text():
            return
        super().setText(text)
        self.setToolTip(paragraphs(text))
        # Or the tooltip would be read, with its tags.
        self.setAccessibleDescription(text)

    @property
    def is_cut(self) -> bool:
        """Whether the text ends in "…", or a shorter one stands for it."""
        return QFontMetricsF(self.font()).horizontalAdvance(self.text()) > self.width()

    def event(self, event: QEvent) -> bool:
        """Show no tooltip that would only repeat what can be read."""
        if event.type() == QEvent.Type.ToolTip and not self.is_cut and self.toolTip() == paragraphs(self.text()):
            return True
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """Ask for one line, however narrow."""
        return QSize(0, self.fontMetrics().height() + 2)

    def sizeHint(self) -> QSize:
        """Ask for one line, however narrow."""
        return self.minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as fits."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        whole = self.shorter if self.shorter and self.is_cut else self.text()
        text = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, self.width())
        if text != whole and len(text) <= _TOO_FEW:
            return
        place = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawText(self.rect(), place | Qt.TextFlag.TextForceLeftToRight, text)
