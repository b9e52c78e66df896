"""Runs reach a spreadsheet as a table and their curves beside it, in few rows, or not at all."""

import numpy as np
import pandas as pd
import pytest

from core.errors import CancelledError, DataError
from core.files.runs_csv import MOST_ROWS, ExportedRun, curves_path, write_runs_csv
from core.runs.run_metrics import metrics_of
from core.training.metrics import MetricsLog


def record(name, count, seconds=1.0):
    log = MetricsLog()
    log.add_test(0, 2.4, 0.1)
    for update in range(1, count + 1):
        log.add_batch(2.3 / update, 0.5)
        if update % 1000 == 0:
            log.add_test(update, 2.4 / update, 1 - 1 / update)
    metrics = log.read()
    newest = metrics_of(metrics, float, seconds)
    return ExportedRun(name, "MNIST", (60_000, 10_000), "10 ReLU units · rate 0.1 → 0.2 at 7", newest, metrics, float)


def written(folder, runs):
    table = folder / "runs.csv"
    write_runs_csv(table, curves_path(table), runs)
    return pd.read_csv(table), pd.read_csv(folder / "runs_curves.csv")


def test_the_table_has_a_row_for_each_run(tmp_path):
    table, _ = written(tmp_path, [record('Run 2, "the best"', 12_000, 3.25), record("Run 1", 300)])
    assert table["run"].tolist() == [1, 2]
    assert table["name"].tolist() == ['Run 2, "the best"', "Run 1"]
    assert table["data"].tolist() == ["MNIST"] * 2
    assert table["train_images"].tolist() == [60_000] * 2
    assert table["settings"].tolist() == ["10 ReLU units; rate 0.1 -> 0.2 at 7"] * 2
    assert table["updates"].tolist() == [12_000, 300]
    assert table["train_seconds"].tolist() == [3.25, 1.0]
    assert table["best_update"].tolist() == [12_000, 0]
    assert table["best_test_accuracy"].tolist() == pytest.approx([1 - 1 / 12_000, 0.1])


def test_a_short_curve_is_complete(tmp_path):
    run = record("Run 1", 300)
    _, curves = written(tmp_path, [run])
    assert curves["update"].tolist() == list(range(301))
    assert curves["epoch"].tolist() == list(range(301))
    np.testing.assert_allclose(curves["batch_loss"][1:], run.metrics.batch_loss, rtol=1e-6)
    assert curves["test_loss"].dropna().tolist() == pytest.approx([2.4])


def test_a_long_curve_is_summed_up_in_stretches_that_leave_nothing_out(tmp_path):
    run = record("Run 1", 94_321)
    _, curves = written(tmp_path, [run])
    assert len(curves) <= MOST_ROWS + 1
    assert curves["update"].iloc[-1] == curves["batches"].sum() == 94_321
    losses = run.metrics.batch_loss.astype(float)
    assert (curves["batch_loss"] * curves["batches"]).sum() == pytest.approx(losses.sum(), rel=1e-5)
    second = curves.iloc[2]
    stretch = losses[int(curves["update"][1]) : int(second["update"])]
    assert second["batch_loss"] == pytest.approx(stretch.mean(), rel=1e-6)
    looks = curves[["update", "test_accuracy"]].dropna()
    for update, accuracy in looks[1:].itertuples(index=False):
        assert accuracy == pytest.approx(1 - 1 / (update // 1000 * 1000), rel=1e-6)
    assert len(looks) == 95


def test_twenty_long_runs_make_files_that_a_spreadsheet_opens(tmp_path):
    long = record("Run 1", 94_000)
    written(tmp_path, [long] * 20)
    sizes = [path.stat().st_size for path in sorted(tmp_path.iterdir())]
    assert max(sizes) < 1_500_000


def test_curves_replace_no_file_but_those_of_an_older_table(tmp_path):
    table = tmp_path / "runs.csv"
    (tmp_path / "runs_curves.csv").write_text("somebody else's")
    assert curves_path(table).name == "runs_curves2.csv"
    table.write_text("an older table")
    assert curves_path(table).name == "runs_curves.csv"


def test_progress_is_told_and_cancelling_leaves_the_old_file(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("old")
    told = []

    def report(fraction, text):
        told.append(fraction)
        if fraction >= 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        write_runs_csv(path, curves_path(path), [record(name, 1000) for name in "abcd"], report)
    assert told[0] == 0
    assert told == sorted(told)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match=r"runs\.csv could not be saved: No such file"):
        write_runs_csv(tmp_path / "nowhere" / "runs.csv", tmp_path / "curves.csv", [record("a", 1)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_is_no_formula_for_a_spreadsheet(tmp_path, name):
    table, curves = written(tmp_path, [record(name, 3)])
    assert table["name"][0] == curves["name"][0] == f"'{name}"


def test_a_name_that_utf_8_has_not_is_written_out(tmp_path):
    table, _ = written(tmp_path, [record("a\udcffb", 3)])
    assert table["name"][0] == "a\\udcffb"
