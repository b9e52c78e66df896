"""Names and descriptions for screen readers, where Qt has none or takes what is meant for the eye."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)

_DESCRIBED = (QAbstractButton, QAbstractSpinBox, QComboBox, QLabel, QLineEdit, QSlider)


def plain_text(html: str) -> str:
    """Return what rich text says, in one line."""
    return " ".join(QTextDocumentFragment.fromHtml(html).toPlainText().split())


class Descriptions(QObject):
    """Keeps the descriptions of all controls in a window free of the tags that let their tooltips wrap.

    Parameters
    ----------
    window : QWidget
        With all its parts; the inner parts of fields get the names of the fields.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for widget in window.findChildren(QWidget):
            if isinstance(widget, _DESCRIBED):
                self._describe(widget)
                widget.installEventFilter(self)
            if isinstance(widget, QLineEdit | QAbstractItemView) and not widget.accessibleName():
                field = _field_around(widget)
                if field is not None:
                    widget.setAccessibleName(field.accessibleName())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the tooltip."""
        if event.type() == QEvent.Type.ToolTipChange and isinstance(watched, QWidget):
            self._describe(watched)
        return False

    @staticmethod
    def _describe(widget: QWidget) -> None:
        tip = widget.toolTip()
        if tip.startswith("<"):
            widget.setAccessibleDescription(plain_text(tip))


def _field_around(part: QWidget) -> QWidget | None:
    """Return the spin box or combo box that a line edit or a list of choices is a part of."""
    around = part.parentWidget()
    while around is not None and not isinstance(around, QAbstractSpinBox | QComboBox):
        around = around.parentWidget()
    return around
