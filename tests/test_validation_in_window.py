"""Images held out for validation, as the window shows them: settings, plots, status line, Evaluate, runs."""

import pytest
from PySide6.QtCore import Qt

from core.training.config import TrainingConfig
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from gui.widgets.runs.run_row import Column, cell_text, second_line
from tests.layout import laid_out
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=50, epochs=2, validation=100)


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(CONFIG)
    yield laid_out(window)
    window.close()


def message(window):
    return window.messages.message.text if window.messages.message else ""


def finish(qtbot, window):
    window.actions_.train.trigger()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED)


def test_the_field_holds_images_out_in_a_new_run(window):
    field = window.settings.fields["validation"]
    assert field.value() == 100
    before = window.session.run
    field.setValue(0)
    assert field.text() == "none"
    assert window.session.run is not before
    assert window.session.config == CONFIG.with_changes(validation=0)
    field.stepUp()
    assert "600" in message(window)
    assert field.value() == 0


def test_more_than_there_are_is_refused_in_a_sentence(window):
    run = window.session.run
    window.settings.fields["validation"].setValue(600)
    assert message(window) == (
        "600 images cannot be held out for validation: the training set has 600. Hold out fewer."
    )
    assert window.settings.fields["validation"].value() == 100
    assert window.session.run is run


def test_data_with_too_few_images_are_trained_on_without(window):
    window.files.loader.loaded.emit(small_pair(100), [])
    assert window.session.run.recipe.config.validation == 0
    assert window.settings.fields["validation"].value() == 0
    assert message(window).startswith("100 images cannot be held out of a training set of 100, so none are")


def test_plots_status_and_runs_show_validation_and_the_test_at_the_end(qtbot, window):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update == 1 and not window.session.busy)
    assert "validation " in window.plots.readout.text()
    assert "test" not in window.plots.readout.text()
    assert "test" not in window.status._text.text()
    finish(qtbot, window)
    assert "is finished with a validation accuracy of" in message(window)
    assert "validation " in window.plots.readout.text()
    assert "validation " in window.status._text.text()
    assert "test " in window.status._text.text()
    window.show_tab("Runs")
    row = window.runs.runs.rows[0]
    metrics = window.session.run.metrics.read()
    assert second_line(row, Column.TEST_ACCURACY).startswith("validation ")
    assert row.run_metrics.test_accuracy == pytest.approx(float(metrics.test_accuracy[-1]))
    assert cell_text(row, Column.TEST_ACCURACY) != "–"


def test_the_best_of_different_sets_are_not_compared(qtbot, window):
    finish(qtbot, window)
    window.session.set_config(CONFIG.with_changes(validation=0, seed=1))
    finish(qtbot, window)
    window.show_tab("Runs")
    table = window.runs.runs
    assert table.rowCount() == 2
    bold = {
        column
        for column in Column
        for place in range(2)
        if (font := table.index(place, column).data(Qt.ItemDataRole.FontRole)) is not None and font.bold()
    }
    assert Column.TRAIN_LOSS in bold
    assert Column.BEST_ACCURACY not in bold


def test_evaluate_looks_at_the_test_set_once_the_run_is_finished(qtbot, window):
    window.show_tab("Evaluate")
    window.session.step()
    qtbot.waitUntil(lambda: window.evaluation.metrics.text().startswith("update 1:"))
    assert "of 100 validation images" in window.evaluation.metrics.text()
    total = window.session.run.total_updates
    finish(qtbot, window)
    qtbot.waitUntil(lambda: window.evaluation.metrics.text().startswith(f"update {total}:"))
    assert f"of {len(window.session.run.data.test):,} test images" in window.evaluation.metrics.text()
    window.time_machine.go_to(3)
    qtbot.waitUntil(lambda: window.evaluation.metrics.text().startswith("update 3:"))
    assert "of 100 validation images" in window.evaluation.metrics.text()
