"""The microscope as a person uses it: walk with mouse and keys, point at cells, check, predict, finish the update."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from small_data import small_dataset

from core.config import TrainingConfig
from core.explanation.stages import PARAMETER_STAGES, Stage, StageKind, values
from core.explanation.update import UpdateSource
from core.gradient_check import Verdict, backpropagation
from core.lessons.bugs import BUGS
from core.network import Network
from core.recipe import Recipe
from core.snapshot import Snapshot
from core.text.number_text import number
from core.trainer import CHUNK, Trainer
from gui.look.theme import DARK, LIGHT
from gui.panels.step_through import StepThroughPanel
from gui.widgets.stages.stage_prediction import FALLS, RISES
from gui.widgets.stages.stage_side import CHECK, PREDICT

DATA = small_dataset(700, 8)


class Session:
    """A run that answers the panel's wishes, as the window's session does."""

    def __init__(self, panel, **settings):
        self.panel = panel
        self.trainer = Trainer(Recipe(TrainingConfig(**settings)), DATA)
        self.state = self.trainer.initial_state()
        for _ in range(12):
            self.trainer.step(self.state)
        self.run_id = "run"
        self.requests = []
        panel.explanation_requested.connect(self.on_requested)
        panel.finish_update_requested.connect(self.on_finish)

    def snapshot(self):
        config = self.trainer.recipe.config
        network = Network(self.state.parameters.frozen(), config.activation)
        return Snapshot(network, self.state.update, 0.0, self.run_id, config)

    def on_requested(self, update):
        self.requests.append(update)
        self.panel.show_source(UpdateSource(self.run_id, self.trainer.recipe, DATA, self.state.copy()))

    def on_finish(self):
        self.trainer.step(self.state)
        self.panel.show_snapshot(self.snapshot())


@pytest.fixture
def open_panel(qtbot):
    panels = []

    def open_it(**settings):
        panel = StepThroughPanel()
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(860, 720)
        panel.set_theme(LIGHT)
        panel.show()
        session = Session(panel, **settings)
        panel.show_snapshot(session.snapshot())
        qtbot.waitUntil(lambda: panel.explanation is not None)
        return panel, session

    yield open_it
    for panel in panels:
        panel.close_down()


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.explainer.busy)


def go_to(panel, kind, layer=0):
    panel.go_to_stage(panel.view.walk.stages.index(Stage(kind, layer)))


def move_to(widget, x, y):
    """Move the pointer without a button; offscreen, QTest's own moves do not reach widgets that track the mouse."""
    at = QPointF(x, y)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, move)


def click(widget, point):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point.toPoint())


def test_it_opens_at_the_picture_of_the_present_update(open_panel):
    panel, session = open_panel()
    assert session.requests == [12]
    assert panel.explanation.update == 12
    assert panel.view.walk.stage == Stage(StageKind.INPUT)
    assert panel.view.head.title.text() == "x: the picture (784)"
    assert np.array_equal(panel.view.picture.ink.values.ravel(), panel.explanation.inputs[0])
    assert "update 13" in panel.view.controls.where.text()


def test_keys_walk_through_every_stage_and_then_finish_the_update(open_panel, qtbot):
    panel, session = open_panel()
    titles = [panel.view.head.title.text()]
    for _ in range(len(panel.view.walk.stages) - 1):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
        titles.append(panel.view.head.title.text())
    assert len(set(titles)) == len(panel.view.walk.stages)
    assert session.state.update == 12
    after = panel.explanation.after
    with qtbot.waitSignal(panel.finish_update_requested):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert panel.explanation.before.vector.tobytes() == after.vector.tobytes()
    assert panel.view.walk.place == 0

    QTest.keyClick(panel.view, Qt.Key.Key_End)
    assert panel.view.walk.is_last
    QTest.keyClick(panel.view, Qt.Key.Key_Left)
    assert panel.view.walk.place == len(panel.view.walk.stages) - 2
    QTest.keyClick(panel.view, Qt.Key.Key_Home)
    assert panel.view.walk.place == 0
    assert not panel.view.controls.back.isEnabled()


