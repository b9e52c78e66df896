"""What is each unit worth? A table of the test accuracy without it, to be sorted by any column."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from core.explanation.unit_worth import UnitWorth
from core.runs.snapshot import Snapshot
from gui.look.formatting import percent
from gui.look.theme import set_role
from gui.session.task_slot import Work
from gui.widgets.compact_table import CompactTable
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.icon_button import icon_button
from gui.widgets.still_text import StillText
from gui.widgets.unit.worth_model import SORT_ROLE, WorthModel
from gui.widgets.work_button import WorkButton


class _Sorted(QSortFilterProxyModel):
    """Says in the title of a column that the rows are in its order."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what the model says, with an arrow where the rows are in the order of the column."""
        told = super().headerData(section, orientation, role)
        if role != Qt.ItemDataRole.DisplayRole or section != self.sortColumn():
            return told
        return f"{told} {'↑' if self.sortOrder() is Qt.SortOrder.AscendingOrder else '↓'}"


class WorthPage(QWidget):
    """Finds nothing out by itself: asks for the work, and shows what came of it."""

    accessible_role = QAccessible.Role.Grouping

    closed = Signal()
    """The user has seen enough."""

    unit_chosen = Signal(int, int)
    """A row was chosen: layer, counted from 1, and unit."""

    worth_requested = Signal(int)
    """What each unit of a layer is worth is wanted; call `begin` with the work that finds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What each unit is worth")
        self.worth: UnitWorth | None = None
        self._asked = self._found = (-1, "")
        self._moment = (-1, "")
        self.title = ElidedLabel("What is each unit worth?")
        set_role(self.title, "heading")
        self.layer = QComboBox()
        self.layer.setAccessibleName("layer whose units are taken away")
        self.layer.setToolTip("Hidden layer whose units are taken away, one after the other")
        guard_wheel(self.layer)
        self.button = WorkButton("Take each away", self)
        self.button.button.setToolTip("The test accuracy without each unit, and without no other (ablation)")
        self.close_button = icon_button("toolbar/close", "Close the table (Esc)", "Close the table")
        self.sentence = StillText(3)
        self.model = WorthModel()
        self._sorted = _Sorted(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = CompactTable(self._sorted)
        self.table.setAccessibleName("test accuracy without each unit, by class")
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._on_sorted)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSortingEnabled(True)
        # Its column's title tells the order: the arrow would lie on the title, for which a column has just room.
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self._lay_out()
        self.close_button.clicked.connect(self.closed)
        self.button.pressed.connect(self._on_pressed)
        self.button.done.connect(self._on_found)
        self.button.failed.connect(self.sentence.set_text)
        self.table.activated.connect(self._on_activated)
        self.table.clicked.connect(self._on_activated)
        self.layer.activated.connect(self._on_layer_chosen)
        self._say()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.layer)
        head.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Follow the moment: what was found at another stays until it is asked for again."""
        self._moment = snapshot.update, snapshot.run_id
        hidden = len(snapshot.network.layer_sizes) - 2
        if hidden != self.layer.count():
            self.layer.clear()
            self.layer.addItems([f"hidden layer {layer + 1}" for layer in range(hidden)])
        self.layer.setVisible(hidden > 1)
        self.button.set_ready(hidden > 0)
        if self.worth is not None and snapshot.run_id != self._found[1]:
            self.forget()
        self._say()

    def ask(self) -> None:
        """Ask for the worth of each unit, unless it was found out for this moment."""
        if self._found != self._moment and not self.button.slot.busy:
            self._on_pressed()

    def begin(self, work: Work) -> None:
        """Find it out."""
        self._asked = self._moment
        self.button.start(work)

    def forget(self) -> None:
        """Forget what was found out."""
        self.button.abandon()
        self.worth, self._found = None, (-1, "")
        self.model.show(None)
        self._say()

    def set_class_names(self, names: Sequence[str]) -> None:
        """Call the ten classes so."""
        self.model.set_class_names(names)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _say(self) -> None:
        if self.worth is None:
            hidden = self.layer.count()
            text = (
                "Each unit is taken away in turn, the others stay." if hidden else "This network has no hidden units."
            )
        else:
            now = "" if self._found == self._moment else ", not at the moment shown: take them away again"
            text = (
                f"Test accuracy in per cent without each unit, at update {self._found[0]:,}{now}. With all of them: "
                f"{percent(self.worth.accuracy)}. A click on a row opens the unit."
            )
        self.sentence.set_text(text)

    @Slot()
    def _on_sorted(self) -> None:
        self.table.fit_columns()

    @Slot()
    def _on_pressed(self) -> None:
        if self.layer.count():
            self.worth_requested.emit(max(self.layer.currentIndex(), 0) + 1)

    @Slot()
    def _on_layer_chosen(self) -> None:
        self.forget()
        self._on_pressed()

    @Slot(object)
    def _on_found(self, worth: UnitWorth) -> None:
        self.worth, self._found = worth, self._asked
        self.model.show(worth)
        self.table.fit_columns()
        self._say()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        if self.worth is not None:
            self.unit_chosen.emit(self.worth.layer, self._sorted.mapToSource(index).row())
