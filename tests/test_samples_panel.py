"""The sample browser shows the right images with the right answers."""

import numpy as np
import pytest

from core.network.prediction import predict
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.panels.samples import SamplesPanel
from gui.session.task_slot import close_threads
from gui.widgets.sample_grid import PROBABILITIES
from tests.layout import laid_out
from tests.small_data import small_pair


@pytest.fixture
def data():
    return small_pair()


@pytest.fixture
def snapshot(data):
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=2)), data)
    while not run.finished:
        run.step()
    return run.snapshot()


@pytest.fixture
def panel(qtbot, data):
    panel = SamplesPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 500)
    panel.show_data(data)
    panel.show()
    laid_out(panel)
    return panel


def shown(panel, row):
    return panel.view.model().index(row).data(PROBABILITIES)


def test_a_narrow_panel_ends_the_line_above_the_images_with_dots(panel):
    panel.resize(280, 400)
    laid_out(panel)
    assert "right the prediction" in panel._caption.toolTip()
    assert panel._caption.geometry().right() < panel.width()
    assert panel.minimumSizeHint().width() <= 280


def test_the_images_in_view_get_the_networks_answers(qtbot, panel, data, snapshot):
    panel.show_snapshot(snapshot)
    qtbot.waitUntil(lambda: shown(panel, 0) is not None)
    expected = predict(snapshot.network, data.test.images[:5])
    for row in range(5):
        assert np.allclose(shown(panel, row), expected[row], atol=1e-6)


def test_images_scrolled_into_view_are_answered_too(qtbot, panel, snapshot):
    panel.show_snapshot(snapshot)
    panel.which.setCurrentIndex(1)
    panel.view.scrollToBottom()
    last = panel.view.model().rowCount() - 1
    assert last == 599
    qtbot.waitUntil(lambda: shown(panel, last) is not None)


def test_one_digit_only(panel, data):
    panel.digit.setCurrentIndex(4)
    labels = [panel.view.model().image(row)[1] for row in range(panel.view.model().rowCount())]
    assert labels == [3] * int((data.test.labels == 3).sum())


def test_the_tooltip_names_image_label_and_answer(qtbot, panel, data, snapshot):
    panel.show_snapshot(snapshot)
    qtbot.waitUntil(lambda: shown(panel, 0) is not None)
    text = panel.view.model().index(0).data(3)
    answer = int(predict(snapshot.network, data.test.images[:1])[0].argmax())
    assert text.startswith(f"<p>Image 1: labeled {data.test.labels[0]}; predicted {answer} (")


def test_a_hidden_panel_does_nothing_and_catches_up(qtbot, panel, snapshot):
    panel.hide()
    panel.show_snapshot(snapshot)
    qtbot.wait(300)
    assert shown(panel, 0) is None
    panel.show()
    qtbot.waitUntil(lambda: shown(panel, 0) is not None)


def wrong_rows(dataset, network):
    return np.flatnonzero(predict(network, dataset.images).argmax(axis=1) != dataset.labels)


@pytest.fixture
def early(data):
    """A network that has learned too little to read everything."""
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=2)), data)
    for _ in range(12):
        run.step()
    return run.snapshot()


def test_only_those_that_are_misread(qtbot, panel, data, early):
    panel.show_snapshot(early)
    panel.only_wrong.setChecked(True)
    expected = wrong_rows(data.test, early.network)
    assert 0 < len(expected) < len(data.test)
    model = panel.view.samples
    qtbot.waitUntil(lambda: list(model.rows) == list(expected))
    assert panel._caption.text().startswith(f"{len(expected):,} of {len(data.test):,} images are misread")
    assert shown(panel, 0) is not None
    panel.digit.setCurrentIndex(6)
    of_five = [row for row in expected if data.test.labels[row] == 5]
    qtbot.waitUntil(lambda: list(model.rows) == of_five and "misread." in panel._caption.text())
    assert f" of {int((data.test.labels == 5).sum())} " in panel._caption.text()
    panel.only_wrong.setChecked(False)
    assert len(model.rows) == int((data.test.labels == 5).sum())
    close_threads(panel)


def test_those_that_are_misread_follow_the_network_and_the_set(qtbot, panel, data, early):
    untrained = Run(Recipe(TrainingConfig()), data).snapshot()
    panel.only_wrong.setChecked(True)
    panel.show_snapshot(untrained)
    model = panel.view.samples
    qtbot.waitUntil(lambda: list(model.rows) == list(wrong_rows(data.test, untrained.network)))
    panel.show_snapshot(early)
    qtbot.waitUntil(lambda: list(model.rows) == list(wrong_rows(data.test, early.network)))
    panel.which.setCurrentIndex(1)
    qtbot.waitUntil(lambda: list(model.rows) == list(wrong_rows(data.train, early.network)))
    assert model.dataset is data.train
    close_threads(panel)