def test_boxes_of_the_chain_can_be_clicked(open_panel):
    panel, _ = open_panel()
    for place in (1, 5, 6, 9, len(panel.view.walk.stages) - 1):
        click(panel.view.chain, panel.view.chain.box(place).center())
        assert panel.view.walk.place == place
    assert panel.view.chain.stage_at(-5, -5) is None


def test_play_walks_by_itself_and_space_holds_it(open_panel, qtbot):
    panel, _ = open_panel()
    panel.view.controls.speed.setCurrentIndex(3)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.view.walk.place >= 2)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert not panel.view.controls.play.isChecked()
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    panel.hide()
    assert not panel.view.controls.play.isChecked()


def test_play_goes_on_with_the_next_update(open_panel, qtbot):
    panel, session = open_panel()
    panel.view.controls.speed.setCurrentIndex(3)
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    QTest.mouseClick(panel.view.controls.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13 and panel.view.walk.place >= 1)
    assert session.state.update == 13


def test_pointing_at_a_bar_shows_its_terms_and_leaving_returns(open_panel):
    panel, _ = open_panel()
    go_to(panel, StageKind.SUM)
    chosen = panel.view.walk.cell
    other = (chosen[0] + 1) % 10
    bars = panel.view.picture.bars
    middle = bars.row(other).center()
    move_to(bars, middle.x(), middle.y())
    assert panel.view.side.terms.terms.symbol == f"z₁[{other}]"
    assert panel.view.side.terms.terms.value == panel.explanation.passed.sums[0][0, other]
    assert panel.view.words.formula.text().startswith(f"z₁[{other}]")
    assert panel.view.side.terms.body.currentWidget() is panel.view.side.terms.picture
    QApplication.sendEvent(bars, QEvent(QEvent.Type.Leave))
    assert panel.view.side.terms.terms.symbol == f"z₁[{chosen[0]}]"

    click(bars, middle)
    assert panel.view.walk.cell == (other,)
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    assert panel.view.walk.cell[1] == other


def test_a_pixel_of_dw1_shows_its_terms_beside_weight_gradient_and_change(open_panel):
    panel, _ = open_panel()
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    tiles, explanation = panel.view.picture.tiles, panel.explanation
    click(tiles.grid, tiles.grid.tile_rect(4).center())
    assert panel.view.walk.cell[1] == 4
    rect = tiles.gradient.cell_rect((9, 13))
    click(tiles.gradient, rect.center())
    pixel = 9 * 28 + 13
    assert panel.view.walk.cell == (pixel, 4)
    gradient = values(explanation, Stage(StageKind.WEIGHT_GRADIENT, 0), 0)
    assert panel.view.side.terms.terms.value == pytest.approx(float(gradient[pixel, 4]))
    assert np.array_equal(tiles.weight.values.ravel(), explanation.before.weights[0][:, 4])
    assert np.array_equal(tiles.gradient.values.ravel(), gradient[:, 4])
    assert np.array_equal(tiles.change.values.ravel(), explanation.change.weights[0][:, 4])
    rect = tiles.weight.cell_rect((2, 3))
    move_to(tiles.weight, rect.center().x(), rect.center().y())
    assert panel.view.side.terms.terms.symbol == f"dW₁[{2 * 28 + 3}, 4]"


def test_terms_table_holds_factors_products_and_extras(open_panel):
    panel, _ = open_panel()
    go_to(panel, StageKind.SUM, 1)
    terms, model = panel.view.side.terms.terms, panel.view.side.terms.model
    assert model.rowCount() == 11
    assert model.columnCount() == 4
    header = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert header == ["unit", "a₁", "W₂", "product"]
    largest = int(np.abs(terms.products).argmax())
    shown = model.index(largest, 3).data().replace("−", "-")
    assert float(shown) == pytest.approx(terms.products[largest], rel=0.01)
    assert model.index(10, 0).data() == terms.extras[0][0]
    assert model.index(10, 1).data() == ""


