"""Leads to what shows a unit or a weight in full: from tiles to the page of a unit, from lines to the microscope."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from core.explanation.update import UpdateExplanation
from gui.panels.network import NetworkPanel
from gui.panels.step_through import StepThroughPanel
from gui.panels.weights import WeightsPanel


class NetworkLinks(QObject):
    """Connects the panel of the network to the weights and to the microscope.

    Parameters
    ----------
    network : NetworkPanel
        Has the page of a unit, and lines that are clicked.
    weights : WeightsPanel
        Where units are clicked.
    microscope : StepThroughPanel
        Shows a weight, once the update is taken apart.
    show_tab : callable
        Brings a tab to the front by its title.
    """

    def __init__(
        self,
        network: NetworkPanel,
        weights: WeightsPanel,
        microscope: StepThroughPanel,
        show_tab: Callable[[str], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network = network
        self._microscope = microscope
        self._show_tab = show_tab
        self._awaited: tuple[int, int, int] | None = None
        weights.unit_chosen.connect(self._on_unit_chosen)
        network.connection_chosen.connect(self._on_connection_chosen)
        microscope.explainer.explained.connect(self._on_explained)

    @Slot(int, int)
    def _on_unit_chosen(self, layer: int, unit: int) -> None:
        self._show_tab("Network")
        self._network.open_unit(layer, unit)
        self._network.unit.setFocus()

    @Slot(int, int, int)
    def _on_connection_chosen(self, layer: int, source: int, target: int) -> None:
        self._awaited = (layer, source, target)
        self._show_tab("Step through")
        self._show_awaited()

    @Slot(object)
    def _on_explained(self, explanation: UpdateExplanation) -> None:
        self._show_awaited()

    def _show_awaited(self) -> None:
        if self._awaited is not None and self._microscope.explanation is not None:
            self._microscope.view.show_weight(*self._awaited)
            self._awaited = None
