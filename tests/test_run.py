"""A run: its log, its recovery, its branches, and what happens when training diverges."""

import math

import numpy as np
import pytest

from core.errors import CancelledError, ConfigError, DivergedError
from core.network.network import Network
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_pair

PAIR = small_pair(230, 60)
CONFIG = TrainingConfig(hidden=(6,), batch_size=32, epochs=5)


def run_of(config=CONFIG, **more):
    return Run(Recipe(config), PAIR, **more)


def finish(run):
    while not run.finished:
        run.step()
    return run


def weights_of(run):
    return run.snapshot().network.parameters.vector.tobytes()


def test_a_run_ends_after_its_epochs():
    run = finish(run_of())
    assert run.update == run.total_updates == 40
    assert run.snapshot().epoch == run.epoch_at(40) == 5
    metrics = run.metrics.read()
    assert len(metrics.batch_loss) == 40
    assert metrics.test_updates[-1] == 40
    assert run.train_seconds > 0


def test_logged_metrics_are_those_of_the_updates():
    run = finish(run_of())
    trainer = Trainer(Recipe(CONFIG), PAIR.train)
    state = trainer.initial_state()
    results = [trainer.step(state) for _ in range(40)]
    metrics = run.metrics.read()
    np.testing.assert_array_equal(metrics.batch_loss, np.array([one.loss for one in results], np.float32))
    np.testing.assert_array_equal(metrics.batch_accuracy, np.array([one.accuracy for one in results], np.float32))
    assert weights_of(run) == state.parameters.vector.tobytes()


def test_test_metrics_are_those_of_the_network_at_their_update():
    run = finish(run_of())
    metrics, replay = run.metrics.read(), run.replay()
    assert metrics.test_updates[0] == 0
    assert {1, 2, 4, 8, 16, 32, 40} <= set(metrics.test_updates.tolist())
    assert (np.diff(metrics.test_updates) > 0).all()
    for update, loss, accuracy in zip(
        metrics.test_updates.tolist(), metrics.test_loss, metrics.test_accuracy, strict=True
    ):
        expected = evaluate(Network(replay.state_at(update).parameters), PAIR.test)
        assert loss == np.float32(expected.loss)
        assert accuracy == np.float32(expected.accuracy)


def test_looking_at_the_test_set_does_not_change_training():
    assert weights_of(finish(run_of())) == weights_of(finish(run_of(test_share=0)))


def test_without_a_share_of_the_time_the_test_set_is_looked_at_only_when_asked():
    run = run_of(test_share=0)
    for _ in range(5):
        run.step()
    assert not len(run.metrics.read().test_updates)
    run.look()
    assert run.metrics.read().test_updates.tolist() == [5]


def test_a_snapshot_stays_as_it_was():
    run = run_of()
    run.step()
    snapshot = run.snapshot()
    before = snapshot.network.parameters.vector.tobytes()
    run.step()
    assert snapshot.network.parameters.vector.tobytes() == before != weights_of(run)
    assert (snapshot.update, snapshot.run_id, snapshot.config) == (1, run.id, CONFIG)
    assert snapshot.epoch == pytest.approx(32 / 230)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.network.parameters.vector[0] = 1


def test_replayed_moments_equal_those_training_went_through():
    run = run_of()
    past = [weights_of(run)]
    while not run.finished:
        if run.update == 11:
            run.turn_knob(learning_rate=0.03, momentum=0.5)
        if run.update == 17:
            run.turn_knob(optimizer="adam", learning_rate=0.01)
        run.step()
        past.append(weights_of(run))
    replay = run.replay()
    for update in (40, 3, 12, 11, 18, 17, 0, 39):
        snapshot = run.snapshot_of(replay.state_at(update))
        assert snapshot.network.parameters.vector.tobytes() == past[update]
        assert snapshot.config == run.recipe.config_at(update)


def test_a_knob_turned_at_an_update_is_an_event_of_the_recipe():
    run = run_of()
    run.step()
    run.turn_knob(learning_rate=0.5)
    run.turn_knob(learning_rate=0.4)
    run.step()
    assert [(event.update, event.changes) for event in run.recipe.events] == [(1, {"learning_rate": 0.4})]
    assert run.snapshot().config.learning_rate == 0.4