def test_another_picture_of_the_batch_by_thumbnail_and_by_number(open_panel):
    panel, _ = open_panel()
    strip = panel.view.examples.strip
    click(strip, strip.rect_of(3).center())
    assert panel.view.walk.example == 3
    assert np.array_equal(panel.view.picture.ink.values.ravel(), panel.explanation.inputs[3])
    panel.view.examples.number.setValue(60)
    assert panel.view.walk.example == 59
    assert strip.rect_of(59).right() <= strip.width()


def test_the_path_leads_through_what_matters_until_a_unit_is_chosen(open_panel, qtbot):
    panel, _ = open_panel()
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    for example in (5, 9):
        click(panel.view.examples.strip, panel.view.examples.strip.rect_of(example).center())
        explanation = panel.explanation
        assert explanation.inputs[example, panel.view.walk.cell[0]] == explanation.inputs[example].max()
        assert panel.view.side.terms.terms.value != 0
    click(panel.view.picture.tiles.grid, panel.view.picture.tiles.grid.tile_rect(2).center())
    pixel = panel.view.walk.cell[0]
    click(panel.view.examples.strip, panel.view.examples.strip.rect_of(1).center())
    assert panel.view.walk.cell == (pixel, 2)
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    go_to(panel, StageKind.SUM)
    assert panel.view.walk.cell == (2,)
    label = panel.explanation.labels[panel.view.walk.picture]
    go_to(panel, StageKind.SOFTMAX, 1)
    assert panel.view.walk.cell == (label,)


def test_the_batch_as_a_whole(open_panel):
    panel, _ = open_panel()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert panel.view.walk.example is None
    assert panel.view.picture.currentWidget() is panel.view.picture.montage
    assert panel.view.picture.montage.values.shape == (8 * 28, 8 * 28)
    go_to(panel, StageKind.SUM)
    cells = panel.view.picture.cells
    assert np.array_equal(cells.values, panel.explanation.passed.sums[0])
    rect = cells.cell_rect((20, 6))
    move_to(cells, rect.center().x(), rect.center().y())
    assert panel.view.side.terms.terms.value == panel.explanation.passed.sums[0][20, 6]
    go_to(panel, StageKind.WEIGHT_GRADIENT, 1)
    assert np.array_equal(cells.values, panel.explanation.gradient.weights[1])
    go_to(panel, StageKind.LOSS, 1)
    assert len(panel.view.picture.many_bars.values) == 64

    go_to(panel, StageKind.SUM)
    click(cells, rect.center())
    assert panel.view.walk.example == 20
    assert panel.view.walk.cell == (6,)


def test_a_tile_of_all_pictures_leads_to_that_picture(open_panel):
    panel, _ = open_panel()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    montage = panel.view.picture.montage
    point = montage.cell_rect((28 + 5, 2 * 28 + 7)).center().toPoint()
    row, column = montage.cell_at(point.x(), point.y())
    click(montage, QPointF(point))
    assert panel.view.walk.example == 8 + 2
    assert panel.view.walk.cell == ((row - 28) * 28 + column - 2 * 28,)


def test_the_update_of_any_layer(open_panel):
    panel, _ = open_panel()
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    assert panel.view.head.part.isVisible()
    assert [panel.view.head.part.itemText(place) for place in range(panel.view.head.part.count())] == [
        "W₁",
        "b₁",
        "W₂",
        "b₂",
    ]
    panel.view.head.part.setCurrentIndex(3)
    panel.view.head.part.activated.emit(3)
    assert np.array_equal(
        panel.view.picture.bars.values.astype(np.float32), panel.explanation.change.biases[1].astype(np.float32)
    )
    assert panel.view.side.terms.terms.symbol.startswith("b₂[")


