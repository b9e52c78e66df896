"""The line above a stage: its title, and beside it the chain rule, or which parameters' update is shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QWidget

from core.explanation.parameter_update import ParameterUpdate
from core.explanation.stage import Stage, StageText
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.wheel_guard import guard_wheel

CHAIN_RULE = (
    "∂L/∂z, the gradient of the loss by z: how fast L rises as z does. The chain rule finds it link by link, from the "
    "loss back: each stage multiplies what it gets from the one behind it by one more such rate, and adds up over all "
    "paths that lead on."
)


class StageHead(QWidget):
    """Names a stage, and lets the user choose of which parameters the update is shown."""

    network_toggled = Signal(bool)
    """Whether the network stands in the place of the stage's numbers."""

    part_chosen = Signal(int)
    """The user wants to see the update of this of the arrays of parameters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = ""
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self.chain_rule = PlainLabel()
        # Its text is chosen by the room that there is, and asks for none itself.
        self.chain_rule.setMinimumWidth(1)
        self.chain_rule.setToolTip(paragraphs(CHAIN_RULE))
        self.chain_rule.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.chain_rule.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_role(self.chain_rule, "muted")
        self.part = QComboBox()
        self.part.setToolTip("Which parameters' update is shown")
        self.part.setAccessibleName("Which parameters")
        guard_wheel(self.part)
        self.network = QToolButton()
        self.network.setText("Network")
        self.network.setToolTip("Where in the network this stage happens, and what flows there")
        self.network.setCheckable(True)
        self.network.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.network, "segment")
        # In one place, or everything below would move where the higher of them comes or goes.
        self._aside = QStackedWidget()
        self._aside.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for widget in (self.chain_rule, self.part):
            self._aside.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title, 1)
        layout.addWidget(self._aside)
        layout.addWidget(self.network)
        self.part.activated.connect(self.part_chosen)
        self.network.toggled.connect(self.network_toggled)

    def show_text(self, text: StageText) -> None:
        """Show the title of a stage, and the link of the chain rule that it adds."""
        self.title.setText(text.title)
        self._link = text.chain_rule
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the link out where the title needs its room."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Show as much of the link as there is room for beside the whole title: all, its last rate, or nothing."""
        layout = self.layout()
        margins = layout.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 * layout.spacing() - self.network.sizeHint().width()
        room -= self.title.fontMetrics().horizontalAdvance(self.title.text())
        last = self._link.rpartition(" · ")[2]
        fitting = (each for each in (self._link, last) if self._advance(each) <= room)
        self.chain_rule.setText(next(fitting, ""))

    def _advance(self, text: str) -> int:
        return self.chain_rule.fontMetrics().horizontalAdvance(text)

    def show_stage(self, stage: Stage) -> None:
        """Turn to a stage: that of the update has parameters to choose from."""
        shown, other = (self.part, self.chain_rule) if stage.is_update else (self.chain_rule, self.part)
        # What is not shown keeps its height, and leaves its width to the title.
        shown.setSizePolicy(QSizePolicy.Policy.Preferred, shown.sizePolicy().verticalPolicy())
        other.setSizePolicy(QSizePolicy.Policy.Ignored, other.sizePolicy().verticalPolicy())
        self._aside.setCurrentWidget(shown)

    def fill_parts(self, updates: tuple[ParameterUpdate, ...]) -> None:
        """Offer the weights and biases of each layer."""
        self.part.clear()
        self.part.addItems([update.symbol for update in updates])
