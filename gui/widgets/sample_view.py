"""The grid in which images of a data set are looked through, and from which one is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QStyleOptionViewItem, QWidget

from gui.widgets.sample_grid import SampleDelegate, SamplesModel


class SampleView(QListView):
    """Tiles in lines that fit the width, for a `SamplesModel`, which is `samples`."""

    image_chosen = Signal(object, int)
    """Pixels of an image that was double-clicked, or on which Enter was pressed, uint8 (28, 28)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = SamplesModel()
        self.tiles = SampleDelegate(self)
        # The label is left of the prediction, as is said beside it.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        # Not the mode for icons, which takes twice as long to lay out tens of thousands of them.
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(self.tile_size())
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        # Qt would go to the clicked image half a second later, wherever another moment has taken it by then.
        self.setAutoScroll(False)
        self.setModel(self.samples)
        self.setItemDelegate(self.tiles)
        self.setAccessibleName("Images with their labels and predictions")
        self.activated.connect(self._on_activated)
        self.samples.modelReset.connect(self._on_data_changed)
        self.samples.layoutChanged.connect(self._on_data_changed)

    def tile_size(self) -> QSize:
        """Return how large a tile is, with the text below it."""
        option = QStyleOptionViewItem()
        option.fontMetrics = self.fontMetrics()
        return self.tiles.sizeHint(option, QModelIndex())

    def minimumSizeHint(self) -> QSize:
        """Ask for a line of three images."""
        tile, rim = self.tile_size(), 2 * self.frameWidth() + 2
        return QSize(3 * tile.width() + rim + self.verticalScrollBar().sizeHint().width(), tile.height() + rim)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring what the keys go to into view."""
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        """Fit the tiles to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setGridSize(self.tile_size())

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:
        """Paint what is in view. Qt would lay out all images again, though none can change its size."""
        self.viewport().update()

    @Slot()
    def _on_data_changed(self) -> None:
        dataset = self.samples.dataset
        has_names = dataset is not None and not dataset.shows_digits
        if has_names != self.tiles.has_names:
            self.tiles.has_names = has_names
            self.setGridSize(self.tile_size())

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        pixels, label = self.samples.image(index.row())
        self.image_chosen.emit(pixels, int(label))