def test_check_this_gradient(open_panel, qtbot):
    panel, _ = open_panel()
    go_to(panel, StageKind.WEIGHT_GRADIENT, 1)
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked) as checked:
        QTest.mouseClick(panel.view.side.check.check, Qt.MouseButton.LeftButton)
    (check,) = checked.args[0]
    row, column = panel.view.walk.cell
    assert check.verdict is Verdict.AGREES
    assert check.analytic == pytest.approx(float(panel.explanation.gradient.weights[1][row, column]), rel=1e-3)
    assert "agree" in panel.view.side.check.verdict.text()
    assert panel.view.side.check.facts.isVisible()
    # Whether one picture is followed or the batch is looked at, it is the loss of the batch that is checked.
    assert not panel.view.walk.whole_batch
    assert panel.view.side.check.values[4][1].text() == "all 64 of the batch"
    panel.go_to_stage(panel.view.walk.place + 1)
    assert not panel.view.side.check.facts.isVisible()


def test_a_check_says_which_pictures_of_a_large_batch_it_was_made_on(open_panel, qtbot):
    panel, _ = open_panel(batch_size=None, updates=40)
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.check, Qt.MouseButton.LeftButton)
    assert panel.view.side.check.values[4][1].text() == f"{CHUNK} of the batch's {len(DATA)}"


def test_check_a_random_sample(open_panel, qtbot):
    panel, _ = open_panel(hidden=(12, 9), activation="tanh")
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    assert panel.view.side.check.verdict.text().startswith("✓ 36 of 36 agree")
    assert panel.view.side.check.table.model().rowCount() == 36
    go_to(panel, StageKind.LOSS, 2)
    assert panel.view.side.check.table.isVisible()


def test_a_broken_backward_pass_is_found_out(open_panel, qtbot):
    panel, _ = open_panel()
    panel.explainer.gradient = BUGS["sign_flipped"].gradient
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    assert panel.view.side.check.verdict.text().startswith("✗")
    assert "bug" in panel.view.side.check.verdict.text()


def test_what_a_check_found_is_gone_once_another_backward_pass_is_examined(open_panel, qtbot):
    panel, _ = open_panel()
    page = panel.view.side.check
    panel.view.side.pages.choose(CHECK)
    for button, found in ((page.sample, page.table), (page.check, page.facts)):
        with qtbot.waitSignal(panel.explainer.checked):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert found.isVisible()
        before = page.verdict.text()
        panel.explainer.gradient = BUGS["sign_flipped"].gradient
        assert not found.isVisible()
        assert page.verdict.text() != before
        panel.explainer.gradient = backpropagation


def test_a_check_under_way_tells_nothing_of_the_backward_pass_that_took_the_place_of_its_own(open_panel, qtbot):
    panel, _ = open_panel()
    checked = []
    panel.explainer.checked.connect(checked.append)
    QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    assert panel.explainer.busy
    panel.explainer.gradient = BUGS["sign_flipped"].gradient
    settle(qtbot, panel)
    assert checked == []
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    assert panel.view.side.check.verdict.text().startswith("✗")


def test_a_cancelled_explanation_can_be_asked_for_again(open_panel, qtbot):
    panel, session = open_panel(batch_size=None, updates=40)
    session.trainer.step(session.state)
    panel.show_source(UpdateSource("run", session.trainer.recipe, DATA, session.state.copy()))
    panel.explainer.cancel()
    settle(qtbot, panel)
    assert panel.explanation.update == 12
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert session.state.update == 13


