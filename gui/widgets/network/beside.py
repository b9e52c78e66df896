"""A page beside the diagram where there is room for both, and in its place where there is not."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from gui.look.follow_font import follow_font

_SHARE = 0.46
"""Of the width, for the page at first."""


class Beside(QSplitter):
    """One widget that is always of interest, and pages of which one or none is beside it.

    Parameters
    ----------
    main : QWidget
        At the left.
    """

    main_shown = Signal(bool)
    """Whether what is always of interest is seen, once that has changed."""

    def __init__(self, main: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._main = main
        self._side = QStackedWidget()
        self._side.hide()
        self._is_divided = False
        self.setChildrenCollapsible(False)
        self.addWidget(main)
        self.addWidget(self._side)
        self.setStretchFactor(0, 1)
        follow_font(self, self._fit)

    def add_page(self, page: QWidget) -> None:
        """Take a page; none is shown at first."""
        self._side.addWidget(page)

    @property
    def page(self) -> QWidget | None:
        """The page that is beside; None where none is."""
        return None if self._side.isHidden() else self._side.currentWidget()

    def show_page(self, page: QWidget) -> None:
        """Show a page."""
        self._side.setCurrentWidget(page)
        self._side.show()
        self._fit()

    @Slot()
    def hide_page(self) -> None:
        """Leave all the room to what is always of interest."""
        self._side.hide()
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Ask for room for one of the two."""
        one = self._main.minimumSizeHint()
        return one if self._side.isHidden() else one.expandedTo(self._side.minimumSizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See which of the two there is room for."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """See which of the two there is room for."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        side = self._side.minimumSizeHint().width()
        has_room = self.width() >= self._main.minimumSizeHint().width() + side + self.handleWidth()
        shown = self._side.isHidden() or has_room
        if shown == self._main.isHidden():
            self._main.setVisible(shown)
            self.main_shown.emit(shown)
        if self._side.isHidden():
            self._is_divided = False
        elif has_room and not self._is_divided:
            self._is_divided = True
            share = max(side, round(_SHARE * self.width()))
            self.setSizes([self.width() - share, share])
        self.updateGeometry()
