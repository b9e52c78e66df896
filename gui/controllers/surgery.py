"""Surgery: makes the changes of units that are asked for, tells what they did, and finds what each unit is worth."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import ConfigError
from core.explanation.answer import read_answer
from core.explanation.unit_story import find_unit_story
from core.explanation.unit_worth import UnitWorth, find_unit_worth
from core.network.network import Network, hidden_layers
from core.network.prediction import predict
from core.progress import Report, part_of
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from core.training.cuts import Cut, cut_network
from core.training.evaluation import Evaluation, evaluate
from core.training.recipe import Recipe
from gui.look.formatting import number, percent, probability
from gui.panels.drawing import DrawingPanel
from gui.panels.network import NetworkPanel
from gui.panels.weights import WeightsPanel
from gui.session.paced_look import PacedLook
from gui.session.task_slot import Policy, TaskSlot
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from gui.widgets.unit.effect_section import Effect, Later


class Surgery(QObject):
    """Joins the view of a unit with the run.

    Parameters
    ----------
    network : NetworkPanel
        Has the page of a unit, where changes are asked for, and told.
    weights : WeightsPanel
        Has the tiles, which tell what was changed and what units are worth.
    drawing : DrawingPanel
        Has the drawing whose answer is told.
    session : TrainingSession
        Has the run.
    time_machine : TimeMachine
        Knows whether the present moment is shown, which alone can be changed.
    """

    failed = Signal(str)
    """Why something was not done, in one sentence."""

    undo_changed = Signal(bool)
    """Whether there is a change to take back."""

    def __init__(
        self,
        network: NetworkPanel,
        weights: WeightsPanel,
        drawing: DrawingPanel,
        session: TrainingSession,
        time_machine: TimeMachine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = network
        self._weights = weights
        self._drawing = drawing
        self._session = session
        self._time_machine = time_machine
        self._moment: tuple[str, int] | None = None
        self._earlier: list[Recipe] = []
        self._is_ours = False
        self._before: Network | None = None
        self._cut_at: tuple[str, int] | None = None
        self._effect: Effect | None = None
        self._later = PacedLook(self)
        self._later.found.connect(self._on_later_found)
        self._worth_at: Snapshot | None = None
        self._tests = TaskSlot(Policy.REPLACE, self)
        self._tests.succeeded.connect(self._on_tested)
        self._tests.failed.connect(self.failed)
        self._worth = TaskSlot(Policy.REPLACE, self)
        self._worth.progressed.connect(self._on_worth_progressed)
        self._worth.ended.connect(self._on_worth_ended)
        self._worth.succeeded.connect(self._on_worth_found)
        self._worth.failed.connect(self.failed)
        network.unit.cut_requested.connect(self._on_cut_requested)
        network.unit.change.undo_requested.connect(self._on_undo_requested)
        network.unit.sections.chosen.connect(self._look_later)
        network.unit.story.story_requested.connect(self._on_story_requested)
        network.worth.worth_requested.connect(self._on_table_requested)
        weights.worth_requested.connect(self._on_worth_requested)
        session.run_changed.connect(self._on_run_changed)
        session.recipe_changed.connect(self._on_recipe_changed)
        session.state_changed.connect(self._on_state_changed)
        time_machine.moment_shown.connect(self._on_moment_shown)
        time_machine.position_changed.connect(self._on_position_changed)

    # Changes.

    @Slot(object)
    def _on_cut_requested(self, cut: Cut) -> None:
        self.cut(cut)

    def cut(self, cut: Cut, *, goes_on: bool = False) -> None:
        """Change a unit of the present run, where the present moment is shown.

        Parameters
        ----------
        cut : Cut
            What is done.
        goes_on : bool
            Whether it goes on with the change before, so that both are taken back as one.
        """
        run, shown = self._session.run, self._time_machine.snapshot
        if run is None or self._time_machine.position is not None:
            return
        if shown is None or shown.run_id != run.id:
            # Asked for of a run that has just left: a field that is disabled with it settles what was typed.
            return
        if self._session.busy:
            self._cut_in_training(run, cut)
            return
        if not self._can_undo(run):
            self._moment, self._earlier = (run.id, run.update), []
            self._before = run.snapshot().network
        recipe, self._is_ours = run.recipe, True
        try:
            self._session.cut(cut)
        except ConfigError as error:
            self.failed.emit(str(error))
            return
        finally:
            self._is_ours = False
        if not (goes_on and self._earlier):
            self._earlier.append(recipe)
        self._tell(run)

    def _cut_in_training(self, run: Run, cut: Cut) -> None:
        """Hand a change to the thread that trains; what it does is told of the network that is shown."""
        shown = self._time_machine.snapshot
        try:
            cut.check(run.recipe.config.layout)
        except ConfigError as error:
            self.failed.emit(str(error))
            return
        self._session.cut(cut)
        if shown is not None and cut.kind != "back":
            self._tell_of(run, shown.update, shown.network, cut_network(shown.network, (cut,)))

    @Slot()
    def _on_undo_requested(self) -> None:
        self.undo()

    def undo(self) -> None:
        """Take the last change back, as long as nothing has been trained since."""
        run = self._session.run
        if run is not None and self._can_undo(run) and not self._session.busy:
            self._go_by(run, self._earlier.pop())

    def return_to(self, recipe: Recipe) -> None:
        """Go by a recipe that the run had since its last update; that can be taken back like any change."""
        run = self._session.run
        if run is not None and self._can_undo(run) and not self._session.busy:
            self._earlier.append(run.recipe)
            self._go_by(run, recipe)

    def _go_by(self, run: Run, recipe: Recipe) -> None:
        self._is_ours = True
        self._session.take_back(recipe)
        self._is_ours = False
        self._tell(run)

    def _can_undo(self, run: Run) -> bool:
        return bool(self._earlier) and self._moment == (run.id, run.update)

    def _tell(self, run: Run) -> None:
        """Say what the changes since the last update did."""
        self._tests.abandon()
        self._show_possible()
        if self._before is None or not self._earlier:
            self._forget_effect()
            return
        self._tell_of(run, run.update, self._before, run.snapshot().network)

    def _tell_of(self, run: Run, update: int, before: Network, after: Network) -> None:
        """Say what became of the drawing's answer, and test what became of all others, where somebody looks."""
        if not self._panel.unit.isVisible():
            self._forget_effect()
            return
        test, pixels = run.data.test, self._drawing.reading.pixels
        answers = None if pixels is None else (predict(before, pixels[None])[0], predict(after, pixels[None])[0])
        self._cut_at = run.id, update
        self._show_effect(Effect(answers))

        def work(report: Report) -> tuple[Evaluation, Evaluation]:
            one = evaluate(before, test, part_of(report, 0.0, 0.5))
            return one, evaluate(after, test, part_of(report, 0.5, 1.0))

        self._tests.start(work, "testing the changed network")

    def _show_effect(self, effect: Effect) -> None:
        self._effect, told = effect, []
        if effect.answers is not None:
            answers, names = map(read_answer, effect.answers), self._drawing.reading.names
            one, other = (f"{names[answer.digit]}, {probability(answer.probability)}" for answer in answers)
            told.append(f"Your drawing: {one} → {other}.")
        if effect.tests is not None:
            accuracy = " → ".join(percent(test.accuracy) for test in effect.tests)
            loss = " → ".join(number(test.loss) for test in effect.tests)
            told.append(f"Test: {accuracy}, loss {loss}.")
        self._panel.unit.show_effect(effect, " ".join(told))

    def _forget_effect(self) -> None:
        self._later.forget()
        self._cut_at = self._effect = None
        self._panel.unit.show_effect(None, "")

    @Slot(object)
    def _on_tested(self, tests: tuple[Evaluation, Evaluation]) -> None:
        if self._effect is not None:
            self._show_effect(replace(self._effect, tests=tests))

    # What training makes of it.

    @Slot()
    def _look_later(self) -> None:
        """Look what has become of the network since it was changed, where somebody wants to know."""
        run, snapshot, effect = self._session.run, self._time_machine.snapshot, self._effect
        if run is None or snapshot is None or effect is None or self._cut_at is None or self._cut_at[0] != run.id:
            return
        since = snapshot.update - self._cut_at[1]
        if since <= 0:
            self._panel.unit.effect.show_effect(effect)
            return
        if not self._panel.unit.shows_effect:
            return
        test, pixels = run.data.test, self._drawing.reading.pixels

        def work(report: Report) -> tuple[Snapshot, Later]:
            answer = None if pixels is None else predict(snapshot.network, pixels[None])[0]
            return snapshot, Later(since, answer, evaluate(snapshot.network, test, report))

        self._later.request(work)

    @Slot(object)
    def _on_later_found(self, found: tuple[Snapshot, Later]) -> None:
        snapshot, later = found
        now = self._time_machine.snapshot
        if self._cut_at is None or now is None or not now.run_id == snapshot.run_id == self._cut_at[0]:
            return
        if now.update > self._cut_at[1]:
            self._panel.unit.effect.show_later(later)

    @Slot(int)
    def _on_story_requested(self, layer: int) -> None:
        run, snapshot = self._session.run, self._time_machine.snapshot
        if run is not None and snapshot is not None:
            self._panel.unit.story.begin(lambda report: find_unit_story(run, run.update, layer, report))

    # What each unit is worth.

    @Slot()
    def _on_worth_requested(self) -> None:
        run, snapshot = self._session.run, self._time_machine.snapshot
        if self._worth.busy:
            self._worth.abandon()
            return
        if run is None or snapshot is None or not hidden_layers(snapshot.network):
            self.failed.emit("This network has no hidden units to be taken away.")
            return
        test, self._worth_at = run.data.test, snapshot
        self._worth.start(lambda report: find_unit_worth(snapshot.network, test, 1, report), "taking units away")

    @Slot(int)
    def _on_table_requested(self, layer: int) -> None:
        run, snapshot = self._session.run, self._time_machine.snapshot
        if run is not None and snapshot is not None:
            test = run.data.test
            self._panel.worth.begin(lambda report: find_unit_worth(snapshot.network, test, layer, report))

    @Slot(float, str)
    def _on_worth_progressed(self, fraction: float, text: str) -> None:
        self._weights.show_work(f"{text}: {100 * fraction:.0f} %. Press again to cancel.")

    @Slot()
    def _on_worth_ended(self) -> None:
        self._weights.show_work("")

    @Slot(object)
    def _on_worth_found(self, worth: UnitWorth) -> None:
        if self._worth_at is not None:
            self._weights.show_worth(worth, self._worth_at.update)

    # What is shown.

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._earlier = []
        self._tests.abandon()
        self._forget_worth()
        self._forget_effect()
        self._panel.unit.story.forget()
        self._panel.worth.forget()
        self._show_possible()

    @Slot(object)
    def _on_recipe_changed(self, recipe: Recipe) -> None:
        self._forget_worth()
        if not self._is_ours:
            # A setting that was changed since must not be taken back along with a cut.
            self._earlier = []
            self._show_possible()

    @Slot(object)
    def _on_moment_shown(self, snapshot: Snapshot) -> None:
        run = self._session.run
        if run is not None and run.id == snapshot.run_id:
            for panel in (self._weights, self._panel.unit):
                panel.show_cuts(run.recipe.cuts_in_force(snapshot.update))
        if self._worth_at is not None and not self._session.busy and snapshot.network is not self._worth_at.network:
            self._forget_worth()
        if self._earlier and run is not None and not self._can_undo(run):
            self._earlier = []
            self._panel.unit.weights.show_outcome("")
            self._show_possible()
        self._look_later()

    @Slot(object)
    def _on_state_changed(self, state: object) -> None:
        self._show_possible()

    @Slot(object)
    def _on_position_changed(self, position: int | None) -> None:
        self._show_possible()

    def _show_possible(self) -> None:
        run = self._session.run
        undo = run is not None and self._can_undo(run) and not self._session.busy
        self._panel.unit.set_possible(live=self._time_machine.position is None, undo=undo)
        self.undo_changed.emit(undo)

    def _forget_worth(self) -> None:
        self._worth.abandon()
        if self._worth_at is not None:
            self._worth_at = None
            self._weights.show_worth(None)