@pytest.mark.parametrize("direction", [RISES, FALLS])
def test_predict_then_reveal(open_panel, qtbot, direction):
    panel, _ = open_panel()
    go_to(panel, StageKind.WEIGHT_GRADIENT, 1)
    panel.view.side.pages.choose(PREDICT)
    page, explanation = panel.view.side.prediction, panel.explanation
    change = explanation.change.weights[1][panel.view.walk.cell]
    assert change != 0
    QTest.mouseClick(page.direction.button(direction), Qt.MouseButton.LeftButton)
    page.fall.setValue(0.25)
    QTest.mouseClick(page.reveal, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    text = page.outcome.text()
    assert text.startswith("✓" if (change > 0) == (direction == RISES) else "✗")
    assert f"] {'rose' if change > 0 else 'fell'} by" in text
    assert "you said 0.250" in text
    assert page.prediction is None


def test_a_prediction_is_not_judged_if_the_run_went_elsewhere(open_panel, qtbot):
    panel, session = open_panel()
    panel.finish_update_requested.disconnect(session.on_finish)
    QTest.mouseClick(panel.view.side.prediction.reveal, Qt.MouseButton.LeftButton)
    session.trainer.step(session.state)
    session.state.parameters.vector[:] *= 2
    panel.show_snapshot(session.snapshot())
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert "nothing to compare" in panel.view.side.prediction.outcome.text()


def test_no_update_is_made_where_none_can_be(open_panel):
    panel, session = open_panel()
    panel.allow_finish(False)
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert session.state.update == 12
    assert not panel.view.controls.finish.isEnabled()
    assert not panel.view.side.prediction.reveal.isEnabled()


def test_a_session_that_takes_its_time_is_asked_once(open_panel, qtbot):
    panel, session = open_panel()
    panel.finish_update_requested.disconnect(session.on_finish)
    requests = []
    panel.finish_update_requested.connect(lambda: requests.append(panel.allow_finish(False)))
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    for _ in range(3):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert len(requests) == 1
    # The update is made, and the session at rest again, before the new moment is shown.
    session.trainer.step(session.state)
    panel.allow_finish(True)
    panel.show_snapshot(session.snapshot())
    QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert len(requests) == 1
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert panel.view.walk.place == 0


def test_a_session_that_failed_can_be_asked_again(open_panel):
    panel, session = open_panel()
    panel.finish_update_requested.disconnect(session.on_finish)
    requests = []
    panel.finish_update_requested.connect(lambda: requests.append(panel.allow_finish(False)))
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    panel.allow_finish(True)
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    assert len(requests) == 2


def test_it_follows_training_and_ends_at_the_last_update(open_panel, qtbot):
    panel, session = open_panel()
    go_to(panel, StageKind.SOFTMAX, 1)
    for _ in range(30):
        session.trainer.step(session.state)
        panel.show_snapshot(session.snapshot())
        qtbot.wait(5)
    qtbot.waitUntil(lambda: panel.explanation.update == 42)
    assert panel.view.walk.stage.kind is StageKind.SOFTMAX
    assert len(session.requests) < 20


def test_hidden_it_asks_for_nothing_and_shown_it_catches_up(open_panel, qtbot):
    panel, session = open_panel()
    panel.hide()
    session.trainer.step(session.state)
    panel.show_snapshot(session.snapshot())
    qtbot.wait(300)
    assert session.requests == [12]
    panel.show()
    qtbot.waitUntil(lambda: panel.explanation.update == 13)


def test_a_turned_knob_is_taken_up(open_panel, qtbot):
    panel, session = open_panel()
    qtbot.wait(300)
    panel.show_recipe(Recipe(TrainingConfig()))
    assert session.requests == [12]
    session.trainer.follow(session.trainer.recipe.with_event(12, learning_rate=0.7))
    panel.show_recipe(session.trainer.recipe)
    qtbot.waitUntil(lambda: panel.explanation.learning_rate == 0.7)
    assert "rate 0.7" in panel.view.controls.where.text()


def test_another_run_with_other_layers(open_panel, qtbot):
    panel, _ = open_panel()
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    other = Trainer(Recipe(TrainingConfig(hidden=(), activation="tanh")), DATA)
    panel.show_source(UpdateSource("other", other.recipe, DATA, other.initial_state()))
    qtbot.waitUntil(lambda: panel.explanation.layer_sizes == (784, 10))
    assert len(panel.view.walk.stages) == 8
    assert panel.view.walk.is_last
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    assert panel.view.picture.currentWidget() is panel.view.picture.tiles


def test_a_full_batch_shows_the_chunk_of_the_chosen_picture(open_panel, qtbot):
    panel, _ = open_panel(batch_size=None, updates=40)
    assert panel.explanation.first == 0
    panel.view.examples.number.setValue(CHUNK + 31)
    qtbot.waitUntil(lambda: panel.explanation.first == CHUNK)
    assert panel.view.walk.example == CHUNK + 30
    assert np.array_equal(panel.view.picture.ink.values.ravel(), panel.explanation.inputs[30])


def test_the_newest_wish_wins_and_closing_ends_the_thread(open_panel, qtbot):
    panel, session = open_panel(batch_size=None, updates=40)
    for example in (600, 5, 601):
        panel.explainer.explain(UpdateSource("run", session.trainer.recipe, DATA, session.state.copy()), example)
    explained = []
    panel.explainer.explained.connect(explained.append)
    settle(qtbot, panel)
    assert [explanation.first for explanation in explained] == [CHUNK]
    panel.explainer.explain(UpdateSource("run", session.trainer.recipe, DATA, session.state.copy()), 0)
    panel.close_down()
    assert not panel.explainer.busy


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "settings", [{}, {"hidden": (128,)}, {"hidden": (40, 12, 9), "activation": "sigmoid"}], ids=str
)
@pytest.mark.parametrize("whole_batch", [False, True], ids=["picture", "batch"])
def test_every_stage_is_drawn_in_the_smallest_window(open_panel, settings, theme, whole_batch):
    panel, _ = open_panel(**settings)
    panel.set_theme(theme)
    panel.resize(460, 480)
    panel.view.examples.scope.choose(int(whole_batch))
    assert (panel.width(), panel.height()) == (460, 480)
    pictures = set()
    for place in range(len(panel.view.walk.stages)):
        panel.go_to_stage(place)
        QApplication.processEvents()
        pictures.add(bytes(panel.grab().toImage().constBits()))
        assert panel.view.words.formula.height() + panel.view.words.sentence.height() <= panel.view.words.height()
        assert panel.view.picture.height() >= 120
        if panel.view.walk.stage.kind in PARAMETER_STAGES:
            assert panel.view.side.terms.terms is not None
    assert len(pictures) == len(panel.view.walk.stages)


