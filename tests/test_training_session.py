"""The session trains on a real thread, and tells of it in the GUI thread."""

import threading

import numpy as np
import pytest

from core.data.dataset import DataPair
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.session.session_signals import SessionState
from gui.session.task_slot import close_threads
from gui.session.training_session import TrainingSession
from tests.small_data import run_about_to_diverge, small_pair

CONFIG = TrainingConfig(batch_size=20, epochs=4)


@pytest.fixture
def session(qtbot):
    session = TrainingSession(CONFIG)
    session.start(data=small_pair())
    yield session
    close_threads(session)


def wait_for(qtbot, session, state):
    qtbot.waitUntil(lambda: session.state is state)


def test_trains_to_the_end_and_equals_training_without_a_window(qtbot, session):
    snapshots, threads = [], set()
    session.snapshot_taken.connect(
        lambda snapshot: (snapshots.append(snapshot), threads.add(threading.current_thread()))
    )
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)
    alone = Run(Recipe(CONFIG), small_pair())
    while not alone.finished:
        alone.step()
    assert snapshots[-1].update == alone.update == 120
    assert np.array_equal(snapshots[-1].network.parameters.vector, alone.snapshot().network.parameters.vector)
    assert threads == {threading.main_thread()}


def test_a_run_that_comes_back_is_at_rest(qtbot, session):
    # Large enough for the thread to be in the middle of an update at any time.
    slow = CONFIG.with_changes(hidden=(1500, 1500), batch_size=500, epochs=100)
    first = Run(Recipe(slow), small_pair(), test_share=0)
    session.adopt(first)
    session.train()
    qtbot.waitUntil(lambda: first.update >= 2)
    session.reset()
    session.adopt(first)
    shown = first.snapshot()
    qtbot.wait(500)
    assert first.update == shown.update
    assert np.array_equal(first.snapshot().network.parameters.vector, shown.network.parameters.vector)
    session.step()
    qtbot.waitUntil(lambda: first.update == shown.update + 1 and not session.busy)


def test_step_makes_one_update(qtbot, session):
    session.step()
    wait_for(qtbot, session, SessionState.PAUSED)
    assert session.run.update == 1
    session.step()
    wait_for(qtbot, session, SessionState.PAUSED)
    qtbot.waitUntil(lambda: session.run.update == 2)


def test_pause_and_go_on_lose_nothing(qtbot, session):
    session.set_speed(200)
    session.train()
    qtbot.waitUntil(lambda: session.run.update >= 5)
    session.pause()
    wait_for(qtbot, session, SessionState.PAUSED)
    stopped_at = session.run.update
    assert stopped_at < 120
    session.set_speed(None)
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)
    alone = Run(Recipe(CONFIG), small_pair())
    while not alone.finished:
        alone.step()
    assert np.array_equal(session.run.snapshot().network.parameters.vector, alone.snapshot().network.parameters.vector)


def test_speed_can_be_raised_in_the_middle_of_a_wait(qtbot, session):
    session.set_speed(0.01)
    session.train()
    qtbot.waitUntil(lambda: session.run.update == 1)
    session.set_speed(None)
    wait_for(qtbot, session, SessionState.FINISHED)


def test_pause_ends_a_wait_of_minutes(qtbot, session):
    session.set_speed(0.01)
    session.train()
    qtbot.waitUntil(lambda: session.run.update == 1)
    session.pause()
    wait_for(qtbot, session, SessionState.PAUSED)
    assert session.run.update == 1


def test_reset_while_training_starts_a_new_run(qtbot, session):
    session.set_speed(100)
    session.train()
    old = session.run
    qtbot.waitUntil(lambda: old.update >= 2)
    session.reset()
    assert session.run is not old
    assert session.run.update == 0
    assert session.state is SessionState.IDLE


def test_nothing_of_a_left_run_arrives_any_more(qtbot, session):
    session.set_speed(100)
    session.train()
    qtbot.waitUntil(lambda: session.run.update >= 2)
    session.reset()
    arrived = []
    session.snapshot_taken.connect(lambda snapshot: arrived.append(snapshot.run_id))
    session.step()
    wait_for(qtbot, session, SessionState.PAUSED)
    assert set(arrived) == {session.run.id}


