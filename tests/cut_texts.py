"""Finds texts in a window that are cut: larger than their widgets, beyond what can be scrolled to, or covered."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLabel,
    QLayout,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from gui.widgets.drawing.reader_box import ReaderBox
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.choice_button import ChoiceButton

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly

ENDS_IN_DOTS = (ElidedLabel, ReaderBox)
"""What is cut on purpose: it ends in "…" then, and its tooltip tells the whole."""


def cut_texts(window: QWidget) -> list[str]:
    """Return a line for each text in view that is cut.

    Parameters
    ----------
    window : QWidget
        All in it is looked at, whether it must be scrolled to or not.
    """
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget.isVisible() and widget.layout() is not None:
            found += _overlaps(widget)
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ENDS_IN_DOTS) or _is_inside_view(widget):
            continue
        text = _text(widget)
        if text:
            reason = _is_too_small(widget) or _is_out_of_reach(widget, window)
            if reason:
                found.append(f"{type(widget).__name__} {text!r}: {reason}")
    return found


def _overlaps(parent: QWidget) -> list[str]:
    """Return a line for each two widgets of a layout that lie on each other, as they do where there is too little room.

    Pages of a stack lie on each other on purpose, one of them in view.
    """
    children = [child for child in parent.findChildren(QWidget, options=DIRECT) if child.isVisible()]
    parts = [child for child in children if parent.layout().indexOf(child) >= 0 or _holds(parent.layout(), child)]
    where = type(parent).__name__
    return [
        f"{type(one).__name__} of {where} lies on {type(other).__name__}: {both.width()}x{both.height()}"
        for place, one in enumerate(parts)
        for other in parts[place + 1 :]
        if min((both := one.geometry() & other.geometry()).width(), both.height()) > 1
    ]


def _holds(layout: QLayout, widget: QWidget) -> bool:
    """Return whether a widget stands in a layout within a layout."""
    inner = [layout.itemAt(place).layout() for place in range(layout.count())]
    return any(part is not None and (part.indexOf(widget) >= 0 or _holds(part, widget)) for part in inner)


def _text(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QTabBar):
        return " | ".join(widget.tabText(place) for place in range(widget.count()))
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return ""
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def _is_inside_view(widget: QWidget) -> bool:
    """Return whether a widget is part of a list, a field or a table, which scroll by themselves."""
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractItemView | QComboBox)


def _is_too_small(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget).width()
        needed = widget.fontMetrics().horizontalAdvance(widget.currentText())
    elif isinstance(widget, ChoiceButton) or (isinstance(widget, QLabel) and widget.wordWrap()):
        room, needed = widget.height(), widget.heightForWidth(widget.width())
    elif isinstance(widget, QTabBar) and widget.usesScrollButtons():
        return ""
    elif isinstance(widget, QLabel | QCheckBox | QTabBar):
        room, needed = widget.width(), widget.minimumSizeHint().width()
    else:
        # Buttons may be narrower than they ask to be, as long as the text is whole.
        room, needed = widget.width(), widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
    if room < needed:
        return f"has {room} pixels and needs {needed}"
    line = widget.fontMetrics().height()
    # Letters are lower than lines of text.
    return f"is {widget.height()} pixels high for lines of {line}" if widget.height() < 0.9 * line else ""


def _is_out_of_reach(widget: QWidget, window: QWidget) -> str:
    """Say which ancestor cuts a widget; what a scroll area holds can be scrolled to up and down, and only so."""
    around = widget.parentWidget()
    while around is not None:
        rect = QRect(widget.mapTo(around, QPoint(0, 0)), widget.size())
        scrolls = around.parentWidget() is not None and isinstance(around.parentWidget(), QScrollArea)
        if rect.left() < 0 or rect.right() >= around.width():
            return f"reaches from {rect.left()} to {rect.right()} in {type(around).__name__} of {around.width()}"
        if not scrolls and (rect.top() < 0 or rect.bottom() >= around.height()):
            return f"reaches from {rect.top()} to {rect.bottom()} in {type(around).__name__} {around.height()} high"
        if scrolls:
            # From here on it is the scroll area that counts: it may itself lie in one.
            widget = around.parentWidget()
        around = None if around is window else around.parentWidget()
    return ""