def test_the_terms_of_the_whole_batch_say_what_is_multiplied(qtbot, open_panel):
    panel, _ = open_panel()
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    assert "times the sum of" in panel.view.side.terms.rule.text()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert panel.view.walk.whole_batch
    rule = panel.view.side.terms.rule
    assert rule.isVisible()
    assert rule.text().startswith("for each picture, what came from row")
    assert "times the gradient at unit" in rule.text()


def test_a_check_of_another_run_at_the_same_update_is_gone(qtbot, open_panel):
    panel, session = open_panel()
    panel.view.side.pages.choose(CHECK)
    QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.view.side.check.table.isHidden())
    session.trainer = Trainer(Recipe(TrainingConfig(seed=1)), DATA)
    session.state, session.run_id = session.trainer.initial_state(), "other"
    session.state.update = panel.explanation.update
    before = panel.explanation
    panel.show_snapshot(session.snapshot())
    qtbot.waitUntil(lambda: panel.explanation is not before)
    assert panel.view.side.check.table.isHidden()


@pytest.mark.parametrize("hidden", [(10,), (16, 12), ()])
def test_nothing_moves_from_stage_to_stage(qtbot, open_panel, hidden):
    panel, _ = open_panel(hidden=hidden)
    places = set()
    for place in range(len(panel.view.walk.stages)):
        panel.go_to_stage(place)
        QApplication.processEvents()
        places.add((panel.view.words.y(), panel.view.body.geometry().getRect(), panel.view.controls.y()))
    assert panel.view.head.part.isVisible()
    assert len(places) == 1


def test_the_chain_frames_what_a_stage_is_made_of_and_the_head_shows_its_link_of_the_chain_rule(open_panel):
    panel, _ = open_panel()
    view = panel.view
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    stages = view.walk.stages
    assert view.chain._sources == (0, stages.index(Stage(StageKind.SUM_GRADIENT, 0)))
    assert view.head.chain_rule.isVisible()
    assert view.head.chain_rule.text() == "∂loss/∂W₁ = ∂loss/∂z₁ · ∂z₁/∂W₁"
    assert not view.head.part.isVisible()
    go_to(panel, StageKind.SUM)
    assert view.head.chain_rule.text() == ""
    panel.go_to_stage(len(stages) - 1)
    assert view.chain._sources == (stages.index(Stage(StageKind.WEIGHT_GRADIENT, 0)),)
    assert not view.head.chain_rule.isVisible()


