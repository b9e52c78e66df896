"""The microscope: one update of the network, stage by stage, with every number in it.

The chain on top shows where one is. Below stand the formula with its numbers and a plain sentence, then the stage as a
picture, beside it what the cell under the pointer is made of, the gradient check, or a prediction to be made.
"""

import numpy as np
from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.explanation import UpdateExplanation, UpdateSource
from core.explanation_stages import PARAMETER_STAGES, UPDATES, Cell, Stage, StageKind, symbol
from core.explanation_term_finder import terms_of
from core.explanation_terms import unit_name
from core.explanation_text import describe, stage_title
from core.gradient_check import GradientCheck, random_sample
from core.recipe import Recipe
from core.snapshot import Snapshot
from gui.explainer import Explainer
from gui.stage_walk import StageWalk
from gui.theme import Theme, set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.segments import Segments
from gui.widgets.stage_chain import StageChain
from gui.widgets.stage_check import SAMPLE, GradientCheckPage
from gui.widgets.stage_controls import StageControls
from gui.widgets.stage_examples import ExampleChooser
from gui.widgets.stage_picture import StagePicture
from gui.widgets.stage_prediction import PredictionPage
from gui.widgets.stage_terms import TermsView
from gui.widgets.stage_words import StageWords

REFRESH_MILLISECONDS = 250
"""While training goes on, another update is taken apart this often: numbers that change faster cannot be read."""

SLOWEST_REFRESH_MILLISECONDS = 3000
REST = 3
"""After an explanation that took long, training has the processor for this many times as long."""

TERMS, CHECK, PREDICT = range(3)


