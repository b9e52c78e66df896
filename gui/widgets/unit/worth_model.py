"""What each unit of a layer is worth, as rows to be sorted: one a unit, the accuracy without it, digit by digit."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from core.data.dataset import DIGITS
from core.explanation.unit_worth import UnitWorth
from core.network.arrays import CLASSES
from gui.look.formatting import percent
from gui.look.theme import Themed, mix

Index = QModelIndex | QPersistentModelIndex

SORT_ROLE = Qt.ItemDataRole.UserRole
"""The number behind a cell."""

NONE = "–"
"""Stands where there are no images to answer."""

_FULL = 0.5
"""Points of accuracy lost, as a share, that have full color."""


class WorthModel(Themed, QAbstractTableModel):
    """Columns: the unit, all images, and those of each digit."""

    def __init__(self) -> None:
        super().__init__()
        self._worth: UnitWorth | None = None
        self._names: Sequence[str] = DIGITS

    def show(self, worth: UnitWorth | None) -> None:
        """Show what was found out, or nothing."""
        self.beginResetModel()
        self._worth = worth
        self.endResetModel()

    def set_class_names(self, names: Sequence[str]) -> None:
        """Call the ten classes so."""
        self.beginResetModel()
        self._names = names
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many units there are."""
        return 0 if self._worth is None or parent.isValid() else len(self._worth.without)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return one for the unit, one for all images, and ten."""
        return 2 + CLASSES

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a column is about."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return ("unit", "all", *self._names)[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            of = "all images" if section == 1 else f"the images of {self._names[section - 2]}"
            return "Which unit is taken away" if not section else f"Accuracy on {of} without the unit; click to sort"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a number, how it is written, what it means, and the color of what is lost."""
        worth, unit, column = self._worth, index.row(), index.column()
        if worth is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if column == 0:
            return unit if role in (SORT_ROLE, Qt.ItemDataRole.DisplayRole) else None
        if column > 1 and not worth.images[column - 2]:
            texts = {Qt.ItemDataRole.DisplayRole: NONE, Qt.ItemDataRole.ToolTipRole: self._no_images(column)}
            return -1.0 if role == SORT_ROLE else texts.get(Qt.ItemDataRole(role))
        whole, without = self._accuracies(worth, unit, column)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return percent(without, 1 if column == 1 else 0)[:-2]
            case Qt.ItemDataRole.ToolTipRole:
                of = "all images" if column == 1 else f"the images of {self._names[column - 2]}"
                return f"Without unit {unit}: {percent(without)} of {of} right, with it {percent(whole)}"
            case Qt.ItemDataRole.BackgroundRole:
                share = min(max(whole - without, 0.0) / _FULL, 1.0)
                return mix(self._theme.surface, self._theme.negative, 0.6 * share) if share > 0.02 else None
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(self._theme.text)
        return without if role == SORT_ROLE else None

    def _no_images(self, column: int) -> str:
        return f"There are no images of {self._names[column - 2]}"

    def _accuracies(self, worth: UnitWorth, unit: int, column: int) -> tuple[float, float]:
        """Return the accuracy of the whole network, and without a unit."""
        if column == 1:
            return worth.accuracy, float(worth.accuracies[unit])
        return worth.accuracy_of(None, column - 2), worth.accuracy_of(unit, column - 2)
