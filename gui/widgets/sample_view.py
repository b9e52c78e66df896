"""The grid in which pictures of a data set are looked through, and from which one is chosen."""

from PySide6.QtCore import QModelIndex, QSize, Signal, Slot
from PySide6.QtWidgets import QListView, QStyleOptionViewItem, QWidget

from gui.look.theme import Theme
from gui.widgets.sample_grid import SampleDelegate, SamplesModel


class SampleView(QListView):
    """Tiles in lines that fit the width, for a `SamplesModel`, which is `samples`."""

    picture_chosen = Signal(object)
    """Pixels of a picture that was double-clicked, or on which Enter was pressed, uint8 (28, 28)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = SamplesModel()
        self.tiles = SampleDelegate(self)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setModel(self.samples)
        self.setItemDelegate(self.tiles)
        self.setAccessibleName("Pictures with label and the network's answer")
        self.activated.connect(self._on_activated)

    def tile_size(self) -> QSize:
        """Return how large a tile is, with the text below it."""
        option = QStyleOptionViewItem()
        option.fontMetrics = self.fontMetrics()
        return self.tiles.sizeHint(option, QModelIndex())

    def minimumSizeHint(self) -> QSize:
        """Ask for a line of three pictures."""
        tile, rim = self.tile_size(), 2 * self.frameWidth() + 2
        return QSize(3 * tile.width() + rim + self.verticalScrollBar().sizeHint().width(), tile.height() + rim)

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self.tiles.theme = theme
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        pixels, _ = self.samples.picture(index.row())
        self.picture_chosen.emit(pixels)
