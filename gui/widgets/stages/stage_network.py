"""A stage of an update in the diagram of the network: the layer at hand is framed, with what flows to it or back."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.explanation.flow_words import describe_connection, describe_unit
from core.explanation.stage_flow import StageFlow, flow_of_stage
from core.explanation.units import Units
from core.explanation.update import network_of
from gui.look.theme import set_role
from gui.session.stage_walk import StageWalk
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.network.network_diagram import NetworkDiagram
from gui.widgets.network.network_parts import Connection, Unit


class StageNetwork(QWidget):
    """Shows the stage where a walk stands; computes nothing while hidden."""

    cell_chosen = Signal(object, object)
    """A cell of the stage, and its image of the batch or None: a unit of the layer at hand was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._walk: StageWalk | None = None
        self._lit: StageFlow | None = None
        self.diagram = NetworkDiagram()
        self.words = ElidedLabel()
        set_role(self.words, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.diagram, 1)
        layout.addWidget(self.words)
        self.diagram.pointed_at.connect(self._on_pointed_at)
        self.diagram.unit_chosen.connect(self._on_unit_chosen)

    def show_stage(self, walk: StageWalk) -> None:
        """Show the stage where a walk stands."""
        self._walk = walk
        if not self.isVisible():
            return
        explanation, stage = walk.stage.explanation, walk.stage
        self._lit = lit = flow_of_stage(stage, walk.stages, walk.image, whole_batch=walk.whole_batch)
        self.diagram.set_class_names(explanation.class_names)
        self.diagram.show_flow(lit.flow, explanation.inputs[explanation.row(walk.image)].ravel())
        self.diagram.light(lit.layer, self._chosen_units(walk))
        self._on_pointed_at(None)

    def catch_up(self) -> None:
        """Show where the walk stands by now, after having been hidden."""
        if self._walk is not None:
            self.show_stage(self._walk)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the walk."""
        super().showEvent(event)
        self.catch_up()

    @staticmethod
    def _chosen_units(walk: StageWalk) -> list[Unit]:
        """Return which units the chosen cell belongs to; pixels are none."""
        pairs = zip(walk.stage.axes, walk.cell, strict=True)
        return [Unit(units.layer - 1, place // _each(units)) for units, place in pairs if units.layer and _each(units)]

    @Slot(object)
    def _on_pointed_at(self, thing: Unit | Connection | None) -> None:
        if self._lit is None or self._walk is None:
            return
        explanation, flow = self._walk.stage.explanation, self._lit.flow
        names = explanation.class_names
        match thing:
            case Unit(layer, unit):
                text = describe_unit(flow, layer, unit, names)
            case Connection(layer, source, target):
                text = describe_connection(flow, network_of(explanation), layer, source, target, names)
            case _:
                text = self._told(flow.names[-1], self._lit.is_backward)
        self.words.setText(text)
        self.diagram.setAccessibleDescription(text)

    def _told(self, carried: str, is_backward: bool) -> str:
        way = "Backward" if is_backward else "Forward"
        if not carried:
            return f"{way}: nothing flows between layers at this stage."
        drawn = len(self.diagram.connections)
        of_all = 0 if self._lit is None else sum(map(np.count_nonzero, self._lit.flow.lines))
        share = f"{drawn:,} of {of_all:,} lines, {self.diagram.share_told} of all strength"
        count = f"; {share}" if drawn < of_all else ""
        sums = ", all pixels added up" if self._lit is not None and self._lit.flow.arriving is not None else ""
        return f"{way}: {carried} along each line{sums}{count}."

    @Slot(int, int)
    def _on_unit_chosen(self, layer: int, unit: int) -> None:
        walk, lit = self._walk, self._lit
        if walk is None or lit is None or not walk.stage.axes or layer != lit.layer:
            return
        cell = list(walk.cell)
        for axis, units in enumerate(walk.stage.axes):
            each = _each(units)
            if each and units.layer == layer + 1:
                cell[axis] = unit * each + cell[axis] % each
        self.cell_chosen.emit(tuple(cell), walk.example)


def _each(units: Units) -> int:
    """Return how many places of an axis belong to one unit of its layer; 0 where it does not run over units."""
    if units.kind == "number":
        _, rows, columns = units.shape
        return rows * columns
    return int(units.is_output or units.kind in ("map", "unit"))
