"""The time machine brings back any moment bit for bit, on its own thread, while training goes on or not."""

import numpy as np
import pytest

from core.errors import CancelledError, DivergedError
from core.runs.keyframes import Keyframes
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.session.replay_thread import ReplayThread
from gui.session.session_signals import SessionState
from gui.session.task_slot import close_threads
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from tests.small_data import small_pair
from tests.time_machine import CONFIG, Watcher, follow, make_updates, trained, vector, wait_for_update


@pytest.fixture
def machine(qtbot):
    machine = TimeMachine()
    yield machine
    close_threads(machine)


def test_every_moment_equals_what_training_had_there_turned_knobs_included(qtbot, machine):
    knobs = [(7, {"learning_rate": 0.2}), (31, {"momentum": 0.5, "weight_decay": 0.01})]
    run, had = trained(60, knobs=knobs, keyframes_every=16)
    watcher = Watcher(machine)
    follow(machine, run)
    for update in (0, 59, 1, 32, 31, 30, 7, 8, 16, 58):
        machine.go_to(update)
        wait_for_update(qtbot, watcher, update)
        assert np.array_equal(vector(watcher.shown), had[update])
        assert watcher.shown.run_id == run.id
        assert watcher.shown.config == run.recipe.config_at(update)
        assert watcher.shown.epoch == pytest.approx(update / 30)
    assert watcher.positions == [0, 59, 1, 32, 31, 30, 7, 8, 16, 58]


def test_live_snapshots_pass_while_live_and_are_held_back_in_the_past(qtbot, machine):
    run, _ = trained(20)
    watcher = Watcher(machine)
    follow(machine, run)
    assert watcher.shown.update == 20
    machine.go_to(5)
    wait_for_update(qtbot, watcher, 5)
    run.step()
    machine.show_live_snapshot(run.snapshot())
    assert watcher.shown.update == 5
    machine.go_live()
    assert watcher.shown.update == 21
    assert watcher.positions == [5, None]


def test_a_moment_that_comes_while_another_is_being_shown_is_the_last_that_all_see(machine):
    run, _ = trained(3)
    first, later = run.snapshot(), None

    def go_on(snapshot):
        nonlocal later
        if snapshot is first:
            run.step()
            later = run.snapshot()
            machine.show_live_snapshot(later)

    machine.follow_run(run)
    machine.moment_shown.connect(go_on)
    watcher = Watcher(machine)
    machine.show_live_snapshot(first)
    assert watcher.shown is later
    assert machine.snapshot is later


def test_snapshots_of_another_run_are_dropped(machine):
    run, _ = trained(3)
    other, _ = trained(4)
    watcher = Watcher(machine)
    follow(machine, run)
    machine.show_live_snapshot(other.snapshot())
    assert [snapshot.run_id for snapshot in watcher.snapshots] == [run.id]


def test_a_moment_asked_of_the_old_run_never_shows_after_the_new_one_came(qtbot, machine):
    old, _ = trained(40, keyframes_every=64)
    new, had = trained(10)
    watcher = Watcher(machine)
    follow(machine, old)
    machine.go_to(35)
    follow(machine, new)
    machine.go_to(4)
    wait_for_update(qtbot, watcher, 4)
    assert [(snapshot.run_id, snapshot.update) for snapshot in watcher.snapshots[1:]] == [(new.id, 10), (new.id, 4)]
    assert np.array_equal(vector(watcher.shown), had[4])
    assert watcher.positions == [35, None, 4]


def test_at_or_beyond_the_present_is_live_and_before_the_start_is_the_start(qtbot, machine):
    run, _ = trained(10)
    watcher = Watcher(machine)
    follow(machine, run)
    machine.go_to(10)
    assert machine.position is None
    machine.step_by(-3)
    assert machine.position == 7
    machine.step_by(2)
    assert machine.position == 9
    machine.step_by(1)
    assert machine.position is None
    machine.step_by(-1000)
    assert machine.position == 0
    wait_for_update(qtbot, watcher, 0)
    machine.go_to(99)
    assert watcher.shown.update == 10


def test_of_many_requests_the_last_is_served_and_never_one_after_it(qtbot, machine):
    run, had = trained(100, keyframes_every=128)
    watcher = Watcher(machine)
    follow(machine, run)
    for update in range(99, 0, -1):
        machine.go_to(update)
    machine.go_to(42)
    wait_for_update(qtbot, watcher, 42)
    qtbot.wait(50)
    assert watcher.shown.update == 42
    assert np.array_equal(vector(watcher.shown), had[42])


