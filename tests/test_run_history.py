"""Left runs keep metrics, color and as much of themselves as memory allows, and come back bit for bit."""

import numpy as np
import pytest

from core.data.dataset import DataPair
from core.errors import CancelledError, DataError
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.runs.kept_data import KeptData
from core.runs.run import Run
from core.runs.run_history import COLORS, RunHistory, branch_name
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=20, epochs=4)
DATA = small_pair()


def trained(updates, config=CONFIG, name="Run 1"):
    run = Run(Recipe(config), DATA, name=name, test_share=0)
    for _ in range(updates):
        run.step()
    return run


def filled(count, history=None, updates=2):
    history = history or RunHistory()
    for number in range(1, count + 1):
        history.remember(trained(updates, name=f"Run {number}"))
    return history


def names(history):
    return [past.name for past in history.runs]


def shown(history):
    return {past.name: past.color_index for past in history.runs if past.is_shown}


def vector(run, update):
    return run.replay().state_at(update).parameters.vector


def test_the_run_left_last_is_on_top():
    history = filled(3)
    assert names(history) == ["Run 3", "Run 2", "Run 1"]
    history.forget([history.runs[1].id])
    assert names(history) == ["Run 3", "Run 1"]
    history.forget([past.id for past in history.runs])
    assert history.runs == ()


def test_a_network_that_was_never_trained_here_is_kept_and_has_no_curve():
    opened = Run.from_network(trained(1).snapshot().network, CONFIG, DATA, name="opened.npz")
    history = filled(1)
    past = history.remember(opened)
    assert history.runs[0] is past
    assert (past.update, past.color_index, past.can_return) == (0, None, True)
    assert past.bring_back() is opened
    assert not history.can_show(opened.id)


def test_a_run_is_listed_as_it_was_when_it_was_left():
    run = trained(3)
    run.look()
    history = RunHistory()
    history.remember(run)
    run.step()
    (past,) = history.runs
    assert past.update == len(past.metrics.batch_loss) == past.run_metrics.updates == 3
    assert past.run_metrics.test_accuracy == pytest.approx(float(run.metrics.read().test_accuracy[-1]))
    assert past.run_metrics.seconds <= run.train_seconds
    assert past.run is run


def test_a_knob_that_no_update_has_felt_is_no_part_of_a_run():
    run = trained(4)
    run.turn_knob(learning_rate=0.05)
    run.step()
    run.turn_knob(learning_rate=0.9)
    history = RunHistory()
    history.remember(run)
    assert [event.changes for event in history.runs[0].recipe.events] == [{"learning_rate": 0.05}]


def test_each_run_has_a_color_of_its_own_until_there_are_none_left():
    history = filled(COLORS)
    assert sorted(shown(history).values()) == list(range(COLORS))
    before = shown(history)
    history.remember(trained(2, name="one more"))
    after = shown(history)
    assert after["one more"] == before.pop("Run 1")
    assert after.items() >= before.items()
    oldest = history.runs[-1]
    assert oldest.name == "Run 1"
    assert not oldest.is_shown
    assert not history.can_show(oldest.id)
    history.show(oldest.id, True)
    assert not history.get(oldest.id).is_shown


def test_a_hidden_run_keeps_its_color_until_another_needs_it():
    history = filled(COLORS + 1)
    first, lacking = history.runs[0], history.runs[-1]
    history.show(first.id, False)
    assert history.get(first.id).color_index == first.color_index
    history.show(first.id, True)
    assert shown(history)[first.name] == first.color_index
    history.show(first.id, False)
    assert history.can_show(lacking.id)
    history.show(lacking.id, True)
    assert shown(history)[lacking.name] == first.color_index
    assert history.get(first.id).color_index is None
    assert not history.can_show(first.id)


def test_a_run_that_was_gone_on_with_keeps_its_color_and_choice():
    history = filled(3)
    back = history.runs[2]
    history.show(back.id, False)
    back.run.step()
    history.remember(back.run)
    assert names(history) == ["Run 1", "Run 3", "Run 2"]
    again = history.runs[0]
    assert (again.color_index, again.is_shown, again.update) == (back.color_index, False, 3)


