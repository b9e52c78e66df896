"""A stage, drawn or as the diagram of the network, and beside it what a number of it is made of."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from gui.widgets.stages.stage_display import StageDisplay
from gui.widgets.stages.stage_network import StageNetwork
from gui.widgets.stages.stage_side import StageSide

_NETWORK_AND_SIDE = 550, 450
"""Shares of the width."""


class StageBody(QSplitter):
    """Shows the stage at the left and the side at the right, which gives way where the diagram needs all the width."""

    def __init__(self, display: StageDisplay, network: StageNetwork, side: StageSide) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._display, self._network, self._side = display, network, side
        self._shows_network = False
        self.setChildrenCollapsible(False)
        for place, widget in enumerate((display, network, side)):
            self.addWidget(widget)
            self.setStretchFactor(place, (45, 45, 55)[place])
        self.setSizes([450, 450, 550])
        network.hide()

    def show_network(self, shown: bool) -> None:
        """Show the diagram in place of the stage, or the stage again."""
        self._shows_network = shown
        self._display.setVisible(not shown)
        self._network.setVisible(shown)
        self._share_out_room()
        if shown:
            self.setSizes([0, *_NETWORK_AND_SIDE])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the side out where there is no room for it."""
        super().resizeEvent(event)
        self._share_out_room()

    def minimumSizeHint(self) -> QSize:
        """Ask for what stands beside the network only where it has room."""
        least = super().minimumSizeHint()
        if self._shows_network and not self._side.isHidden():
            return QSize(least.width() - self._side.minimumSizeHint().width() - self.handleWidth(), least.height())
        return least

    def _share_out_room(self) -> None:
        both = self._network.minimumSizeHint().width() + self._side.minimumSizeHint().width()
        self._side.setVisible(not self._shows_network or self.width() - self.handleWidth() >= both)
