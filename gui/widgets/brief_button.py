"""A button that says less where there is less room."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

_ROUNDING = 2
"""Hints of other texts than the one shown may be wrong by so many pixels."""


class BriefButton(QPushButton):
    """Carries a text or, where that does not fit, a shorter one.

    Parameters
    ----------
    text, brief : str
        The same in more words and in fewer.
    """

    def __init__(self, text: str, brief: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_texts(text, brief)

    def set_texts(self, text: str, brief: str) -> None:
        """Carry another text, and say as much of it as fits."""
        self._texts = text, brief
        self.setAccessibleName(text)
        self._say_what_fits()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for the whole text."""
        return self._size_for(self._texts[0])

    def minimumSizeHint(self) -> QSize:
        """Ask for the shorter text."""
        return self._size_for(self._texts[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as fits."""
        super().resizeEvent(event)
        self._say_what_fits()

    def _say_what_fits(self) -> None:
        self.setText(self._texts[self.width() + _ROUNDING < self.sizeHint().width()])

    def _size_for(self, text: str) -> QSize:
        shown = super().sizeHint()
        width = self.fontMetrics().horizontalAdvance
        return QSize(shown.width() + width(text) - width(self.text()), shown.height())
