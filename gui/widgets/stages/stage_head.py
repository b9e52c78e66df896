"""The line above a stage: its title, and beside it the chain rule, or which parameters' update is shown."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from core.explanation.stages import UPDATES, Stage, symbol
from core.explanation.text import StageText
from core.explanation.update import UpdateExplanation
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

    part_chosen = Signal(object)
    """The user wants to see this `core.explanation.stages.Stage` of the update."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self.chain_rule = PlainLabel()
        self.chain_rule.setToolTip(paragraphs(CHAIN_RULE))
        self.chain_rule.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.chain_rule.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_role(self.chain_rule, "muted")
        self.part = QComboBox()
        self.part.setToolTip("Which parameters' update is shown")
        self.part.setAccessibleName("Which parameters")
        guard_wheel(self.part)
        # In one place, or everything below would move where the higher of them comes or goes.
        self._aside = QStackedWidget()
        self._aside.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for widget in (self.chain_rule, self.part):
            self._aside.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title, 1)
        layout.addWidget(self._aside)
        self.part.activated.connect(self._on_part_activated)

    def show_text(self, text: StageText) -> None:
        """Show the title of a stage, and the link of the chain rule that it adds."""
        self.title.setText(text.title)
        self.chain_rule.setText(text.chain_rule)

    def show_stage(self, stage: Stage) -> None:
        """Turn to a stage: that of the update has parameters to choose from."""
        self._aside.setCurrentWidget(self.part if stage.kind in UPDATES else self.chain_rule)

    def fill_parts(self, explanation: UpdateExplanation) -> None:
        """Offer the weights and biases of each layer."""
        self.part.clear()
        for layer in range(len(explanation.layer_sizes) - 1):
            for kind in UPDATES:
                stage = Stage(kind, layer)
                self.part.addItem(symbol(stage, explanation.config.activation), stage)

    @Slot(int)
    def _on_part_activated(self, place: int) -> None:
        self.part_chosen.emit(self.part.itemData(place))
