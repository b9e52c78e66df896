"""Names and descriptions for screen readers, where Qt has none or takes what is meant for the eye."""

from PySide6.QtCore import QEvent, QObject, Qt
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

from gui.look.labels import PlainLabel

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
            # Labels that change many times a second, and have no such tooltip, are spared the filter.
            if _is_rich(widget.toolTip()) or (isinstance(widget, _DESCRIBED) and _can_be_reached(widget)):
                self._describe(widget)
                widget.installEventFilter(self)
            if isinstance(widget, QLineEdit | QAbstractItemView) and not widget.accessibleName():
                field = _field_around(widget)
                if field is not None:
                    widget.setAccessibleName(field.accessibleName())
            if isinstance(widget, QComboBox) and widget.accessibleName():
                _label(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the tooltip."""
        if event.type() == QEvent.Type.ToolTipChange and isinstance(watched, QWidget):
            self._describe(watched)
        return False

    @staticmethod
    def _describe(widget: QWidget) -> None:
        tip = widget.toolTip()
        if _is_rich(tip):
            widget.setAccessibleDescription(plain_text(tip))


def _label(box: QComboBox) -> None:
    """Give a combo box a label where it has none: on Linux its choice is read as its name, and the label before it."""
    around = box.parentWidget()
    if around is not None and all(label.buddy() is not box for label in around.findChildren(QLabel)):
        label = PlainLabel(box.accessibleName(), parent=around)
        label.setBuddy(box)
        label.hide()


def _can_be_reached(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _is_rich(tip: str) -> bool:
    return tip.startswith("<")


def _field_around(part: QWidget) -> QWidget | None:
    """Return the spin box or combo box that a line edit or a list of choices is a part of."""
    around = part.parentWidget()
    while around is not None and not isinstance(around, QAbstractSpinBox | QComboBox):
        around = around.parentWidget()
    return around
