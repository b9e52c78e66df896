"""The microscope: takes the next update of the moment shown apart, and lets the user walk through it.

The panel is about getting explanations: what decides the update is asked for when it is needed and not more often than
numbers can be read, the work goes on beside training, and when the user finishes the update the next one is taken
apart. What an explanation looks like is the matter of `gui.widgets.stages.stage_view`.
"""

import re

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.explanation.update import OwnImage, UpdateExplanation, UpdateSource
from core.lessons.look import STAGE
from core.network.arrays import Floats
from core.network.gradient_check import GradientCheck
from core.runs.snapshot import Snapshot
from core.training.recipe import Recipe
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.session.explainer import Explainer
from gui.widgets.panel import Panel, Place
from gui.widgets.stages.stage_side import CHECK, PREDICT, TERMS
from gui.widgets.stages.stage_view import StageView

REFRESH_MILLISECONDS = 250
"""While training goes on, another update is taken apart this often: numbers that change faster cannot be read."""

SLOWEST_REFRESH_MILLISECONDS = 3000
REST = 15
"""After an explanation, training has the processor for this many times as long, and at least until the next is due."""

_PAGES = {"terms": TERMS, "check": CHECK, "sample": CHECK, "predict": PREDICT}
"""Where what lessons point at lies beside the stage."""


