"""From the images in the tabs "Evaluate" and "Samples" to the drawing box, and the tab beside training."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.network.prediction import predict
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from gui.widgets.confusion_words import HEADING
from tests.layout import laid_out
from tests.small_data import small_pair


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    yield window
    window.close()


def step(qtbot, window, updates):
    for _ in range(updates):
        before = window.session.run.update
        window.session.step()
        qtbot.waitUntil(lambda before=before: window.session.run.update > before and not window.session.busy)


def double_click(view, row):
    place = laid_out(view).visualRect(view.samples.index(row)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_misread_image_is_misread_in_the_drawing_box_too(qtbot, window):
    window.show_tab("Evaluate")
    step(qtbot, window, 3)
    qtbot.waitUntil(lambda: window.evaluation.metrics.text().startswith("update 3:"))
    view = window.evaluation.images
    pixels, label = view.samples.image(0)
    with qtbot.waitSignal(window.drawing.drawing_prepared):
        double_click(view, 0)
    qtbot.waitUntil(lambda: window.drawing.reader_box.currentText().endswith("update 3"))
    network = window.session.run.snapshot().network
    probabilities = predict(network, pixels.reshape(1, -1))[0]
    assert probabilities.argmax() != label
    np.testing.assert_allclose(window.drawing.reading.probabilities, probabilities, atol=1e-6)
    assert window.drawing._pages.page is window.drawing.evidence_page


def test_an_image_of_the_samples_goes_to_the_drawing_box(qtbot, window):
    window.show_tab("Samples")
    view = window.samples.view
    with qtbot.waitSignal(window.drawing.drawing_prepared):
        double_click(view, 1)
    expected = window.session.run.data.test.images[1]
    np.testing.assert_array_equal(np.rint(window.drawing.reading.pixels * 255), expected)


def test_a_choice_can_be_made_and_stays_while_training_goes_on(qtbot, window):
    window.show_tab("Evaluate")
    window.session.set_config(window.session.config.with_changes(epochs=100_000))
    window.session.train()
    panel = window.evaluation
    qtbot.waitUntil(lambda: panel.metrics.text() != "")
    place = panel.matrix.cell_rect(4, HEADING).center()
    QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=place)
    assert panel.caption.text().startswith("All images of 4: ")
    before = panel.metrics.text()
    qtbot.waitUntil(lambda: panel.metrics.text() != before)
    labels = window.session.run.data.test.labels
    assert sorted(panel.images.samples.rows.tolist()) == np.flatnonzero(labels == 4).tolist()
    assert window.session.state is SessionState.RUNNING
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.state is SessionState.PAUSED)
