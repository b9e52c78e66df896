"""The metrics of a run reach a spreadsheet complete, or not at all."""

import numpy as np
import pandas as pd
import pytest

from core.errors import CancelledError, DataError
from core.files.metrics_csv import HEADER, write_metrics_csv
from core.runs.epoch_scale import EpochScale
from core.training.metrics import MetricsLog


@pytest.fixture
def metrics():
    log = MetricsLog()
    log.add_test(0, 2.31, 0.1)
    for update in range(1, 12_001):
        log.add_batch(2.3 / update, 1 - 1 / update)
        if update % 4000 == 0:
            log.add_test(update, 2.4 / update, 0.9)
    return log.read()


def test_every_metric_is_in_its_row(tmp_path, metrics):
    path = tmp_path / "run.csv"
    write_metrics_csv(path, metrics, EpochScale.steady(1000).epoch)
    table = pd.read_csv(path)
    assert path.read_text().splitlines()[0] == HEADER
    np.testing.assert_array_equal(table["update"], np.arange(12_001))
    np.testing.assert_allclose(table["epoch"], np.arange(12_001) / 1000)
    np.testing.assert_allclose(table["batch_loss"][1:], metrics.batch_loss, rtol=1e-6)
    np.testing.assert_allclose(table["batch_accuracy"][1:], metrics.batch_accuracy, rtol=1e-6)
    assert np.isnan(table["batch_loss"][0])
    tested = table.dropna(subset="test_loss")
    assert tested["update"].tolist() == [0, 4000, 8000, 12_000]
    np.testing.assert_allclose(tested["test_loss"], metrics.test_loss, rtol=1e-6)


def test_progress_is_told_and_cancelling_leaves_the_old_file(tmp_path, metrics):
    path = tmp_path / "run.csv"
    path.write_text("old")
    told = []

    def report(fraction, text):
        told.append(fraction)
        if fraction > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        write_metrics_csv(path, metrics, EpochScale.steady(1000).epoch, report)
    assert told[0] == 0
    assert told == sorted(told)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path, metrics):
    with pytest.raises(DataError, match=r"run\.csv could not be saved: No such file"):
        write_metrics_csv(tmp_path / "nowhere" / "run.csv", metrics, EpochScale.steady(1000).epoch)
