"""The drawing box in place of the tabs, for a projector or a finger, and back."""

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from gui.controllers.column_widths import ColumnWidths
from gui.look.full_screen import is_escape


class LargeDrawing(QObject):
    """Gives the room of the tabs to the drawing column as long as an action is checked.

    A tab that is asked for ends it, and so does Esc, where nothing in the window has a use for that key.

    Parameters
    ----------
    action : QAction
        Checkable.
    columns : QSplitter
        Horizontal; the drawing column is the last.
    tabs : QTabWidget
        The middle column.
    widths : ColumnWidths
        Gives the columns their widths back.
    window : QWidget
        The window, which owns this object.
    """

    def __init__(
        self, action: QAction, columns: QSplitter, tabs: QTabWidget, widths: ColumnWidths, window: QWidget
    ) -> None:
        super().__init__(window)
        self._action = action
        self._columns = columns
        self._tabs = tabs
        self._widths = widths
        action.toggled.connect(self._on_toggled)
        tabs.currentChanged.connect(self.close)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the tabs again with Esc."""
        if is_escape(event) and self._action.isChecked():
            self.close()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def close(self) -> None:
        """Show the tabs again."""
        self._action.setChecked(False)

    @Slot(bool)
    def _on_toggled(self, large: bool) -> None:
        left, middle, right = self._columns.sizes()
        self._tabs.setHidden(large)
        # Whoever has a stretch factor gets what becomes free, also when the window grows meanwhile.
        self._columns.setStretchFactor(2, int(large))
        if large:
            self._columns.setSizes([left, 0, middle + right])
        else:
            self._widths.fit()
