"""The tab "Network": the network as a diagram, with what an image sends through it, at the moment shown.

Beside it stands the page of a unit that was clicked, or the table of what each is worth.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from core.data.dataset import DIGITS, DataPair
from core.drawing.preparation import Preparation
from core.explanation.flow_words import describe_connection, describe_unit
from core.explanation.signal_flow import SignalFlow, flow_of_change, flow_of_gradient, flow_of_signal, flow_of_weights
from core.explanation.update import UpdateExplanation
from core.network.network import Network
from core.network.prediction import predict
from core.runs.snapshot import Snapshot
from gui.files.network_export import NetworkExport
from gui.look.labels import PlainLabel
from gui.look.theme import LIGHT, set_role
from gui.widgets.fields.elided_box import ElidedBox
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.hand.hand_page import HandPage
from gui.widgets.icon_button import icon_button
from gui.widgets.network.beside import Beside
from gui.widgets.network.network_diagram import FEW_LINES, NetworkDiagram
from gui.widgets.network.network_parts import Connection, Unit
from gui.widgets.panel import Panel, Place
from gui.widgets.segments import Segments
from gui.widgets.still_text import StillText
from gui.widgets.unit.unit_page import UnitPage
from gui.widgets.unit.worth_page import WorthPage

SIGNAL, WEIGHTS, GRADIENT, UPDATE = range(4)

_CHOICES = (
    ("Signal", "What this image sends along each connection on the forward pass: activation × weight"),
    ("Weights", "What each connection would do with any image: its weight"),
    ("Gradient", "How the loss of this image answers to each weight: the gradient that the backward pass finds"),
    ("Update", "What the next update, of a whole batch, does to each weight and bias"),
)
_COLORS = (
    "Blue adds, red takes away.",
    "Blue: positive weights, red: negative ones.",
    "Blue: a larger weight would raise the loss; red: lower it.",
    "Blue: the next update raises it, red: lowers it.",
)
_PENDING = "Working out what the next update would change …"
_HINT = "Draw a digit, or double-click one among the samples, and see what it sends through the network."


class NetworkPanel(Panel, QWidget):
    """Shows what flows at the moment shown; computes nothing while hidden."""

    connection_chosen = Signal(int, int, int)
    """Layer of weights, from 1 for those that leave the first hidden layer, source and target of a line."""

    change_requested = Signal()
    """What the next update would change is to be shown; `show_change` is to follow."""

    failed = Signal(str)
    """What could not be saved and why, in one sentence."""

    saved = Signal(object)
    """What was saved: a `gui.files.saved_file.SavedFile`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._pixels: NDArray[np.float32] | None = None
        self._change: tuple[tuple[str, int], SignalFlow] | None = None
        self._names = DIGITS
        self.view = Segments("Show", _CHOICES, show_name=False)
        self.label = ElidedBox()
        self.label.addItems(["as answered", *(f"as {name}" for name in DIGITS)])
        self.label.setAccessibleName("class that the image is taken to show")
        self.label.setToolTip("The gradient is that of the loss if the image showed this class")
        self.all_lines = QToolButton()
        self.all_lines.setText("All lines")
        self.all_lines.setToolTip(f"Draw every connection between the units shown, not only the {FEW_LINES} strongest")
        self.all_lines.setCheckable(True)
        self.all_lines.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.all_lines, "segment")
        self.export_button = icon_button(
            "toolbar/save", "Save the diagram of the network (PNG, SVG)", "Export the diagram of the network"
        )
        self.by_hand = QToolButton()
        self.by_hand.setText("By hand")
        self.by_hand.setToolTip("Be the optimizer: paint and turn the weights of a small network, then let it train")
        self.by_hand.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.by_hand, "segment")
        self.hand = HandPage()
        self.worth_button = QToolButton()
        self.worth_button.setText("Worth of units")
        self.worth_button.setToolTip("What is each unit worth? The accuracy without it, as a table (ablation)")
        self.worth_button.setCheckable(True)
        self.worth_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.worth_button, "segment")
        self.diagram = NetworkDiagram()
        self.unit, self.worth = UnitPage(), WorthPage()
        self.beside = Beside(self.diagram)
        for page in (self.unit, self.worth):
            self.beside.add_page(page)
        self.words = StillText(2)
        self.words.set_text(_HINT)
        set_role(self.words, "muted")
        self.share = PlainLabel("")
        self.share.setToolTip("The strength of a line is the size of its number; those not drawn carry the rest.")
        set_role(self.share, "muted")
        self._export = NetworkExport(self)
        self._lay_out()
        self._connect()
        self._show_label_choice()

    def _lay_out(self) -> None:
        controls = FlowLayout(12, 4)
        switches = self.view, self.by_hand, self.worth_button, self.label, self.all_lines
        for widget in (*switches, self.export_button, self.share):
            controls.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(5)
        layout.addLayout(controls)
        layout.addWidget(self.beside, 1)
        layout.addWidget(self.words)
        layout.addWidget(self.hand, 1)
        self.hand.hide()

    def _connect(self) -> None:
        self.view.chosen.connect(self._on_view_chosen)
        self.label.activated.connect(self._on_label_chosen)
        self.all_lines.toggled.connect(self._on_all_lines_toggled)
        self.by_hand.clicked.connect(self.open_hand)
        self.hand.back.clicked.connect(self.close_hand)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.diagram.pointed_at.connect(self._on_pointed_at)
        self.diagram.unit_chosen.connect(self._on_unit_chosen)
        self.worth_button.clicked.connect(self._on_worth_clicked)
        self.worth.unit_chosen.connect(self.open_unit)
        self.unit.unit_requested.connect(self.open_unit)
        for page in (self.unit, self.worth):
            page.closed.connect(self.close_page)
        # Queued: while Qt shows a panel part by part, a part that is hidden by another's showing stays on the screen.
        self.beside.main_shown.connect(self._on_diagram_shown, Qt.ConnectionType.QueuedConnection)
        self.diagram.connection_chosen.connect(self._on_connection_chosen)
        self._export.failed.connect(self.failed)
        self._export.saved.connect(self.saved)

    # --- what comes in

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show another moment."""
        self._snapshot = snapshot
        self._refresh()

    @Slot(int, int)
    def open_unit(self, layer: int, unit: int) -> None:
        """Show the page of a unit beside the diagram; layers count from 1."""
        if self._snapshot is not None:
            if not self.hand.isHidden():
                self.close_hand()
            self.beside.show_page(self.unit)
            self.worth_button.setChecked(False)
            self.unit.show_snapshot(self._snapshot)
            self.unit.open_unit(layer, unit)
            self.diagram.light(None, [Unit(layer - 1, unit)])

    @Slot()
    def close_page(self) -> None:
        """Leave the room to the diagram."""
        had_focus = self.beside.page is not None and self.beside.page.isAncestorOf(self.focusWidget() or self)
        self.beside.hide_page()
        self.worth_button.setChecked(False)
        self.unit.close_unit()
        self.diagram.light(None)
        if had_focus:
            self.diagram.setFocus()

    @Slot(object)
    def show_drawing(self, preparation: Preparation) -> None:
        """Send another drawing through, as the network sees it, or none where nothing is drawn."""
        self._pixels = None if preparation.ink_box is None else preparation.pixels
        self.unit.show_drawing(self._pixels)
        self._refresh()

    def show_change(self, run_id: str, explanation: UpdateExplanation) -> None:
        """Show what an update of a run changes."""
        self._change = (run_id, explanation.update), flow_of_change(explanation.before, explanation.after)
        if self.view.choice == UPDATE:
            self._refresh()

    def show_data(self, data: DataPair) -> None:
        """Call the classes as these data do."""
        self._names = data.class_names
        for digit, name in enumerate(self._names):
            self.label.setItemText(digit + 1, f"as {name}")
        self.diagram.set_class_names(self._names)
        self.hand.set_class_names(self._names)
        self.unit.show_data(data)
        self.worth.set_class_names(self._names)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        self._refresh()

    # --- what is shown

    def _refresh(self) -> None:
        if self._snapshot is None or not self.isVisible():
            return
        if not self.hand.isHidden():
            self.hand.show_network(self._snapshot.network, self._snapshot.run_id)
            return
        if self.beside.page is self.unit:
            self.unit.show_snapshot(self._snapshot)
        self.worth.show_snapshot(self._snapshot)
        if self.diagram.isHidden():
            return
        flow = self._flow(self._snapshot.network)
        if flow is not None:
            self.diagram.show_flow(flow, self._pixels)
        self._show_share()
        self._show_words(None)

    def _flow(self, network: Network) -> SignalFlow | None:
        if self.view.choice == UPDATE:
            return self._flow_of_change()
        pixels = self._pixels
        if self.view.choice == WEIGHTS or pixels is None:
            return flow_of_weights(network)
        if self.view.choice == SIGNAL:
            return flow_of_signal(network, pixels)
        return flow_of_gradient(network, pixels, self._label(network, pixels))

    def _flow_of_change(self) -> SignalFlow | None:
        """Return the newest change of this run, and ask for the moment's where that is another."""
        assert self._snapshot is not None
        moment = (self._snapshot.run_id, self._snapshot.update)
        known, flow = self._change or (("", 0), None)
        if known != moment:
            self.change_requested.emit()
        return flow if known[0] == moment[0] else None

    def _label(self, network: Network, pixels: NDArray[np.float32]) -> int:
        chosen = self.label.currentIndex() - 1
        return chosen if chosen >= 0 else int(predict(network, pixels[np.newaxis])[0].argmax())

    def _show_share(self) -> None:
        diagram = self.diagram
        drawn, of_all = len(diagram.connections), diagram.lines_in_all
        if not of_all:
            self.share.setText("")
            return
        text = f"{drawn:,} of {of_all:,} lines, {diagram.share_told} of all strength"
        self.share.setText(text)

    def _show_words(self, thing: Unit | Connection | None) -> None:
        flow, snapshot = self.diagram.flow, self._snapshot
        if flow is None or snapshot is None:
            return
        match thing:
            case Unit(layer, unit):
                text = describe_unit(flow, layer, unit, self._names)
            case Connection(layer, source, target):
                text = describe_connection(flow, snapshot.network, layer, source, target, self._names)
            case _ if self.view.choice == UPDATE and flow.view != "change":
                text = _PENDING
            case _ if self._pixels is None and self.view.choice != UPDATE:
                text = f"{_HINT} Until then, lines are weights." if self.view.choice != WEIGHTS else _HINT
            case _:
                untrained = "This network is not trained yet. " if snapshot.is_initial else ""
                text = f"{untrained}{_COLORS[self.view.choice]} Point at a unit or a line for its numbers."
        self.words.set_text(text)
        self.diagram.setAccessibleDescription(text)

    def _show_label_choice(self) -> None:
        self.label.setVisible(self.view.choice == GRADIENT and self.hand.isHidden() and not self.diagram.isHidden())

    # --- what the user does

    @Slot()
    def open_hand(self) -> None:
        """Turn to the page on which a network is made by hand."""
        self._show_hand(True)

    @Slot()
    def close_hand(self) -> None:
        """Go back to the diagram."""
        self._show_hand(False)

    def _show_hand(self, shown: bool) -> None:
        self.hand.setVisible(shown)
        for widget in (self.by_hand, self.worth_button, self.beside):
            widget.setVisible(not shown)
        self._on_diagram_shown(not shown and not self.diagram.isHidden())
        self._show_label_choice()
        (self.hand.back if shown else self.by_hand).setFocus()
        self._refresh()

    @Slot(int)
    def _on_view_chosen(self, choice: int) -> None:
        self._show_label_choice()
        self._refresh()

    @Slot(int)
    def _on_label_chosen(self, index: int) -> None:
        self._refresh()

    @Slot(bool)
    def _on_all_lines_toggled(self, shown: bool) -> None:
        self.diagram.show_all_lines(shown)
        self._show_share()

    def look_at(self, name: str) -> Place | None:
        """Return the page on which a network is made by hand, or the diagram."""
        if name != "hand":
            if not self.hand.isHidden():
                self.close_hand()
            return super().look_at(name)
        self.open_hand()
        return Place(self.hand)

    @Slot(object)
    def _on_pointed_at(self, thing: Unit | Connection | None) -> None:
        self._show_words(thing)

    @Slot(int, int)
    def _on_unit_chosen(self, layer: int, unit: int) -> None:
        self.open_unit(layer + 1, unit)

    @Slot(bool)
    def _on_diagram_shown(self, shown: bool) -> None:
        # What is about the diagram alone gives its room to the page that stands in its place.
        shown = shown and self.hand.isHidden()
        for widget in (self.view, self.all_lines, self.export_button, self.share, self.words):
            widget.setVisible(shown)
        self._show_label_choice()
        self._refresh()

    @Slot(bool)
    def _on_worth_clicked(self, shown: bool) -> None:
        if not shown:
            self.close_page()
        elif self._snapshot is not None:
            self.beside.show_page(self.worth)
            self.unit.close_unit()
            self.worth.show_snapshot(self._snapshot)
            self.worth.ask()

    @Slot(int, int, int)
    def _on_connection_chosen(self, layer: int, source: int, target: int) -> None:
        self.connection_chosen.emit(layer + 1, source, target)

    @Slot()
    def _on_export_clicked(self) -> None:
        self._export.ask_and_save(self.diagram.size(), self._draw)

    def save_diagram(self, path: Path) -> None:
        """Save the diagram as PNG or SVG; the file's ending decides. `saved` or `failed` follows."""
        self._export.save(path, self.diagram.size(), self._draw)

    def _draw(self, painter: QPainter, rect: QRectF) -> None:
        self.diagram.paint(painter, LIGHT)