@pytest.mark.parametrize("changes", [{"learning_rate": -1}, {"hidden": (5,)}, {"momentum": 1}, {"batch_size": 0}])
def test_a_knob_turned_too_far_leaves_the_run_as_it_was(changes):
    run = run_of()
    run.step()
    recipe = run.recipe
    with pytest.raises(ConfigError):
        run.turn_knob(**changes)
    assert run.recipe is recipe
    assert weights_of(finish(run)) == weights_of(finish(run_of()))


def test_a_run_can_be_shortened_and_prolonged():
    run = run_of()
    for _ in range(20):
        run.step()
    run.turn_knob(epochs=1)
    assert run.finished
    run.turn_knob(epochs=3)
    assert run.total_updates == 24
    finish(run)
    run.turn_knob(epochs=6)
    assert not run.finished
    assert finish(run).update == 48


@pytest.mark.parametrize("update", [0, 7, 16, 40])
def test_a_branch_shares_the_past_and_differs_after_it(update):
    run = finish(run_of())
    end = weights_of(run)
    branch = run.branch(update, "Branch", learning_rate=0.01, epochs=6)
    assert (branch.name, branch.update) == ("Branch", update)
    assert branch.id != run.id
    expected = run.snapshot_of(run.replay().state_at(update)).network.parameters.vector.tobytes()
    assert weights_of(branch) == expected
    shared, own = run.metrics.read(), branch.metrics.read()
    np.testing.assert_array_equal(own.batch_loss, shared.batch_loss[:update])
    assert set(own.test_updates) == {tested for tested in shared.test_updates if tested <= update}
    finish(branch)
    assert branch.update == 48
    # Its first batch met the network that the run had there; the one after it did not.
    after = branch.metrics.read().batch_loss[update : update + 2]
    alike = after[: len(shared.batch_loss) - update] == shared.batch_loss[update : update + 2]
    assert alike.tolist() == [True, False][: len(alike)]
    assert weights_of(branch) != end == weights_of(run)
    replay = branch.replay()
    for visited in (update, update // 2, update + 3):
        by_hand = Trainer(branch.recipe, PAIR.train)
        state = by_hand.initial_state()
        while state.update < visited:
            by_hand.step(state)
        assert replay.state_at(visited).parameters.vector.tobytes() == state.parameters.vector.tobytes()


def test_a_branch_tells_how_far_it_is_and_can_be_given_up():
    # A long run's keyframes lie so far apart that there is something to replay.
    run = run_of(CONFIG.with_changes(updates=5000))
    for _ in range(12):
        run.step()
    told = []
    assert run.branch(11, "Told", lambda fraction, text: told.append(fraction)).update == 11
    assert told[0] == 0
    assert len(told) >= 11
    assert told == sorted(told)

    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        run.branch(11, "Given up", cancel)
    assert run.update == 12


def test_a_branch_that_changes_nothing_comes_to_the_same_end():
    run = finish(run_of())
    assert weights_of(finish(run.branch(13, "Again"))) == weights_of(run)


def test_a_branch_forgets_the_knobs_turned_after_it_began():
    run = run_of()
    for _ in range(20):
        run.step()
    run.turn_knob(learning_rate=0.5)
    finish(run)
    assert weights_of(finish(run.branch(19, "Before"))) == weights_of(finish(run_of()))
    assert weights_of(finish(run.branch(20, "At it"))) == weights_of(run)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("batch_size", [32, None])
def test_a_run_that_diverges_goes_back_and_can_go_on(optimizer, batch_size):
    run = run_of(TrainingConfig(hidden=(6,), optimizer=optimizer, batch_size=batch_size, epochs=60))
    for _ in range(10):
        run.step()
    good = weights_of(run)
    run.turn_knob(learning_rate=1000)
    run.step()
    with pytest.raises(DivergedError, match=r"^Training diverged at update 11: the loss is .* back at update 10;"):
        run.step()
    assert run.update == 10
    assert weights_of(run) == good
    metrics = run.metrics.read()
    assert len(metrics.batch_loss) == 10
    assert metrics.test_updates.max() <= 10
    assert max(run.keyframes.updates) <= 10
    run.turn_knob(learning_rate=0.05)
    assert [event.update for event in run.recipe.events] == [10]
    finish(run)
    assert run.metrics.read().batch_loss[-5:].mean() < 1
    assert np.isfinite(run.snapshot().network.parameters.vector).all()
    assert run.replay().state_at(run.update).parameters.vector.tobytes() == weights_of(run)
    by_hand = Trainer(run.recipe, PAIR.train)
    state = by_hand.initial_state()
    for _ in range(12):
        by_hand.step(state)
    assert run.replay().state_at(12).parameters.vector.tobytes() == state.parameters.vector.tobytes()


def test_a_run_that_diverges_from_the_start_is_back_at_the_start():
    run = run_of(CONFIG.with_changes(learning_rate=1000.0))
    first = weights_of(run)
    with pytest.raises(DivergedError):
        finish(run)
    assert run.update == 0
    assert weights_of(run) == first
    assert run.metrics.read().batch_loss.size == 0
    with pytest.raises(DivergedError):
        finish(run)


@pytest.mark.parametrize("test_share", [0, 0.1])
def test_a_last_update_that_diverges_is_noticed_too(test_share):
    run = run_of(CONFIG.with_changes(updates=3), test_share=test_share)
    run.step()
    run.step()
    good = weights_of(run)
    run.turn_knob(learning_rate=1000)
    with pytest.raises(DivergedError, match=r"at update 3: .* back at update 2;"):
        run.step()
    assert (run.update, run.finished) == (2, False)
    assert weights_of(run) == good


def test_the_recovery_is_told_of_and_can_be_cut_short_where_it_has_come():
    def diverge(report_back):
        # A long run's keyframes lie so far apart that there is something to replay.
        run = run_of(CONFIG.with_changes(updates=5000))
        for _ in range(12):
            run.step()
        run.turn_knob(learning_rate=1e6)
        run.step()
        with pytest.raises(DivergedError) as raised:
            run.step(report_back=report_back)
        return run, str(raised.value)

    told = []
    run, sentence = diverge(lambda fraction, text: told.append((fraction, text)))
    assert run.update == 12
    assert len(told) >= 12
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert {text for _, text in told} == {"training diverged: going back to update 12"}

    def cancel(fraction, text):
        if fraction >= 5 / 12:
            raise CancelledError

    run, sentence = diverge(cancel)
    assert run.update == 5
    assert "back at update 5;" in sentence
    there = run_of(CONFIG.with_changes(updates=5000))
    for _ in range(5):
        there.step()
    assert weights_of(run) == weights_of(there)
    assert len(run.metrics.read().batch_loss) == 5
    assert run.recipe.events == ()
    assert run.keyframes.updates == (0,)
    run.step()


def test_a_look_at_the_test_set_can_be_given_up():
    def cancel(fraction, text):
        raise CancelledError

    run = run_of()
    with pytest.raises(CancelledError):
        run.step(cancel)
    assert run.update == 0
    assert len(run.metrics.read().test_updates) == 0
    finish(run)
    assert run.metrics.read().test_updates.tolist()[:2] == [0, 1]


def test_a_knob_turned_just_before_the_run_diverged_is_forgotten():
    run = run_of()
    run.turn_knob(learning_rate=1000)
    run.step()
    run.turn_knob(learning_rate=0.001)
    with pytest.raises(DivergedError):
        run.step()
    assert [(event.update, event.changes) for event in run.recipe.events] == [(0, {"learning_rate": 1000})]


def test_a_loss_that_is_no_number_counts_as_divergence():
    run = run_of()
    run.step()
    run._state.parameters.vector[:] = math.nan
    with pytest.raises(DivergedError):
        run.step()
    assert np.isfinite(run.snapshot().network.parameters.vector).all()


def test_a_run_from_a_network_goes_on_from_it():
    trained = finish(run_of()).snapshot()
    run = Run.from_network(trained.network, CONFIG.with_changes(hidden=(99,), learning_rate=0.01), PAIR, name="On")
    assert weights_of(run) == trained.network.parameters.vector.tobytes()
    assert run.snapshot().config.hidden == (6,)
    finish(run)
    assert weights_of(run) != trained.network.parameters.vector.tobytes()
    assert run.replay().state_at(0).parameters.vector.tobytes() == trained.network.parameters.vector.tobytes()
    assert run.replay().state_at(40).parameters.vector.tobytes() == weights_of(run)
