"""The line at the bottom tells how far the run is and how old its test metric is."""

import pytest
from PySide6.QtWidgets import QLabel

import gui.panels.status_line
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import Recipe
from gui.look.tooltip import paragraphs
from gui.panels.status_line import StatusLine
from tests.layout import laid_out
from tests.small_data import small_pair


@pytest.fixture
def run():
    return Run(Recipe(TrainingConfig(batch_size=60, epochs=2)), small_pair())


def said(qtbot, run):
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_run(run, "paused", False, run.metrics.read())
    return next(label.text() for label in line.findChildren(QLabel) if "epoch" in label.text())


def test_the_number_of_the_update_is_left_to_the_timeline(qtbot, run):
    run.step()
    run.look()
    assert "update" not in said(qtbot, run)
    assert said(qtbot, run).endswith("%")


def test_a_paused_run_says_of_which_update_its_test_metric_is(qtbot, run):
    run.step()
    run.look()
    run.metrics.add_batch(1.0, 0.5)
    assert said(qtbot, run).endswith("% at 1")


def test_after_a_change_by_hand_the_test_metric_is_one_from_before(qtbot, run):
    run.cut(Cut(kind="off", layer=1, unit=0))
    assert said(qtbot, run).endswith("epoch 0.0/2"), "nobody has looked at the test set yet"
    run.step()
    run.look()
    assert said(qtbot, run).endswith("%")
    run.cut(Cut(kind="off", layer=1, unit=1))
    assert said(qtbot, run).endswith("% before the change")


def test_the_end_of_a_run_is_its_last_epoch(qtbot, run):
    while not run.finished:
        run.step()
    assert "epoch 2.0/2  ·  test" in said(qtbot, run)


def test_a_run_of_so_many_updates_has_the_epochs_that_they_make(qtbot):
    run = Run(Recipe(TrainingConfig(batch_size=60, epochs=100, updates=25)), small_pair())
    assert "epoch 0.0/2.5" in said(qtbot, run)
    while not run.finished:
        run.step()
    assert "epoch 2.5/2.5" in said(qtbot, run)


@pytest.mark.parametrize(
    ("total", "words"), [(700, "10 s left"), (3200, "60 s left"), (30_200, "10 min left"), (600_200, "3.3 h left")]
)
def test_the_time_left_is_told_while_training(qtbot, monkeypatch, total, words):
    run = Run(Recipe(TrainingConfig(batch_size=60, epochs=10, updates=total)), small_pair())
    clock = [0.0]
    monkeypatch.setattr(gui.panels.status_line, "monotonic", lambda: clock[0])
    line = StatusLine()
    qtbot.addWidget(line)
    text = line.findChild(QLabel)
    for _ in range(200):
        run.metrics.add_batch(1.0, 0.5)
        clock[0] += 0.02
        line.show_run(run, "training", True, run.metrics.read())
    assert words in text.text()
    line.set_note("slowly at first")
    line.show_run(run, "training", True, run.metrics.read())
    assert "left" not in text.text()
    assert "slowly at first" in text.text()
    line.show_run(run, "paused", False, run.metrics.read())
    assert "slowly at first" not in text.text()


def test_the_time_left_is_not_told_from_a_slow_beginning(qtbot, monkeypatch):
    run = Run(Recipe(TrainingConfig(batch_size=60, epochs=10, updates=30_000)), small_pair())
    clock = [0.0]
    monkeypatch.setattr(gui.panels.status_line, "monotonic", lambda: clock[0])
    line, told = StatusLine(), []
    qtbot.addWidget(line)
    # From 20 updates a second to 500, twice as fast after each half second.
    for frame in range(100):
        for _ in range(round(min(500, 20 * 2 ** (frame // 10)) * 0.05)):
            run.metrics.add_batch(1.0, 0.5)
        clock[0] += 0.05
        line.show_run(run, "training", True, run.metrics.read())
        told.append(line.findChild(QLabel).text())
    assert not any("h left" in text or "min left" in text for text in told)
    assert "55 s left" in told[-1] or "60 s left" in told[-1]


@pytest.mark.parametrize(
    ("apart", "updates", "words"), [(0.04, 480, "12,000 updates/s"), (1.0, 1, "1 update/s"), (3.0, 1, "0.3 updates/s")]
)
def test_the_speed_is_told_however_slow_training_is(qtbot, run, monkeypatch, apart, updates, words):
    clock = [0.0]
    monkeypatch.setattr(gui.panels.status_line, "monotonic", lambda: clock[0])
    line = StatusLine()
    qtbot.addWidget(line)
    text = line.findChild(QLabel)
    for _ in range(100):
        line.show_run(run, "training", True, run.metrics.read())
        clock[0] += apart
        for _ in range(updates):
            run.metrics.add_batch(1.0, 0.5)
    assert words in text.text()
    line.show_run(run, "paused", False, run.metrics.read())
    assert "/s" not in text.text()
    clock[0] += 60
    line.show_run(run, "training", True, run.metrics.read())
    assert "/s" not in text.text()


def test_a_task_beside_it_shortens_the_line_and_keeps_all_of_it_in_the_tool_tip(qtbot, run):
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(560, 30)
    line.show()
    run.step()
    run.look()
    line.show_run(run, "training", True, run.metrics.read())
    text = laid_out(line).findChild(QLabel)
    whole = text.text()
    assert not text.is_cut
    line.begin_task("downloading train-images-idx3-ubyte.gz")
    laid_out(line)
    assert len(text.text()) < len(whole)
    assert text.text().startswith("Training")
    assert text.toolTip() == paragraphs(whole)
    line.end_task()
    assert text.text() == whole