def test_a_knob_turned_while_training_is_in_the_recipe_and_replays(qtbot, session):
    session.set_speed(100)
    session.train()
    qtbot.waitUntil(lambda: session.run.update >= 3)
    session.turn_knob("learning_rate", 0.02)
    qtbot.waitUntil(lambda: session.run.recipe.events != ())
    session.set_speed(None)
    wait_for(qtbot, session, SessionState.FINISHED)
    event = session.run.recipe.events[0]
    assert event.changes == {"learning_rate": 0.02}
    assert 3 <= event.update < 120
    replayed = session.run.replay().state_at(120)
    assert np.array_equal(replayed.parameters.vector, session.run.snapshot().network.parameters.vector)


def test_a_knob_turned_while_training_is_told_while_training_goes_on(qtbot, session):
    told = []
    session.recipe_changed.connect(lambda recipe: told.append((session.state, recipe.events[-1].changes)))
    session.set_speed(50)
    session.train()
    qtbot.waitUntil(lambda: session.run.update >= 2)
    session.turn_knob("learning_rate", 0.02)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(SessionState.RUNNING, {"learning_rate": 0.02})]
    session.pause()
    wait_for(qtbot, session, SessionState.PAUSED)
    assert len(told) == 1


def test_a_knob_turned_before_training_changes_the_settings_and_leaves_no_event(session):
    session.turn_knob("learning_rate", 0.5)
    assert session.run.recipe == Recipe(CONFIG.with_changes(learning_rate=0.5))


def test_only_live_knobs_can_be_turned(session):
    with pytest.raises(ValueError, match="seed"):
        session.turn_knob("seed", 10)


@pytest.mark.parametrize(("name", "value"), [("batch_size", 30), ("optimizer", "momentum"), ("schedule", "cosine")])
@pytest.mark.parametrize("running", [True, False])
def test_a_setting_that_can_change_within_a_run_does_not_begin_another(qtbot, session, name, value, running):
    session.set_speed(100)
    session.train()
    run = session.run
    qtbot.waitUntil(lambda: run.update >= 5)
    if not running:
        session.pause()
        wait_for(qtbot, session, SessionState.PAUSED)
    session.turn_knob(name, value)
    qtbot.waitUntil(lambda: bool(run.recipe.events))
    session.set_speed(None)
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)
    assert session.run is run
    (event,) = run.recipe.events
    assert event.update >= 5
    assert event.changes == {name: value}
    assert np.array_equal(run.replay().state_at(run.update).parameters.vector, run.snapshot().network.parameters.vector)


def test_a_finished_run_that_is_made_longer_goes_on(qtbot, session):
    session.train()
    run = session.run
    wait_for(qtbot, session, SessionState.FINISHED)
    assert run.update == 120
    session.turn_knob("batch_size", 10)
    assert run.recipe.events == ()
    session.turn_knob("epochs", 6)
    assert session.state is SessionState.PAUSED
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)
    assert session.run is run
    assert run.update == 240
    assert [(event.update, event.changes) for event in run.recipe.events] == [(120, {"batch_size": 10, "epochs": 6})]


def test_what_is_changed_after_the_end_of_a_run_is_for_the_next(qtbot, session):
    session.train()
    first = session.run
    wait_for(qtbot, session, SessionState.FINISHED)
    session.turn_knob("optimizer", "momentum")
    assert session.state is SessionState.FINISHED
    assert session.run is first
    session.train()
    assert session.run is not first
    assert session.run.recipe == Recipe(CONFIG.with_changes(optimizer="momentum"))
    assert first.recipe == Recipe(CONFIG)
    wait_for(qtbot, session, SessionState.FINISHED)


def test_a_run_that_is_made_shorter_than_it_is_has_finished(qtbot, session):
    session.set_speed(100)
    session.train()
    run = session.run
    qtbot.waitUntil(lambda: run.update > 30)
    session.turn_knob("epochs", 1)
    wait_for(qtbot, session, SessionState.FINISHED)
    session.turn_knob("epochs", 4)
    assert session.state is SessionState.PAUSED
    session.turn_knob("epochs", 1)
    assert session.state is SessionState.FINISHED
    assert session.run is run


