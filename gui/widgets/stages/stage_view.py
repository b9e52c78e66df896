"""An explained update as it is walked through: one stage at a time, with every number in it.

The chain on top shows where one is. Below stand the formula with its numbers and a plain sentence, then the stage
drawn, beside it what the cell under the pointer is made of, the gradient check, or a prediction to be made. At the
bottom an image of the batch is chosen, and the stages are walked through.
"""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.explanation.stage import Cell
from core.explanation.update import OwnImage, UpdateExplanation
from core.network.arrays import Floats
from core.network.unit_layers import unit_layers
from core.text.number_text import counted
from gui.session.stage_walk import StageWalk
from gui.widgets.stages.stage_body import StageBody
from gui.widgets.stages.stage_chain import StageChain
from gui.widgets.stages.stage_controls import StageControls
from gui.widgets.stages.stage_display import StageDisplay
from gui.widgets.stages.stage_examples import OWN, ExampleChooser
from gui.widgets.stages.stage_head import StageHead
from gui.widgets.stages.stage_network import StageNetwork
from gui.widgets.stages.stage_side import PREDICT, StageSide
from gui.widgets.stages.stage_words import StageWords


class StageView(QWidget):
    """Shows an explanation, and tells what it alone cannot do: make the update, check, take apart another image.

    Attributes
    ----------
    walk : StageWalk
        Where the user stands in the update.
    wanted_image : int
        The image of the batch that the next explanation is to hold in full.
    own : OwnImage or None
        The image of the user's that can be followed instead, which is in no batch.
    follows_own : bool
        Whether it is.
    finishing : bool
        Whether the update that is shown is being made: Forward waits for the one that follows.
    """

    accessible_role = QAccessible.Role.Grouping

    finish_requested = Signal()
    """The update that is shown is to be made."""

    image_requested = Signal()
    """The explanation does not hold `wanted_image` in full; one that does is needed."""

    own_requested = Signal()
    """An explanation of `own` is needed; there is none yet, or of another image or label."""

    check_requested = Signal(object)
    """Derivatives are to be checked: a sequence of their places in the parameter vector."""

    cancel_requested = Signal()
    """What is being worked out is not wanted any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.walk = StageWalk()
        self.wanted_image = 0
        self.own: OwnImage | None = None
        self.follows_own = self._own_was_labeled = False
        self.finishing = False
        self._update: UpdateExplanation | None = None
        self._explanation: UpdateExplanation | None = None
        self.chain = StageChain()
        self.head = StageHead()
        self.words = StageWords()
        self.display = StageDisplay()
        self.network = StageNetwork()
        self.side = StageSide()
        self.examples = ExampleChooser()
        self.controls = StageControls()
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("One update, stage by stage")
        self.setAccessibleDescription("Left and right arrow go from stage to stage, Space plays.")

    def _lay_out(self) -> None:
        self.body = StageBody(self.display, self.network, self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(5)
        layout.addWidget(self.chain)
        layout.addWidget(self.head)
        layout.addWidget(self.words)
        layout.addWidget(self.body, 1)
        layout.addWidget(self.examples)
        layout.addWidget(self.controls)

    def _connect(self) -> None:
        self.chain.stage_chosen.connect(self._on_stage_chosen)
        self.head.part_chosen.connect(self._on_part_chosen)
        self.head.network_toggled.connect(self._on_network_toggled)
        self.network.cell_chosen.connect(self._on_cell_chosen)
        self.display.cell_pointed_at.connect(self._on_cell_pointed_at)
        self.display.cell_chosen.connect(self._on_cell_chosen)
        self.side.check_requested.connect(self.check_requested)
        self.side.update_requested.connect(self._on_update_foretold)
        self.side.pages.chosen.connect(self._on_page_chosen)
        self.examples.example_chosen.connect(self._on_example_chosen)
        self.examples.label_chosen.connect(self._on_label_chosen)
        self.controls.back_requested.connect(self._on_back_requested)
        self.controls.forward_requested.connect(self._on_forward_requested)
        self.controls.finish_requested.connect(self.finish_requested)
        self.controls.cancel_requested.connect(self.cancel_requested)

    # --- data in

    @property
    def explanation(self) -> UpdateExplanation | None:
        """What is shown: the run's next update, or one of an image of the user's, which nobody makes."""
        return self._explanation

    @property
    def update_explanation(self) -> UpdateExplanation | None:
        """The run's next update, whatever is shown."""
        return self._update

    @property
    def can_finish(self) -> bool:
        """Whether the run's update can be made now."""
        return self.controls.can_finish

    def show_explanation(self, explanation: UpdateExplanation) -> None:
        """Turn to the run's next update; the walk stays at its stage as far as the network has one like it."""
        self._update = explanation
        # Before there is anything else, the run's is shown, however short.
        if not self.follows_own or self._explanation is None:
            self._show(explanation)

    def show_own(self, explanation: UpdateExplanation) -> None:
        """Turn to an update of the user's image, at the same stage, where that is followed and still the one meant."""
        if self.follows_own and explanation.own is self.own:
            self.examples.show_own(self.own, explanation)
            self._show(explanation)

    def take_own(self, pixels: Floats | None, label: int | None = None) -> None:
        """Have another image of the user's; with None the last one stays, but its label is the network's answer again.

        Parameters
        ----------
        pixels : float32 array of shape (784,) or None
            As the network gets it.
        label : int, optional
            What it shows, where that is known, as of a sample; it is forgotten with the image.
        """
        if pixels is not None:
            chosen = self.own.label if self.own and not self._own_was_labeled else None
            self._own_was_labeled = label is not None
            self._change_own(OwnImage(pixels, chosen if label is None else label))
        elif self.own is not None and self.own.label is not None:
            self._change_own(OwnImage(self.own.pixels))

    def _change_own(self, own: OwnImage) -> None:
        self.own = own
        self.examples.show_own(own, None)
        if self.follows_own:
            self.own_requested.emit()

    def follow_own(self) -> None:
        """Step through the user's image, where there is one."""
        if self.own is not None and not self.follows_own:
            self.follows_own = True
            self.own_requested.emit()

    def _show(self, explanation: UpdateExplanation) -> None:
        is_own = explanation.own is not None
        self._explanation = explanation
        self.walk.image = 0 if is_own else self.wanted_image
        if is_own:
            self.walk.whole_batch = False
        is_new = self.walk.adopt(explanation)
        if is_new:
            self.head.fill_parts(self.walk.updates)
        if not is_own:
            self.wanted_image = self.walk.image
        self.controls.show_own(is_own)
        self._allow_reveal()
        self._lay_out_chain()
        self.side.show_explanation(explanation)
        self._show_where()
        self._show_batch()
        # To put all stages into words takes longer than to show one: not for a film of updates.
        if is_new or not self.controls.is_training:
            self._reserve_words()
        self._show_stage()

    def allow_finish(self, allowed: bool, *, has_ended: bool = False) -> None:
        """Say whether the update that is shown can be made now, and if not, whether the run is finished."""
        self.controls.allow_finish(allowed=allowed, has_ended=has_ended)
        self._allow_reveal()
        self._show_where()

    def _allow_reveal(self) -> None:
        allowed = self.controls.finish.isEnabled()
        self.side.prediction.reveal.setEnabled(allowed)
        self.side.prediction.reveal.setToolTip("" if allowed else self.controls.finish.toolTip())

    @Slot(float, str)
    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far something is that takes a while."""
        if fraction > 0:
            self.controls.show_progress(fraction, text)

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """Say whether something is being worked out."""
        self.side.check.set_busy(busy)
        if not busy:
            self.controls.end_progress()

    def go_to_stage(self, place: int) -> None:
        """Show a stage by its place in the chain."""
        self.walk.go_to(place)
        self._show_stage()

    def show_weight(self, layer: int, source: int, target: int) -> None:
        """Show the gradient of one weight; layers count from 0, the one that the image enters.

        Between two maps there are many: the largest of them.
        """
        place = self.chain.place_of(f"dW{chr(0x2081 + layer)}")
        if place is not None and self._explanation is not None:
            self.go_to_stage(place)
            before = self._explanation.before
            its_layer = unit_layers(before.layout)[layer]
            self.walk.choose(its_layer.strongest_weight(before.arrays[its_layer.weights.name], source, target))
            self._show_stage()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show that the keys walk through the stages."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Link), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, play with Space."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left | Qt.Key.Key_PageUp:
                self._on_back_requested()
            case Qt.Key.Key_Right | Qt.Key.Key_PageDown:
                self._on_forward_requested()
            case Qt.Key.Key_Home:
                self.go_to_stage(0)
            case Qt.Key.Key_End:
                self.go_to_stage(len(self.walk.stages) - 1)
            case Qt.Key.Key_Space:
                self.controls.play.toggle()
            case _:
                super().keyPressEvent(event)

    # --- what is shown

    def _show_where(self) -> None:
        explanation = self._explanation
        if explanation is not None and explanation.own is not None:
            self.controls.where.setText(
                f"your drawing, labeled {explanation.label_name(0)} · in no batch: the run does not learn from it"
            )
        elif explanation is not None:
            would_be = "would be " if self.controls.has_ended else ""
            self.controls.where.setText(
                f"{would_be}update {explanation.update + 1:,} · {counted(explanation.batch_size, 'image')} · "
                f"rate {explanation.learning_rate:.3g}"
            )

    def _show_stage(self) -> None:
        explanation, walk = self._explanation, self.walk
        if explanation is None:
            return
        self.chain.set_current(walk.place, [walk.stages.index(source) for source in walk.stage.sources])
        self.display.show_stage(walk.stage, walk.example, walk.cell, walk.image)
        self.network.show_stage(walk)
        self.head.show_stage(walk.stage)
        self.controls.show_place(is_first=walk.place == 0, is_last=walk.is_last)
        self._show_cell(walk.cell, walk.example)
        self.side.show_parameter(walk)

    def _show_cell(self, cell: Cell, example: int | None) -> None:
        """Put a cell of the stage into words and show its terms."""
        text = self.walk.stage.describe(cell, example)
        self.head.show_text(text)
        self.words.show_text(text)
        self.side.show_cell(self.walk, cell, example)

    def _show_batch(self) -> None:
        """Show the images of the batch."""
        assert self._update is not None
        self.examples.show_batch(self._update, OWN if self.follows_own else self.walk.example)

    def _reserve_words(self) -> None:
        """Keep room for the words of all stages, so that nothing moves from one to the next."""
        walk = self.walk
        self.words.reserve_for([stage.describe(walk.cell_of(stage), walk.example) for stage in walk.stages])

    def _lay_out_chain(self) -> None:
        stages = self.walk.stages
        names, tips = [stage.symbol for stage in stages[:-1]], [stage.tip for stage in stages[:-1]]
        turn = next(place for place, stage in enumerate(stages) if stage.is_backward)
        self.chain.set_stages([*names, "update"], [*tips, "the update: every parameter moves"], turn)

    # --- what the user does

    @Slot(int)
    def _on_stage_chosen(self, place: int) -> None:
        self.setFocus()
        self.go_to_stage(place)

    @Slot()
    def _on_back_requested(self) -> None:
        self.go_to_stage(self.walk.place - 1)

    @Slot()
    def _on_forward_requested(self) -> None:
        if self.finishing or (self.walk.is_last and (self.follows_own or self.controls.has_ended)):
            return
        if self.walk.is_last:
            self.finish_requested.emit()
        else:
            self.go_to_stage(self.walk.place + 1)

    @Slot(bool)
    def _on_network_toggled(self, shown: bool) -> None:
        self.body.show_network(shown)
        self.network.catch_up()

    @Slot(int)
    def _on_part_chosen(self, part: int) -> None:
        self.walk.choose_update(part)
        self._show_stage()

    @Slot()
    def _on_update_foretold(self) -> None:
        # What becomes of this very parameter is to be seen, whatever matters most in the next update.
        self.walk.hold()
        self.finish_requested.emit()

    @Slot(int)
    def _on_page_chosen(self, page: int) -> None:
        # What is to be foretold is not given away beside the question.
        self.display.tiles.change.setVisible(page != PREDICT)

    @Slot(object, object)
    def _on_cell_pointed_at(self, cell: Cell | None, example: int | None) -> None:
        if self._explanation is None:
            return
        if cell is None:
            self._show_cell(self.walk.cell, self.walk.example)
        else:
            self._show_cell(cell, example)

    @Slot(object, object)
    def _on_cell_chosen(self, cell: Cell, example: int | None) -> None:
        self.walk.choose(cell)
        if example != self.walk.example:
            # A cell of the batch's table, or a bar of its losses: the image that it belongs to is looked at.
            self._on_example_chosen(example)
        else:
            self._show_stage()

    @Slot(object)
    def _on_example_chosen(self, example: int | None) -> None:
        update = self._update
        if update is None:
            return
        if example == OWN:
            self.follow_own()
            return
        returns, self.follows_own = self.follows_own, False
        self.walk.whole_batch = example is None
        if example is not None:
            self.wanted_image = example
            if not update.first <= example <= update.last:
                self.image_requested.emit()
                return
        if returns:
            self._show(update)
            return
        if example is not None:
            self.walk.follow(update, example)
        self._show_batch()
        self._reserve_words()
        self._show_stage()

    @Slot(object)
    def _on_label_chosen(self, label: int | None) -> None:
        if self.own is not None:
            self._change_own(OwnImage(self.own.pixels, label))