def test_a_newer_request_ends_a_replay_that_would_take_long(qtbot):
    """Full batches of 3,000 images; one keyframe only, at the start, so that going far takes seconds."""
    config = TrainingConfig(batch_size=None, hidden=(512,), updates=4000)
    run = Run(Recipe(config), small_pair(3000), test_share=0)
    for _ in range(2):
        run.step()
    run._state.update = 4000
    run.keyframes = run.keyframes.until(0)
    arrived, told = [], []
    thread = ReplayThread(arrived.append, lambda fraction, text: told.append((fraction, text)), lambda: None)
    thread.start()
    try:
        thread.follow_run(run)
        thread.request(3999)
        qtbot.waitUntil(lambda: len(told) > 0)
        thread.request(2)
        qtbot.waitUntil(lambda: len(arrived) > 0)
        assert [moment.state.update for moment in arrived] == [2]
        assert told[0][1] == "replaying up to update 3,999"
        assert 0 < told[0][0] < 1
        thread.request(3999)
    finally:
        thread.end()
        thread.join()
    assert not thread.is_alive()


def test_progress_is_told_and_ends(qtbot, machine):
    config = TrainingConfig(batch_size=None, hidden=(512,), updates=4000)
    run = Run(Recipe(config), small_pair(3000), test_share=0)
    run.step()
    run._state.update = 4000
    run.keyframes = run.keyframes.until(0)
    follow(machine, run)
    with qtbot.waitSignal(machine.replaying):
        machine.go_to(3000)
    with qtbot.waitSignal(machine.replay_ended):
        machine.go_live()


def test_works_while_training_goes_on(qtbot, machine):
    session = TrainingSession(TrainingConfig(batch_size=5, epochs=2000))
    session.run_changed.connect(machine.follow_run)
    session.snapshot_taken.connect(machine.show_live_snapshot)
    session.start(data=small_pair())
    try:
        watcher = Watcher(machine)
        session.train()
        qtbot.waitUntil(lambda: session.run.update > 300)
        for update in (299, 17, 123):
            machine.go_to(update)
            wait_for_update(qtbot, watcher, update)
            assert session.state is SessionState.RUNNING
            trainer = Trainer(session.run.recipe, session.run.data.train)
            state = trainer.initial_state()
            for _ in range(update):
                trainer.step(state)
            assert np.array_equal(vector(watcher.shown), state.parameters.vector)
        machine.go_live()
        before = session.run.update
        qtbot.waitUntil(lambda: watcher.shown.update > before)
    finally:
        close_threads(session)


def test_the_state_of_a_past_moment_makes_the_very_next_update(qtbot, machine):
    run, had = trained(30, knobs=[(12, {"learning_rate": 0.3})])
    watcher = Watcher(machine)
    follow(machine, run)
    machine.go_to(12)
    machine.request_state()
    qtbot.waitUntil(lambda: len(watcher.states) == 1)
    state = watcher.states[0].copy()
    assert state.update == 12
    Trainer(run.recipe, run.data.train).step(state)
    assert np.array_equal(state.parameters.vector, had[13])
    machine.request_state()
    qtbot.waitUntil(lambda: len(watcher.states) == 2)
    assert np.array_equal(watcher.states[1].parameters.vector, had[12])


def test_the_state_of_the_present_comes_too(qtbot, machine):
    run, had = trained(30)
    watcher = Watcher(machine)
    follow(machine, run)
    machine.request_state()
    qtbot.waitUntil(lambda: len(watcher.states) == 1)
    assert watcher.states[0].update == 30
    assert np.array_equal(watcher.states[0].parameters.vector, had[30])
    run.step()
    state = watcher.states[0].copy()
    Trainer(run.recipe, run.data.train).step(state)
    assert np.array_equal(state.parameters.vector, vector(run.snapshot()))