def test_what_was_dropped_can_be_put_back_where_it_was():
    history = filled(3)
    before = history.runs
    history.forget([before[1].id])
    history.restore(before)
    assert history.runs == before
    history.forget([past.id for past in before])
    newer = filled(1, history).runs[0]
    history.restore(before)
    assert names(history) == ["Run 1", "Run 3", "Run 2", "Run 1"]
    assert history.runs[0] is newer
    assert len({past.color_index for past in history.runs if past.is_shown}) == 3
    oldest = history.runs[3]
    assert (oldest.color_index, oldest.is_shown) == (None, False), "the newer one has got its color"


def test_a_new_name_is_the_runs_own_too():
    history = filled(2)
    past = history.runs[1]
    history.describe(past.id, name="the first")
    assert history.get(past.id).name == past.run.name == "the first"
    history.describe("nobody", name="?")
    assert names(history) == ["Run 2", "the first"]


def test_memory_is_shared_by_thinning_and_every_moment_can_still_be_reached():
    runs = [trained(90, name=f"Run {number}") for number in range(4)]
    wanted = [vector(run, 71) for run in runs]
    ends = [run.snapshot().network.parameters.vector for run in runs]
    whole = runs[0].nbytes
    history = RunHistory(budget=2 * whole)
    for run in runs:
        history.remember(run)
    assert history.nbytes <= 2 * whole
    assert [past.run for past in history.runs] == runs[::-1]
    assert runs[3].nbytes == whole, "the one just left may be in the hands of its thread"
    assert all(run.nbytes < whole for run in runs[:3])
    for run, vector_then, end in zip(runs, wanted, ends, strict=True):
        assert np.array_equal(vector(run, 71), vector_then)
        assert np.array_equal(run.snapshot().network.parameters.vector, end)
    runs[0].step()
    assert runs[0].update == 91


def test_where_thinning_is_not_enough_the_oldest_runs_are_released():
    first, second, third = (trained(30, name=f"Run {number}") for number in (1, 2, 3))
    budget = first.nbytes + first.nbytes // 5
    history = RunHistory(budget)
    for run in (first, second, third):
        history.remember(run)
    assert [past.run for past in history.runs] == [third, second, None]
    assert history.nbytes <= budget
    assert all(past.can_return for past in history.runs)


def test_the_run_left_last_stays_whatever_it_takes_and_costs_the_others_nothing():
    first, large, third = trained(30), trained(3, CONFIG.with_changes(hidden=(500,)), "large"), trained(2)
    history = RunHistory(first.nbytes + 1)
    history.remember(first)
    history.remember(large)
    assert [past.run for past in history.runs] == [large, first]
    history.remember(third)
    assert [past.run for past in history.runs] == [third, None, first]


def test_a_network_that_nothing_makes_again_is_the_last_to_go():
    opened = Run.from_network(trained(1).snapshot().network, CONFIG, DATA, name="opened")
    opened.step()
    runs = [opened, trained(3), trained(3), trained(1)]
    history = RunHistory(opened.nbytes + runs[1].nbytes)
    for run in runs:
        history.remember(run)
    assert history.runs[3].run is opened
    assert history.runs[2].run is None


