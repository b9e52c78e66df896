"""The panel Runs with a present run and two that were left."""

from dataclasses import replace

from core.runs.run_metrics import RunMetrics
from gui.look.theme import LIGHT, apply_theme
from gui.panels.runs import RunsPanel
from gui.widgets.runs.run_row import RunRow
from tests.layout import laid_out

FULL = "All colors are taken."


def metrics(updates, train_loss=None, test_loss=None, accuracy=None, best=None, at=None, seconds=1.0):
    return RunMetrics(updates, updates / 100, train_loss, test_loss, accuracy, best, at, seconds)


def row(number, metrics, **changes):
    made = RunRow(
        run_id=f"id {number}",
        name=f"Run {number}",
        is_present=False,
        color_index=number,
        disabled_reason="",
        differences=f"seed {number}",
        settings=f"10 ReLU units · seed {number}",
        data_name="MNIST",
        data_sizes=(60_000, 10_000),
        run_metrics=metrics,
        is_kept=True,
        has_data=True,
        is_repeatable=True,
    )
    return replace(made, **changes)


PRESENT = row(
    3, metrics(1000, 0.3, 0.4, 0.88, 0.89, 900), is_present=True, color_index=None, disabled_reason="always shown"
)
SECOND = row(2, metrics(31_250, 0.2, 0.5, 0.91, 0.91, 31_250, seconds=42.0))
FIRST = row(1, metrics(2500, 0.4, 0.3, 0.86, 0.92, 2000), color_index=None, disabled_reason=FULL)
ROWS = (PRESENT, SECOND, FIRST)


def open_panel(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    panel = RunsPanel()
    qtbot.addWidget(panel)
    panel.resize(860, 500)
    panel.show()
    laid_out(panel)
    panel.show_runs(ROWS, ("SGD", "batch 16"), ("seed 1",))
    return panel
