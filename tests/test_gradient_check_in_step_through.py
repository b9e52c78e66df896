"""The backward pass that is looked at is checked on the spot, and a broken one is found out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.lessons.bugs import BUGS
from core.network.gradient_check import Verdict, backpropagation
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import CHUNK, Trainer
from gui.look.theme import THEMES, applied, mix
from gui.widgets.stages.stage_check import VERDICT
from gui.widgets.stages.stage_side import CHECK
from tests.step_through import DATA, go_to, settle


def test_check_this_gradient(open_step_through, qtbot):
    panel, _ = open_step_through()
    go_to(panel, "dW2")
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked) as checked:
        QTest.mouseClick(panel.view.side.check.check, Qt.MouseButton.LeftButton)
    (check,) = checked.args[0]
    row, column = panel.view.walk.cell
    assert check.verdict is Verdict.AGREES
    assert check.analytic == pytest.approx(float(panel.explanation.gradient.weights[1][row, column]), rel=1e-3)
    assert "agree" in panel.view.side.check.verdict.text()
    assert panel.view.side.check.facts.isVisible()
    # Whether one image is followed or the batch is looked at, it is the loss of the batch that is checked.
    assert not panel.view.walk.whole_batch
    assert panel.view.side.check.values[4][1].text() == "all 64 of the batch"
    panel.go_to_stage(panel.view.walk.place + 1)
    assert not panel.view.side.check.facts.isVisible()


def test_a_check_says_which_images_of_a_large_batch_it_was_made_on(open_step_through, qtbot):
    panel, _ = open_step_through(batch_size=None, updates=40)
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.check, Qt.MouseButton.LeftButton)
    assert panel.view.side.check.values[4][1].text() == f"{CHUNK} of the batch's {len(DATA)}"


def test_check_a_random_sample(open_step_through, qtbot):
    panel, _ = open_step_through(hidden=(12, 9), activation="tanh")
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    assert panel.view.side.check.verdict.text().startswith("✓ 36 of 36 agree")
    assert panel.view.side.check.table.model().rowCount() == 36
    go_to(panel, "loss")
    assert panel.view.side.check.table.isVisible()


def test_a_broken_backward_pass_is_found_out(open_step_through, qtbot):
    panel, _ = open_step_through()
    panel.explainer.gradient = BUGS["sign_flipped"].gradient
    panel.view.side.pages.choose(CHECK)
    with qtbot.waitSignal(panel.explainer.checked):
        QTest.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    page = panel.view.side.check
    assert page.verdict.text().startswith("✗")
    assert "bug" in page.verdict.text()
    for theme in THEMES.values():
        applied.set_theme(theme)
        colors = {}
        for row in range(page._rows.rowCount()):
            item = page._rows.item(row, 3)
            colors.setdefault(item.data(VERDICT), set()).add(item.background().color().name())
        assert colors[Verdict.DIFFERS] == {mix(theme.surface, theme.error, 0.3).name()}
        assert Verdict.AGREES not in colors or colors[Verdict.AGREES] != colors[Verdict.DIFFERS]


def test_what_a_check_found_is_gone_once_another_backward_pass_is_examined(open_step_through, qtbot):
    panel, _ = open_step_through()
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


def test_a_check_under_way_tells_nothing_of_the_backward_pass_that_took_the_place_of_its_own(open_step_through, qtbot):
    panel, _ = open_step_through()
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


def test_a_check_of_another_run_at_the_same_update_is_gone(qtbot, open_step_through):
    panel, session = open_step_through()
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