def test_pointed_at_a_formula_says_what_its_symbols_mean(open_panel):
    panel, _ = open_panel()
    go_to(panel, StageKind.SUM)
    formula = panel.view.words.formula
    assert formula.toolTip().startswith(formula.text())
    assert "W₁[i, j]: weight from pixel i to unit j" in formula.toolTip()


def test_the_terms_say_how_the_number_comes_of_their_sum(open_panel):
    panel, _ = open_panel(activation="tanh")
    terms = panel.view.side.terms
    for kind, layer in ((StageKind.WEIGHT_GRADIENT, 0), (StageKind.SOFTMAX, 1), (StageKind.SUM_GRADIENT, 1)):
        go_to(panel, kind, layer)
        said, worked = terms.total.text().split("; ")
        product, value = worked.replace("−", "-").split(" = ")
        made = eval(product.replace("·", "*"))
        assert made == pytest.approx(float(value), rel=0.02)
        assert float(value) == pytest.approx(terms.terms.value, rel=0.01)
        assert said.startswith("sum ")
        first, multiplier = terms.terms.multipliers[0]
        assert f"{first} = {number(multiplier)}" in terms.rule.text()
    go_to(panel, StageKind.SOFTMAX, 1)
    assert "max is the largest of the sums" in terms.rule.text()
    assert terms.model.headerData(2, Qt.Orientation.Horizontal) == "e^(z₂ − max)"


def test_losses_of_a_full_batch_are_those_of_the_pictures_that_can_be_followed(open_panel, qtbot):
    panel, _ = open_panel(batch_size=None, updates=40)
    panel.view.examples.number.setValue(CHUNK + 31)
    qtbot.waitUntil(lambda: panel.explanation.first == CHUNK)
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    go_to(panel, StageKind.LOSS, 1)
    bars = panel.view.picture.many_bars
    assert np.array_equal(bars.values, panel.explanation.losses[CHUNK:])
    assert bars.accessibleName() == f"loss of pictures {CHUNK + 1} to {len(DATA)}"
    click(bars, bars._cell(5).center())
    assert panel.view.walk.example == CHUNK + 5


def test_the_tiles_say_whose_gradient_they_show(open_panel):
    panel, _ = open_panel()
    tiles = panel.view.picture.tiles
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    assert tiles.caption.text() == "dW₁ by unit"
    assert tiles.gradient.accessibleName() == "dW₁, this picture"
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert tiles.gradient.accessibleName() == "dW₁"
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    assert tiles.caption.text() == "change by unit"


def test_no_tile_is_cut_off_at_its_side(open_panel):
    panel, _ = open_panel(hidden=(32,))
    tiles = panel.view.picture.tiles
    for width, height in ((860, 720), (500, 400), (1200, 900), (620, 560)):
        panel.go_to_stage(0)
        panel.resize(width, height)
        QApplication.processEvents()
        go_to(panel, StageKind.WEIGHT_GRADIENT)
        QApplication.processEvents()
        assert max(tiles.grid.tile_rect(tile).right() for tile in range(32)) <= tiles._scroll.viewport().width()


def test_the_change_is_not_given_away_beside_the_question_what_it_will_be(open_panel):
    panel, _ = open_panel()
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    tiles = panel.view.picture.tiles
    place = tiles.gradient.geometry()
    assert tiles.change.isVisible()
    panel.view.side.pages.choose(PREDICT)
    QApplication.processEvents()
    assert not tiles.change.isVisible()
    assert tiles.gradient.geometry() == place
    panel.view.side.pages.choose(0)
    assert tiles.change.isVisible()
