"""How the window is divided: tabs in the middle, settings on their left, the drawing on their right."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from gui.controllers.column_widths import Columns
from gui.widgets.roomy_tabs import RoomyTabs
from gui.widgets.scroller import Scroller
from gui.window.panel_list import Column, PanelSpec, in_column

LEFT, RIGHT = 230, 400
"""Widths of the outer columns beside text of the usual size, in logical pixels."""

_WHOLE = 1440
_NARROWEST_MIDDLE = 424
_LEAST_MIDDLE, _LEAST_RIGHT = 508, 288
"""Widths that the pages of the middle and right columns keep beside text of the usual size in a small window."""


def make_pages(specs: Sequence[PanelSpec], panels: Mapping[str, QWidget]) -> dict[str, QWidget]:
    """Return the pages of the middle column by their titles; panels of one title stand one above the other."""
    pages: dict[str, QWidget] = {}
    for title, group in groupby(in_column(specs, Column.TABS), lambda spec: spec.title):
        keys, heights = zip(*((spec.key, spec.height) for spec in group), strict=True)
        page = [panels[key] for key in keys]
        pages[title] = _stack(page, heights) if len(page) > 1 else page[0]
    return pages


def _stack(panels: Sequence[QWidget], heights: Sequence[int]) -> QSplitter:
    """Return panels one above the other, so high at first, which share what becomes free."""
    whole = QSplitter(Qt.Orientation.Vertical)
    for index, panel in enumerate(panels):
        whole.addWidget(panel)
        whole.setStretchFactor(index, 1)
    whole.setSizes(heights)
    return whole


def make_tabs(pages: Mapping[str, QWidget]) -> QTabWidget:
    """Return the middle column: pages by their titles, each of which can be scrolled."""
    tabs = RoomyTabs()
    for widget in (tabs, tabs.tabBar()):
        widget.setAccessibleName("Views")
    for title, page in pages.items():
        tabs.addTab(Scroller(page, _LEAST_MIDDLE), title)
    return tabs


def make_left(panels: Sequence[QWidget]) -> QSplitter:
    """Return the left column; what becomes free goes to its lowest part."""
    left = QSplitter(Qt.Orientation.Vertical)
    for panel in panels:
        left.addWidget(panel)
    left.setChildrenCollapsible(False)
    left.setStretchFactor(len(panels) - 1, 1)
    return left


def make_columns(left: QWidget, middle: QWidget, right: QWidget) -> Columns:
    """Return the three columns; what becomes free goes to the middle."""
    # Where large text leaves too little room for all titles, the column stays wide enough for what they show.
    columns = Columns(_NARROWEST_MIDDLE)
    columns.setChildrenCollapsible(False)
    for widget in (left, middle, Scroller(right, _LEAST_RIGHT)):
        columns.addWidget(widget)
    columns.setStretchFactor(1, 1)
    columns.setSizes([LEFT, _WHOLE - LEFT - RIGHT, RIGHT])
    return columns


def make_whole(head: QWidget, columns: QWidget, below: Sequence[QWidget]) -> QWidget:
    """Return all of the window; what becomes free goes to the columns."""
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(head)
    layout.addWidget(columns, 1)
    for widget in below:
        layout.addWidget(widget)
    return whole