class StepThroughPanel(QWidget):
    """Takes the next update of the moment shown apart and lets the user walk through it."""

    explanation_requested = Signal(int)
    """What decides the update after this many is wanted; `show_source` brings it."""

    finish_update_requested = Signal()
    """The update that is shown is to be made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.walk = StageWalk()
        self._snapshot: Snapshot | None = None
        self._source: UpdateSource | None = None
        self._explained: UpdateSource | None = None
        self._explanation: UpdateExplanation | None = None
        self._wanted_picture = 0
        self._finishing = False
        self._finished_update: int | None = None
        self._sampler = np.random.default_rng()
        self.explainer = Explainer(self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._working = QElapsedTimer()
        self._make_widgets()
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- what it is made of

    def _make_widgets(self) -> None:
        self.note = QLabel("As soon as there are data, every number of an update can be seen here.")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.note, "muted")
        self.chain = StageChain()
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self.part = QComboBox()
        self.part.setToolTip("Which parameters' update is shown")
        self.part.setAccessibleName("Which parameters")
        self.words = StageWords()
        self.picture = StagePicture()
        self.terms = TermsView()
        self.check = GradientCheckPage()
        self.prediction = PredictionPage()
        self.side = Segments(
            "Beside the picture",
            (
                ("Terms", "What the number under the pointer is made of"),
                ("Check", "Is the gradient right? Nudge a parameter and see"),
                ("Predict", "Say what the update will do, then see"),
            ),
            show_name=False,
        )
        self.side_pages = QStackedWidget()
        for page in (self.terms, self.check, self.prediction):
            self.side_pages.addWidget(page)
        self.examples = ExampleChooser()
        self.controls = StageControls()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.part)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(6, 0, 0, 0)
        beside.setSpacing(4)
        beside.addWidget(self.side, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(self.side_pages, 1)
        self.body = QSplitter(Qt.Orientation.Horizontal)
        self.body.setChildrenCollapsible(False)
        for place, widget in enumerate((self.picture, side)):
            self.body.addWidget(widget)
            self.body.setStretchFactor(place, (45, 55)[place])
        self.body.setSizes([450, 550])
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(5)
        layout.addWidget(self.chain)
        layout.addLayout(head)
        layout.addWidget(self.words)
        layout.addWidget(self.body, 1)
        layout.addWidget(self.examples)
        layout.addWidget(self.controls)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.note)
        self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _connect(self) -> None:
        self.chain.stage_chosen.connect(self._on_stage_chosen)
        self.part.activated.connect(self._on_part_chosen)
        self.picture.cell_pointed_at.connect(self._on_cell_pointed_at)
        self.picture.cell_chosen.connect(self._on_cell_chosen)
        self.side.chosen.connect(self.side_pages.setCurrentIndex)
        self.check.check_requested.connect(self._on_check_requested)
        self.check.sample_requested.connect(self._on_sample_requested)
        self.prediction.update_requested.connect(self._on_finish_requested)
        self.examples.example_chosen.connect(self._on_example_chosen)
        self.controls.back_requested.connect(self._on_back_requested)
        self.controls.forward_requested.connect(self._on_forward_requested)
        self.controls.finish_requested.connect(self._on_finish_requested)
        self.controls.cancel_requested.connect(self.explainer.cancel)
        self.explainer.explained.connect(self._on_explained)
        self.explainer.checked.connect(self._on_checked)
        self.explainer.progressed.connect(self._on_progressed)
        self.explainer.busy_changed.connect(self._on_busy_changed)
        self.explainer.failed.connect(self._on_failed)
        self._refresh.timeout.connect(self._on_refresh_due)

    # --- data in

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the moment that all panels show; what decides its update is asked for when it is needed."""
        self._snapshot = snapshot
        self._ask_if_needed()

    def show_recipe(self, recipe: Recipe) -> None:
        """Take the recipe that the run follows now; if a knob was turned, another update comes next."""
        if self._source is not None and recipe != self._source.recipe:
            self._source = None
            self._ask_if_needed()

    def show_source(self, source: UpdateSource) -> None:
        """Take apart the update that this decides.

        Parameters
        ----------
        source : UpdateSource
            With a state of its own, which nobody changes any more.
        """
        shown = self._explained
        if shown is not None and source.run_id != shown.run_id:
            self.prediction.forget()
            self._finishing = False
        self._source = source
        self._working.start()
        self.explainer.explain(source, self._wanted_picture)

    def allow_finish(self, allowed: bool) -> None:
        """Say whether an update can be made now: not while training goes on, nor at the end of the run."""
        if allowed and not self.controls.finish.isEnabled():
            # What was under way has ended, whether or not it made the update.
            self._finishing = False
        for button in (self.controls.finish, self.prediction.reveal):
            button.setEnabled(allowed)

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        for widget in (
            self.chain,
            self.picture,
            self.terms,
            self.check,
            self.prediction,
            self.examples,
            self.controls,
        ):
            widget.set_theme(theme)

    def close_down(self) -> None:
        """End timers and thread; call before the window closes."""
        self.controls.stop()
        self._refresh.stop()
        self.explainer.close()

    @property
    def explanation(self) -> UpdateExplanation | None:
        """The update that is shown."""
        return self._explanation

    def go_to_stage(self, place: int) -> None:
        """Show a stage by its place in the chain."""
        self.walk.go_to(place)
        self._show_stage()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        self._ask_if_needed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the film; nobody watches it."""
        super().hideEvent(event)
        self.controls.stop()

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

    def _show_stage(self) -> None:
        explanation, walk = self._explanation, self.walk
        if explanation is None:
            return
        self.chain.set_current(walk.place)
        self.picture.show_stage(explanation, walk.stage, walk.example, walk.cell, walk.picture)
        self.part.setVisible(walk.stage.kind in UPDATES)
        self.controls.show_place(is_first=walk.place == 0, is_last=walk.is_last)
        self._show_cell(walk.cell, walk.example)
        self._show_parameter()

    def _show_cell(self, cell: Cell, example: int | None) -> None:
        """Put a cell of the stage into words and show its terms."""
        assert self._explanation is not None
        stage = self.walk.stage
        text = describe(self._explanation, stage, cell, example)
        self.title.setText(text.title)
        self.words.show_text(text)
        # Where the batch as a whole has no single number, that of the picture last looked at is taken apart.
        is_by_picture = stage.kind not in (*PARAMETER_STAGES, StageKind.LOSS)
        picture = self.walk.picture if example is None and is_by_picture else example
        in_batch = self.walk.whole_batch and picture is not None
        terms = terms_of(self._explanation, stage, cell, picture)
        self.terms.show_terms(terms, f"picture {picture + 1}" if in_batch else "")

    def _show_parameter(self) -> None:
        explanation = self._explanation
        assert explanation is not None
        stage, cell = self.walk.parameter
        name = f"{symbol(stage, explanation.config.activation)}[{', '.join(map(str, cell))}]"
        units = [unit_name(explanation.layer_sizes, axis, unit) for axis, unit in zip(stage.axes, cell, strict=True)]
        place = " to ".join(units) if stage.is_weights else f"bias of {units[0]}"
        self.check.show_parameter(f"{name}: {place}")
        self.prediction.show_parameter(explanation, self.walk.parameter_index, name)

    def _show_batch(self) -> None:
        """Show the pictures of the batch, and keep room for the words of all stages."""
        explanation, walk = self._explanation, self.walk
        assert explanation is not None
        self.examples.show_batch(explanation, walk.example)
        self.words.reserve_for(
            [describe(explanation, stage, walk.cell_of(stage), walk.example) for stage in walk.stages]
        )

    def _lay_out_chain(self, explanation: UpdateExplanation) -> None:
        activation, stages = explanation.config.activation, self.walk.stages
        names = [symbol(stage, activation) for stage in stages[:-1]]
        tips = [stage_title(stage, activation) for stage in stages[:-1]]
        turn = next(place for place, stage in enumerate(stages) if stage.is_backward)
        self.chain.set_stages([*names, "update"], [*tips, "the update: every parameter moves"], turn)

    def _fill_parts(self, explanation: UpdateExplanation) -> None:
        self.part.clear()
        for layer in range(len(explanation.layer_sizes) - 1):
            for kind in UPDATES:
                stage = Stage(kind, layer)
                self.part.addItem(symbol(stage, explanation.config.activation), stage)

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
        if self._finishing:
            return
        if self.walk.is_last:
            self._on_finish_requested()
        else:
            self.go_to_stage(self.walk.place + 1)

    @Slot()
    def _on_finish_requested(self) -> None:
        if self._is_current() and self.controls.finish.isEnabled() and not self._finishing:
            self._finishing = True
            self._finished_update = self._explanation.update if self._explanation else None
            # One update at a time by hand: the next is to be seen at once.
            self._refresh.stop()
            self.finish_update_requested.emit()
        elif self._explained is not self._source and not self.explainer.busy:
            # The explanation was cancelled; nothing is finished that has not been seen.
            self._explain_again()

    def _is_current(self) -> bool:
        """Return whether the update that is shown is the one that the run would make next."""
        shown, moment = self._explained, self._snapshot
        if shown is None or shown is not self._source:
            return False
        return moment is None or (moment.run_id, moment.update) == (shown.run_id, shown.state.update)

    @Slot(int)
    def _on_part_chosen(self, place: int) -> None:
        self.walk.choose_update(self.part.itemData(place))
        self._show_stage()

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
            # A cell of the batch's table, or a bar of its losses: the picture that it belongs to is looked at.
            self._on_example_chosen(example)
        else:
            self._show_stage()

    @Slot(object)
    def _on_example_chosen(self, example: int | None) -> None:
        explanation = self._explanation
        if explanation is None:
            return
        self.walk.whole_batch = example is None
        if example is not None:
            self._wanted_picture = example
            if not explanation.first <= example <= explanation.last:
                self._explain_again()
                return
            self.walk.follow(explanation, example)
        self._show_batch()
        self._show_stage()

    def _explain_again(self) -> None:
        if self._source is not None:
            self.explainer.explain(self._source, self._wanted_picture)

    @Slot()
    def _on_check_requested(self) -> None:
        if self._explanation is not None:
            self.explainer.check(self._explanation, [self.walk.parameter_index])

    @Slot()
    def _on_sample_requested(self) -> None:
        if self._explanation is not None:
            sample = random_sample(self._explanation.layer_sizes, SAMPLE, self._sampler)
            self.explainer.check(self._explanation, sample)

    # --- what the explainer tells

    def _ask_if_needed(self) -> None:
        snapshot, source = self._snapshot, self._source
        if snapshot is None or not self.isVisible() or self._refresh.isActive() or self.explainer.busy:
            return
        if source is None or (source.run_id, source.state.update) != (snapshot.run_id, snapshot.update):
            self._refresh.start(REFRESH_MILLISECONDS)
            self.explanation_requested.emit(snapshot.update)

    @Slot()
    def _on_refresh_due(self) -> None:
        self._ask_if_needed()

    @Slot(object)
    def _on_explained(self, explanation: UpdateExplanation) -> None:
        previous, self._explanation = self._explanation, explanation
        self._explained = self._source
        self.walk.picture = self._wanted_picture
        if self.walk.adopt(explanation):
            self._fill_parts(explanation)
        self._wanted_picture = self.walk.picture
        self._lay_out_chain(explanation)
        if previous is None or (previous.update, previous.first) != (explanation.update, explanation.first):
            self.check.clear()
        if previous is not None and previous.update != explanation.update:
            if explanation.update - 1 == self._finished_update:
                self.walk.go_to(0)
            self._finishing, self._finished_update = False, None
            self.prediction.settle(explanation)
        self.controls.where.setText(
            f"update {explanation.update + 1:,} · {explanation.batch_size:,} pictures · "
            f"rate {explanation.learning_rate:.3g}"
        )
        self._pages.setCurrentIndex(1)
        self._show_batch()
        self._show_stage()
        self._rest()
        self._ask_if_needed()

    def _rest(self) -> None:
        """Leave the processor to training for a while if the explanation took long."""
        rest = min(REST * self._working.elapsed(), SLOWEST_REFRESH_MILLISECONDS)
        is_training = not self.controls.finish.isEnabled()
        if is_training and rest > REFRESH_MILLISECONDS:
            self._refresh.start(rest)

    @Slot(object)
    def _on_checked(self, checks: list[GradientCheck]) -> None:
        if self._explanation is None:
            return
        if len(checks) == 1:
            self.check.show_one(checks[0], len(self._explanation.inputs))
        else:
            self.check.show_sample(checks, self._explanation)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if fraction > 0:
            self.controls.show_progress(fraction, text)

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        self.check.set_busy(busy)
        if not busy:
            self.controls.end_progress()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.note.setText(sentence)
        self._pages.setCurrentIndex(0)
