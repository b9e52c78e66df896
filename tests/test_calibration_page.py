"""The page Calibration of Evaluate: live, on the test set and on my digits, and never without saying so."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.network.network import Network
from core.network.prediction import logits_by_chunk
from core.runs.snapshot import Snapshot
from core.training.calibration import fit_temperature, reliability
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from core.training.validation import validation_set
from gui.controllers.calibration_links import CalibrationLinks
from gui.look.formatting import percent
from gui.panels.drawing import DrawingPanel
from gui.panels.evaluation import EvaluationPanel
from gui.panels.my_digits import MyDigitsPanel
from gui.session.task_slot import close_threads
from gui.widgets.calibration import calibration_page
from tests.layout import laid_out
from tests.small_data import small_pair

DATA = small_pair(train=900, test=300)


def snapshot_at(updates, **settings):
    config = TrainingConfig(**settings)
    trainer = Trainer(Recipe(config), DATA.train)
    state = trainer.initial_state()
    for _ in range(updates):
        trainer.step(state)
    return Snapshot(Network(state.parameters.frozen()), updates, 0.0, "run", config)


def logits_of(snapshot, images):
    return np.concatenate([found.copy() for _, found in logits_by_chunk(snapshot.network, images)])


@pytest.fixture
def panel(qtbot):
    widget = EvaluationPanel()
    qtbot.addWidget(widget)
    widget.resize(700, 600)
    widget.show_data(DATA)
    widget.show_snapshot(snapshot_at(40))
    widget.show()
    QTest.mouseClick(widget.pages.button(1), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Update 40" in widget.calibration.sentence.text(), timeout=30_000)
    yield laid_out(widget)
    close_threads(widget)


def test_it_shows_the_reliability_of_the_moment(panel, qtbot):
    page, snapshot = panel.calibration, snapshot_at(40)
    found = reliability(logits_of(snapshot, DATA.test.images), DATA.test.labels)
    assert [page.plot.part_name(part).split(":")[1].split()[0] for part in range(10)] == [
        "no" if not count else f"{count:,}" for count in found.counts
    ]
    assert "300 test images" in page.sentence.text()
    panel.show_snapshot(snapshot_at(41))
    qtbot.waitUntil(lambda: "Update 41" in page.sentence.text(), timeout=30_000)


def test_the_slider_changes_confidence_and_not_accuracy_and_leads_back(panel):
    page = panel.calibration
    before = page.sentence.text()
    page.temperature.slider.setFocus()
    for _ in range(10):
        QTest.keyClick(page.temperature.slider, Qt.Key.Key_Right)
    assert page.temperature.temperature == pytest.approx(10**0.2)
    assert "at T = 1" in page.sentence.text()
    logits = logits_of(snapshot_at(40), DATA.test.images)
    found = reliability(logits, DATA.test.labels, page.temperature.temperature)
    assert f"{percent(found.share_right)} right" in page.sentence.text()
    QTest.mouseClick(page.temperature.back, Qt.MouseButton.LeftButton)
    assert page.sentence.text() == before


@pytest.mark.parametrize("validation", [0, 200])
def test_the_temperature_is_fitted_on_what_is_no_test_image(panel, qtbot, validation):
    page, snapshot = panel.calibration, snapshot_at(40, validation=validation)
    panel.show_snapshot(snapshot)
    with qtbot.waitSignal(page.fit_button.done, timeout=30_000):
        QTest.mouseClick(page.fit_button.button, Qt.MouseButton.LeftButton)
    images = validation_set(snapshot.config, DATA.train) or DATA.train
    expected = fit_temperature(logits_of(snapshot, images.images), images.labels)
    assert page.temperature.temperature == pytest.approx(expected, rel=1e-3)
    assert f"Fitted on {len(images):,} {'validation' if validation else 'training'} images" in page.fitted.text()


def test_the_answer_says_at_which_temperature_its_bars_are(panel, qtbot):
    drawing, digits = DrawingPanel(), MyDigitsPanel()
    for widget in (drawing, digits):
        qtbot.addWidget(widget)
    links = CalibrationLinks(panel, drawing, digits)
    drawing.show()
    drawing.reader_box.set_run("Run 1", is_untrained=False)
    drawing.show_snapshot(snapshot_at(40))
    drawing.show_example(DATA.test.images[0].reshape(28, 28))
    bars, page = drawing.answer_page.bars, panel.calibration
    qtbot.waitUntil(lambda: "%" in bars.accessible_value(), timeout=30_000)
    before = bars.accessible_value()
    assert not drawing.answer_page.note.isVisible()
    page.temperature.set_temperature(5.0)
    assert drawing.answer_page.note.isVisible()
    assert bars.accessible_value() != before
    drawing.answer_page.temperature_back_requested.emit()
    assert page.temperature.temperature == 1
    assert bars.accessible_value() == before
    assert not drawing.answer_page.note.isVisible()
    links.deleteLater()
    close_threads(drawing)
    close_threads(digits)


def test_my_digits_are_measured_where_there_are_some(panel, qtbot):
    page = panel.calibration
    assert not page.source.button(1).isEnabled()
    page.set_own_digits(DATA.test.take(np.arange(7), "mine"))
    QTest.mouseClick(page.source.button(1), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "7 digits of mine" in page.sentence.text(), timeout=30_000)
    page.set_own_digits(None)
    assert page.source.choice == 0
    qtbot.waitUntil(lambda: "300 test images" in page.sentence.text(), timeout=30_000)


def test_hidden_it_measures_nothing(panel, qtbot):
    page = panel.calibration
    panel.hide()
    panel.show_snapshot(snapshot_at(42))
    qtbot.wait(50)
    assert not page._slot.busy
    panel.show()
    qtbot.waitUntil(lambda: "Update 42" in page.sentence.text(), timeout=30_000)


def test_measuring_that_takes_long_says_how_far_it_is_and_can_be_cancelled(panel, qtbot, monkeypatch):
    page, go_on = panel.calibration, threading.Event()
    chunks = calibration_page.logits_by_chunk

    def one_then_wait(network, images):
        for place, found in enumerate(chunks(network, images)):
            if place == 1:
                go_on.wait(60)
            yield found

    monkeypatch.setattr(calibration_page, "logits_by_chunk", one_then_wait)
    data = small_pair(train=900, test=3000)
    panel.show_data(data)
    panel.show_snapshot(snapshot_at(41))
    qtbot.waitUntil(page.cancel.isVisible, timeout=30_000)
    qtbot.waitUntil(lambda: page.cancel.text() not in ("Cancel, 0 %", "Cancel"), timeout=30_000)
    assert page.sentence.text().startswith("Looking at the images of this moment: ")
    QTest.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    go_on.set()
    assert not page.cancel.isVisible()
    assert page.sentence.text() == "Cancelled: the next moment is measured again."
    panel.show_snapshot(snapshot_at(42))
    qtbot.waitUntil(lambda: "Update 42, 3,000 test images" in page.sentence.text(), timeout=30_000)
