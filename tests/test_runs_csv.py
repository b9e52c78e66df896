"""Runs reach a spreadsheet as a table with their curves below, complete, or not at all."""

import numpy as np
import pandas as pd
import pytest

from core.errors import CancelledError, DataError
from core.files.runs_csv import RunRecord, write_runs_csv
from core.history.run_figures import figures_of
from core.metrics import MetricsLog


def record(name, count, seconds=1.0):
    log = MetricsLog()
    for update in range(1, count + 1):
        if update % 1000 == 0:
            log.add_test(update, 2.4 / update, 1 - 1 / update)
        log.add_batch(2.3 / update, 0.5)
    metrics = log.read()
    return RunRecord(name, "10 ReLU units · seed 0", figures_of(metrics, float, seconds), metrics, float)


def test_the_table_comes_first_and_the_curves_follow(tmp_path):
    runs = [record('Run 2, "the best"', 12_000, 3.25), record("Run 1 → a", 300)]
    path = tmp_path / "runs.csv"
    write_runs_csv(path, runs)
    whole = pd.read_csv(path)
    table = whole[:2]
    assert table["update"].tolist() == [0, 0]
    assert table["run"].tolist() == [1, 2]
    assert table["name"].tolist() == ['Run 2, "the best"', "Run 1 → a"]
    assert table["settings"].tolist() == ["10 ReLU units · seed 0"] * 2
    assert table["updates"].tolist() == [12_000, 300]
    assert table["train_seconds"].tolist() == [3.25, 1.0]
    assert table["best_update"][0] == 12_000
    assert table["best_test_accuracy"][0] == pytest.approx(1 - 1 / 12_000)
    assert np.isnan(table["best_test_accuracy"][1])
    curves = whole[2:]
    assert curves["name"].isna().all()
    assert curves["run"].tolist() == [1] * 12_000 + [2] * 300
    for number, run in enumerate(runs, 1):
        part = curves[curves["run"] == number]
        np.testing.assert_array_equal(part["update"], np.arange(1, len(part) + 1))
        np.testing.assert_allclose(part["batch_loss"], run.metrics.batch_loss, rtol=1e-6)
        np.testing.assert_allclose(part["test_loss"].dropna(), run.metrics.test_loss, rtol=1e-6)


def test_progress_is_told_and_cancelling_leaves_the_old_file(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("old")
    told = []

    def report(fraction, text):
        told.append(fraction)
        if fraction > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        write_runs_csv(path, [record("a", 12_000), record("b", 12_000)], report)
    assert told[0] == 0
    assert told == sorted(told)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match=r"runs\.csv could not be saved: No such file"):
        write_runs_csv(tmp_path / "nowhere" / "runs.csv", [record("a", 1)])