class StepThroughPanel(Panel, QWidget):
    """Feeds the view of an update with explanations.

    Attributes
    ----------
    view : StageView
        The update that is shown, and the walk through it.
    explainer : Explainer
        Takes updates apart on a thread of its own.
    """

    explanation_requested = Signal()
    """What decides the update after the moment shown is wanted; `show_source` brings it."""

    finish_update_requested = Signal()
    """The update that is shown is to be made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._source: UpdateSource | None = None
        self._explained: UpdateSource | None = None
        self._finished_update: int | None = None
        self.explainer = Explainer(self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._working = QElapsedTimer()
        self.note = PlainLabel("As soon as there are data, every number of an update can be seen here.")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.note, "muted")
        self.view = view = StageView()
        self.parts = {
            "terms": view.side.terms,
            "check": view.side.check.check,
            "sample": view.side.check.sample,
            "predict": view.side.prediction,
            "batch": view.examples.scope,
            "network": view.network,
        }
        self._pages = QStackedWidget()
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setFocusProxy(self.view)
        self._connect()

    def _connect(self) -> None:
        self.view.finish_requested.connect(self._on_finish_requested)
        self.view.image_requested.connect(self._on_image_requested)
        self.view.own_requested.connect(self._explain_own)
        self.view.check_requested.connect(self._on_check_requested)
        self.view.cancel_requested.connect(self.explainer.cancel)
        self.explainer.explained.connect(self._on_explained)
        self.explainer.own_explained.connect(self.view.show_own)
        self.explainer.checked.connect(self._on_checked)
        self.explainer.gradient_changed.connect(self.view.side.check.clear)
        self.explainer.progressed.connect(self.view.show_progress)
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
            self.view.side.prediction.forget()
            self.view.finishing = False
        self._source = source
        self._working.start()
        self._explain_again()

    def show_drawing(self, pixels: Floats | None, label: int | None = None) -> None:
        """Take what is drawn, float32 of shape (784,), as the first image of the strip; None where nothing is.

        ``label`` is what it shows, where that is known.
        """
        self.view.take_own(pixels, label)

    def follow_drawing(self) -> None:
        """Step through the drawing, at the moment that is shown."""
        self.view.follow_own()

    def allow_finish(self, allowed: bool, *, has_ended: bool = False) -> None:
        """Say whether an update can be made now: not while training goes on, nor (``has_ended``) after the last one."""
        if allowed and not self.view.can_finish:
            # What was under way has ended, whether or not it made the update.
            self.view.finishing = False
        self.view.allow_finish(allowed, has_ended=has_ended)

    @property
    def explanation(self) -> UpdateExplanation | None:
        """The run's next update."""
        return self.view.update_explanation

    def go_to_stage(self, place: int) -> None:
        """Show a stage by its place in the chain."""
        self.view.go_to_stage(place)

    def look_at(self, name: str) -> Place | None:
        """Return where a control lies, or a stage of the update, to which the view goes."""
        if not STAGE.fullmatch(name):
            self.view.head.network.setChecked(name == "network")
            if name in _PAGES:
                self.view.side.pages.choose(_PAGES[name])
            return super().look_at(name)
        stage = self.view.chain.place_of(re.sub(r"\d", lambda digit: chr(0x2080 + int(digit[0])), name))
        if stage is None:
            return None
        self.view.go_to_stage(stage)
        return Place(self.view.chain, lambda: self.view.chain.box(stage).toAlignedRect())

    def must_wait(self, name: str) -> bool:
        """Return whether the update has not been taken apart yet."""
        return self.explanation is None

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        self._ask_if_needed()
        self._explain_own()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the film; nobody watches it."""
        super().hideEvent(event)
        self.view.controls.stop()

    # --- what the user wants of the update

    @Slot()
    def _on_finish_requested(self) -> None:
        if self._is_current() and self.view.can_finish and not self.view.finishing:
            self.view.finishing = True
            self._finished_update = self.explanation.update if self.explanation else None
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

    @Slot()
    def _on_image_requested(self) -> None:
        self._explain_again()

    def _explain_again(self) -> None:
        if self._source is not None:
            self.explainer.explain(self._source, self.view.wanted_image, self._own_wanted())

    def _own_wanted(self) -> OwnImage | None:
        return self.view.own if self.view.follows_own else None

    @Slot()
    def _explain_own(self) -> None:
        """Take the drawing apart, unless that is done; while something else is under way, it waits for that."""
        own, shown = self._own_wanted(), self.view.explanation
        is_done = shown is not None and shown.own is own
        if (
            own is not None
            and self._source is not None
            and not is_done
            and self.isVisible()
            and not self.explainer.busy
        ):
            self.explainer.explain_own(self._source, own)

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        self.view.set_busy(busy)
        if not busy:
            # While the pen moves, drawings come faster than large networks are taken apart.
            QTimer.singleShot(0, self, self._explain_own)

    @Slot(object)
    def _on_check_requested(self, indices: list[int]) -> None:
        shown = self.view.explanation
        if shown is not None:
            self.explainer.check(shown, indices)

    # --- getting explanations

    def _ask_if_needed(self) -> None:
        snapshot, source = self._snapshot, self._source
        if snapshot is None or not self.isVisible() or self._refresh.isActive() or self.explainer.busy:
            return
        if source is None or (source.run_id, source.state.update) != (snapshot.run_id, snapshot.update):
            self._refresh.start(REFRESH_MILLISECONDS)
            self.explanation_requested.emit()

    @Slot()
    def _on_refresh_due(self) -> None:
        self._ask_if_needed()

    @Slot(object)
    def _on_explained(self, explanation: UpdateExplanation) -> None:
        self._explained = self._source
        previous = self.explanation
        if previous is not None and previous.update != explanation.update:
            if explanation.update - 1 == self._finished_update and self.view.side.prediction.prediction is None:
                self.view.walk.go_to(0)
            self.view.finishing, self._finished_update = False, None
        # What is laid out for the page needs the page's size.
        self._pages.setCurrentWidget(self.view)
        self.view.show_explanation(explanation)
        self._rest()
        self._ask_if_needed()

    def _rest(self) -> None:
        """Leave the processor to training for a while if the explanation took long."""
        rest = min(REST * self._working.elapsed(), SLOWEST_REFRESH_MILLISECONDS)
        if self.view.controls.is_training and rest > REFRESH_MILLISECONDS:
            self._refresh.start(rest)

    @Slot(object)
    def _on_checked(self, checks: list[GradientCheck]) -> None:
        self.view.side.show_checks(checks)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.note.setText(sentence)
        self._pages.setCurrentWidget(self.note)