def test_divergence_is_told_and_leaves_a_usable_network(qtbot, session):
    session.set_config(CONFIG.with_changes(learning_rate=1000.0))
    with qtbot.waitSignal(session.diverged) as blocker:
        session.train()
    assert blocker.args[0] == 1
    assert "diverged at update 1" in blocker.args[1]
    assert session.state is SessionState.PAUSED
    assert np.isfinite(session.run.snapshot().network.parameters.vector).all()
    session.turn_knob("learning_rate", 0.1)
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)


def test_an_exception_in_the_worker_reaches_the_user_as_a_sentence_and_the_log_as_a_traceback(qtbot, session, caplog):
    def fail(report, report_back):
        raise ZeroDivisionError("on purpose")

    session.run.step = fail
    with qtbot.waitSignal(session.failed) as blocker:
        session.train()
    assert "ZeroDivisionError" not in blocker.args[0]
    assert blocker.args[0].count(".") >= 1
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)
    assert session.state is SessionState.FAILED
    session.reset()
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)


def test_closing_while_training_ends_the_thread(qtbot, session):
    session.set_speed(50)
    session.train()
    qtbot.waitUntil(lambda: session.run.update >= 1)
    close_threads(session)
    assert not any(thread.name == "training" for thread in threading.enumerate())


def test_a_long_recovery_is_told_of_and_pause_cuts_it_short(qtbot, session):
    run = run_about_to_diverge(small_pair(), 2_000)
    session.adopt(run)
    with qtbot.waitSignal(session.going_back) as told:
        session.train()
    assert 0 < told.args[0] < 1
    assert told.args[1] == "training diverged: going back to update 2,000"
    session.pause()
    assert session.state is SessionState.PAUSING
    with qtbot.waitSignal(session.diverged) as diverged:
        pass
    assert session.state is SessionState.PAUSED
    assert run.update < 2_000
    assert f"back at update {run.update:,};" in diverged.args[1]


def test_a_long_recovery_that_nobody_cuts_short_leads_to_the_last_sane_update(qtbot, session):
    run = run_about_to_diverge(small_pair(), 20)
    session.adopt(run)
    with qtbot.waitSignal(session.diverged):
        session.train()
    assert run.update == 20


def test_closing_does_not_wait_for_the_recovery(qtbot, session):
    run = run_about_to_diverge(small_pair(), 2_000)
    session.adopt(run)
    with qtbot.waitSignal(session.going_back):
        session.train()
    close_threads(session)
    assert not [thread for thread in threading.enumerate() if thread.name == "training"]
    assert run.update < 2_000
    assert np.isfinite(run.snapshot().network.parameters.vector).all()


def test_a_finished_run_starts_over_on_train(qtbot, session):
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)
    first = session.run
    session.train()
    qtbot.waitUntil(lambda: session.run is not first and session.state is SessionState.FINISHED)


def test_a_run_adopted_from_a_network_goes_on_from_its_parameters(qtbot, session):
    session.train()
    wait_for(qtbot, session, SessionState.FINISHED)
    trained = session.run.snapshot().network
    session.adopt(Run.from_network(trained, None, small_pair(), name="opened"))
    assert np.array_equal(session.run.snapshot().network.parameters.vector, trained.parameters.vector)
    session.step()
    wait_for(qtbot, session, SessionState.PAUSED)
    assert not np.array_equal(session.run.snapshot().network.parameters.vector, trained.parameters.vector)


def test_closing_does_not_wait_for_an_update_that_takes_long(qtbot, session):
    pair = small_pair()
    many = np.arange(40_000) % len(pair.train)
    session.start(data=DataPair(pair.train.take(many, "many"), pair.test, "many"))
    session.set_config(TrainingConfig(hidden=(512,), batch_size=None))
    session.train()
    # The look at the test set comes just before the first update.
    qtbot.waitUntil(lambda: len(session.run.metrics.read().test_updates) == 1)
    close_threads(session)
    assert not [thread for thread in threading.enumerate() if thread.name == "training"]
    assert session.run.update == 0


def test_closing_does_not_wait_for_a_look_at_the_test_set(qtbot, session):
    pair = small_pair()
    many = np.arange(60_000) % len(pair.test)
    session.start(data=DataPair(pair.train, pair.test.take(many, "many"), "many"))
    session.set_config(TrainingConfig(hidden=(512,)))
    session.train()
    assert session.busy
    close_threads(session)
    assert not [thread for thread in threading.enumerate() if thread.name == "training"]
    assert len(session.run.metrics.read().test_updates) == 0
