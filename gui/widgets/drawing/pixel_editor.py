"""An image whose pixels are erased and inked one by one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.widgets.heat_map import HeatMap


class PixelEditor(HeatMap):
    """Arrow keys go from pixel to pixel; a click, Space or Enter changes one."""

    pixel_pressed = Signal(object)
    """(row, column) of a pixel that is to be changed, or set back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("your pixels", is_square=True, is_ink=True, parent=parent)
        self._changed: list[tuple[int, int]] = []
        self.cell_chosen.connect(self.mark)

    def show_changed(self, cells: list[tuple[int, int]]) -> None:
        """Frame the pixels that were changed."""
        self._changed = cells
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Change the pixel under the pointer."""
        super().mousePressEvent(event)
        cell = self.cell_at(event.position().x(), event.position().y())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pixel_pressed.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the pixel that the arrow keys went to."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pixel_pressed.emit(self._marked or (0, 0))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pixels, and frames around those that were changed."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            for cell in self._changed:
                self.draw_frame(painter, self.cell_rect(cell), self._theme.error)
