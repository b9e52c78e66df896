"""How the window is divided: tabs in the middle, settings on their left, the drawing on their right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from gui.controllers.column_widths import Columns
from gui.widgets.scroller import Scroller

LEFT, RIGHT = 230, 400
"""Widths of the outer columns beside text of the usual size, in logical pixels."""

_WHOLE = 1440
_LEAST_MIDDLE, _LEAST_RIGHT = 508, 288
"""Widths that the pages of the middle and right columns keep beside text of the usual size in a small window."""


def make_tabs(pages: Sequence[tuple[QWidget, str]]) -> QTabWidget:
    """Return the middle column: pages with their titles, each of which can be scrolled."""
    tabs = QTabWidget()
    tabs.setDocumentMode(True)
    tabs.setUsesScrollButtons(False)
    for widget in (tabs, tabs.tabBar()):
        widget.setAccessibleName("Views")
    for page, title in pages:
        tabs.addTab(Scroller(page, _LEAST_MIDDLE), title)
    return tabs


def make_left(above: QWidget, below: QWidget) -> QSplitter:
    """Return the left column; what becomes free goes to its lower part."""
    left = QSplitter(Qt.Orientation.Vertical)
    left.addWidget(above)
    left.addWidget(below)
    left.setChildrenCollapsible(False)
    left.setStretchFactor(1, 1)
    return left


def make_columns(left: QWidget, middle: QWidget, right: QWidget) -> Columns:
    """Return the three columns; what becomes free goes to the middle."""
    columns = Columns()
    columns.setChildrenCollapsible(False)
    for widget in (left, middle, Scroller(right, _LEAST_RIGHT)):
        columns.addWidget(widget)
    columns.setStretchFactor(1, 1)
    columns.setSizes([LEFT, _WHOLE - LEFT - RIGHT, RIGHT])
    return columns
