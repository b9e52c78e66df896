"""Epochs by update where the batch size changes on the way: on the scale, the axes, the curves and in tables."""

import csv

import numpy as np
import pytest

from core.files.metrics_csv import write_metrics_csv
from core.runs.epoch_scale import EpochScale
from core.runs.run import Run
from core.training.batches import BatchPlan
from core.training.config import TrainingConfig
from core.training.metrics import Metrics
from core.training.recipe import KnobEvent, Recipe
from gui.session.run_curves import RunCurves
from gui.widgets.plots import plot_axis
from tests.small_data import small_pair

SIZE = 600


def plan_of(batch_size, *changes, epochs=50):
    events = tuple(KnobEvent(update, {"batch_size": size}) for update, size in changes)
    return BatchPlan(Recipe(TrainingConfig(batch_size=batch_size, epochs=epochs), events), SIZE)


def metrics_of(count):
    values = np.linspace(2, 1, count).astype(np.float32)
    return Metrics(values, values / 3, np.array([0, count]), values[[0, -1]], values[[0, -1]] / 3)


def curves_of(plan, count):
    curves = RunCurves(EpochScale(plan))
    curves.follow(metrics_of(count))
    return curves


@pytest.mark.parametrize(
    "plan",
    [
        plan_of(60),
        plan_of(None),
        plan_of(70),
        plan_of(60, (25, 20)),
        plan_of(None, (3, 60)),
        plan_of(60, (20, None)),
        plan_of(70, (5, 31), (5, 64), (6, 599), (100, 1)),
        plan_of(60, (1, 30), (2, 60), (3, 600)),
    ],
)
def test_the_scale_tells_the_epochs_that_the_batches_are_drawn_from(plan):
    scale = EpochScale(plan)
    updates = np.arange(plan.total_updates + 1)
    exact = np.array([plan.epoch(update) for update in updates.tolist()])
    # Between the beginnings of two epochs the lines are straight, and the last batch of an epoch may be a small one.
    one_update = np.diff(exact).max()
    np.testing.assert_allclose(scale.epochs(updates), exact, atol=one_update)
    begins = updates[exact == np.rint(exact)]
    np.testing.assert_allclose(scale.epochs(begins), exact[begins], atol=1e-9)
    np.testing.assert_allclose(scale.updates(scale.epochs(updates)), updates, atol=1e-6)
    assert [scale.epoch(update) for update in updates.tolist()] == exact.tolist()


def test_a_steady_scale_has_as_many_updates_in_each_epoch():
    scale = EpochScale.steady(100)
    assert scale.epoch(250) == 2.5
    assert scale.updates([0, 0.5, 3]).tolist() == [0, 50, 300]


def test_metrics_after_a_change_of_batch_size_tell_the_epoch_of_the_run():
    data = small_pair(SIZE)
    run = Run(Recipe(TrainingConfig(batch_size=None, epochs=3, learning_rate=0.01)), data)
    run.step()
    run.step()
    branch = run.branch(2, "branch", batch_size=60)
    while not branch.finished:
        branch.step()
    curves = RunCurves(branch.epoch_scale)
    curves.follow(branch.metrics.read())
    epochs = [curves.metrics_at(update, 0, branch.update).epoch for update in range(branch.update + 1)]
    assert epochs == [branch.epoch_at(update) for update in range(branch.update + 1)]
    assert epochs[2] == 2
    assert epochs[-1] == 3


def test_marks_of_epochs_stand_where_these_begin():
    plan = plan_of(60, (20, 30), epochs=6)
    ticks = plot_axis.epoch_ticks(EpochScale(plan))(0, plan.total_updates, 10)
    assert ticks == [(0, "0"), (10, "1"), (20, "2"), (40, "3"), (60, "4"), (80, "5"), (100, "6")]


def test_marks_that_would_lie_on_each_other_are_left_out():
    plan = plan_of(None, (6, 6), epochs=9)
    assert plan.total_updates == 306
    on_plots = plot_axis.epoch_ticks(EpochScale(plan))(0, 306, 12)
    assert on_plots == [(0, "0"), (106, "7"), (206, "8"), (306, "9")]


def test_a_branch_lies_on_the_past_it_shares_and_then_beside_its_parent_epoch_for_epoch():
    parent, branch = curves_of(plan_of(None), 12), curves_of(plan_of(None, (6, 60)), 66)
    assert branch.beside(parent, np.arange(7.0)).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert branch.beside(parent, np.array([8.0, 12.0])).tolist() == [26, 66]
    assert parent.beside(branch, np.array([3.0, 66.0])).tolist() == [3, 12]


def test_a_table_tells_the_epochs_of_the_run(tmp_path):
    plan = plan_of(None, (2, 300))
    path = tmp_path / "figures.csv"
    write_metrics_csv(path, metrics_of(6), plan.epoch)
    with path.open() as file:
        assert [float(row["epoch"]) for row in csv.DictReader(file)] == [0, 1, 2, 2.5, 3, 3.5, 4]