def test_while_training_goes_on_the_state_comes_from_its_worker_and_nothing_is_replayed(qtbot, machine):
    session = TrainingSession(TrainingConfig(batch_size=5, optimizer="adam", epochs=2000))
    session.run_changed.connect(machine.follow_run)
    session.snapshot_taken.connect(machine.show_live_snapshot)
    session.start(data=small_pair())
    try:
        watcher = Watcher(machine)
        assert not session.request_state()
        session.train()
        qtbot.waitUntil(lambda: watcher.shown is not None and watcher.shown.state is None)
        session.set_speed(20.0)
        machine.request_state(comes=session.request_state())
        qtbot.waitUntil(lambda: len(watcher.states) == 1)
        assert session.busy
        state = watcher.states[0]
        assert state.update == watcher.shown.update
        assert not state.slots.flags.writeable
        session.pause()
        qtbot.waitUntil(lambda: not session.busy)
        machine.request_state()
        assert watcher.states[1].update == session.run.update
        assert machine._asked is None
        expected = session.run.replay().state_at(state.update)
        assert np.array_equal(state.parameters.vector, expected.parameters.vector)
        assert np.array_equal(state.slots, expected.slots)
    finally:
        close_threads(session)


def test_a_run_that_went_back_from_divergence_takes_the_window_along(qtbot, machine):
    run, _ = trained(20)
    watcher = Watcher(machine)
    follow(machine, run)
    run.turn_knob(learning_rate=1e5)
    with pytest.raises(DivergedError):
        make_updates(run, 20)
    good = run.update
    machine.position = good + 1
    machine.show_live_snapshot(run.snapshot())
    assert machine.position is None
    assert watcher.shown.update == good
    run.turn_knob(learning_rate=0.01)
    for _ in range(10):
        run.step()
    had = vector(run.snapshot())
    run.step()
    machine.show_live_snapshot(run.snapshot())
    machine.go_to(good + 10)
    wait_for_update(qtbot, watcher, good + 10)
    assert np.array_equal(vector(watcher.shown), had)


def test_closing_while_a_replay_is_under_way_ends_the_thread(qtbot):
    run, _ = trained(5)
    run._state.update = 10_000_000
    run.keyframes = run.keyframes.until(0)
    machine = TimeMachine()
    follow(machine, run)
    machine.go_to(9_000_000)
    close_threads(machine)
    assert not machine._thread.is_alive()


def test_keyframes_keep_every_update_of_a_short_run_and_lie_evenly_in_a_long_one():
    run, _ = trained(50)
    assert run.keyframes.updates == tuple(range(51))
    trainer = Trainer(Recipe(CONFIG), small_pair().train)
    state = trainer.initial_state()
    size = state.parameters.vector.nbytes + state.slots.nbytes
    keyframes = Keyframes(budget=10 * size)
    for update in range(200):
        state.update = update
        keyframes.offer(state)
        assert keyframes.nbytes == len(keyframes) * size <= 10 * size
    assert keyframes.updates == tuple(range(0, 200, 32))
    assert keyframes.until(100).updates == (0, 32, 64, 96)
    assert keyframes.until(100).nbytes == 4 * size


def test_one_update_back_is_not_all_the_way_again():
    run, had = trained(100, keyframes_every=128)
    replay = run.replay()
    made = []
    for update in (90, 89, 40, 41, 95, 0, 90):
        before = len(made)
        state = replay.state_at(update, lambda fraction, text: made.append(fraction))
        assert np.array_equal(state.parameters.vector, had[update])
        made[before:] = [len(made) - before]
    assert made == [90, 0, 0, 0, 5, 0, 0]


def test_a_cancelled_replay_has_not_been_for_nothing():
    run, had = trained(100, keyframes_every=128)
    replay = run.replay()
    made = []

    def report(fraction, text):
        made.append(fraction)
        if len(made) == 50:
            raise CancelledError

    with pytest.raises(CancelledError):
        replay.state_at(90, report)
    made.clear()
    state = replay.state_at(60, lambda fraction, text: made.append(fraction))
    assert len(made) == 11
    assert np.array_equal(state.parameters.vector, had[60])


def test_a_turned_knob_makes_a_replay_forget_what_it_knew():
    run, _ = trained(100, keyframes_every=128)
    replay = run.replay()
    replay.state_at(90)
    other = run.branch(50, "other", learning_rate=0.4)
    replay.follow(other.recipe)
    for _ in range(40):
        other.step()
    assert np.array_equal(replay.state_at(90).parameters.vector, vector(other.snapshot()))


def test_back_in_the_present_it_lets_go_of_the_memory_that_the_past_took(qtbot, machine):
    run, had = trained(60, keyframes_every=32)
    watcher = Watcher(machine)
    follow(machine, run)
    for update in (20, 41):
        machine.go_to(update)
        wait_for_update(qtbot, watcher, update)
        assert np.array_equal(vector(watcher.shown), had[update])
        assert machine._thread._replay is not None
        machine.go_live()
        qtbot.waitUntil(lambda: machine._thread._replay is None)