def test_runs_that_files_hold_as_well_go_long_before_the_budget_is_spent_and_come_back_from_there():
    runs = [trained(30, name=f"Run {number}") for number in (1, 2, 3, 4)]
    records = {run.id: RunRecord.of(run, run.checkpoint()) for run in runs}
    history = RunHistory(kept_budget=runs[0].nbytes + runs[0].nbytes // 5)
    for run in runs:
        history.remember(run, load=lambda run_id=run.id: records[run_id])
    assert [past.run for past in history.runs] == [runs[3], runs[2], None, None]
    again = history.get(runs[0].id).bring_back()
    assert (again.id, again.update, again.keyframes.updates) == (runs[0].id, 30, runs[0].keyframes.updates)
    assert np.array_equal(vector(again, 30), vector(runs[0], 30))


def test_what_no_recipe_makes_again_stays_although_a_file_holds_it_too():
    opened = Run.from_network(trained(1).snapshot().network, CONFIG, DATA, name="opened")
    opened.step()
    history = RunHistory(kept_budget=1)
    history.remember(opened, load=lambda: RunRecord.of(opened, opened.checkpoint()))
    history.remember(trained(1))
    history.remember(trained(1))
    assert history.get(opened.id).run is opened


def test_a_run_in_use_is_not_thinned():
    first, second = trained(60), trained(60)
    history = RunHistory(budget=first.nbytes // 2)
    states = len(first.keyframes)
    history.remember(first)
    history.remember(second, in_use=[first])
    assert len(first.keyframes) == states


def test_a_run_that_was_released_is_made_again_bit_for_bit():
    run = trained(40)
    run.turn_knob(learning_rate=0.02)
    for _ in range(20):
        run.step()
    history = RunHistory(budget=1)
    history.remember(run)
    history.remember(trained(1))
    past = history.get(run.id)
    said = []
    again = past.bring_back(lambda fraction, text: said.append((fraction, text)))
    assert again is not run
    assert (again.id, again.name, again.update) == (run.id, run.name, 60)
    assert np.array_equal(again.snapshot().network.parameters.vector, run.snapshot().network.parameters.vector)
    assert np.array_equal(again.metrics.read().batch_loss, run.metrics.read().batch_loss)
    assert (0.5, "recomputing Run 1") in said

    def report(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        past.bring_back(report)


def on_other_data(number, history, load):
    """Remember a run on data of its own."""
    data = small_pair(train=300 + number)
    run = Run(Recipe(CONFIG), data, name=f"Run {number}", test_share=0)
    run.step()
    history.remember(run, KeptData(data, load and (lambda report: load(data))))
    return run


def test_data_beyond_their_budget_are_released_and_come_back_with_their_run():
    size = small_pair(train=303).train.images.nbytes + small_pair().test.images.nbytes
    history = RunHistory(data_budget=int(1.5 * size))
    runs = [on_other_data(number, history, lambda data: small_pair(len(data.train))) for number in (1, 2, 3, 4)]
    assert [past.data.pair is None for past in history.runs] == [False, False, True, True]
    past = history.get(runs[0].id)
    assert (past.run, past.has_network, past.data.name) == (None, True, "small")
    again = past.bring_back()
    assert (again.id, again.update, len(again.data.train)) == (runs[0].id, 1, 301)
    assert np.array_equal(vector(again, 1), vector(runs[0], 1))
    again.step()
    runs[0].step()
    assert np.array_equal(vector(again, 2), vector(runs[0], 2))


def test_data_without_a_source_stay_in_memory():
    history = RunHistory(data_budget=1)
    for number in (1, 2, 3):
        on_other_data(number, history, None)
    assert all(past.data.pair is not None for past in history.runs)


def test_data_that_are_gone_or_changed_are_said_in_a_sentence_and_cost_nothing():
    def is_gone(data):
        raise DataError("digits.csv does not exist.")

    history = RunHistory(data_budget=1)
    gone = on_other_data(1, history, is_gone)
    changed = on_other_data(2, history, lambda data: DataPair(data.test, data.test, "changed"))
    for number in (3, 4):
        on_other_data(number, history, lambda data: data)
    with pytest.raises(DataError, match=r"Run 1 needs .*digits\.csv does not exist.*stays in the list"):
        history.get(gone.id).bring_back()
    with pytest.raises(DataError, match="differs from what the run was trained on"):
        history.get(changed.id).bring_back()
    assert history.get(gone.id).has_network


def test_what_went_on_from_a_network_cannot_be_made_again():
    network = Network(Parameters.zeros(fully_connected((784, 10, 10))).frozen())
    run = Run.from_network(network, CONFIG, DATA, name="opened")
    run.step()
    history = RunHistory(budget=1)
    history.remember(run)
    history.remember(trained(1))
    assert not history.runs[1].can_return
    kept = RunHistory()
    kept.remember(run)
    assert kept.runs[0].can_return


def test_branches_of_branches_keep_short_names():
    first = branch_name("Run 1", 2814, {"learning_rate": 0.05})
    assert first == "Run 1 from 2,814: learning rate 0.05"
    assert branch_name(first, 4000, {"optimizer": "adam"}) == "Run 1 from 4,000: optimizer Adam"
    assert branch_name("Adam from scratch", 100, {}) == "Adam from scratch from 100"
