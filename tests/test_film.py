"""A film plays the past: at its speed, to its end, and not without a past."""

import pytest

from core.runs.learning_time import LearningPace, LearningTime, SteadyPace
from gui.session.task_slot import close_threads
from gui.session.time_machine import TimeMachine
from tests.time_machine import Watcher, follow, trained, wait_for_update


@pytest.fixture
def machine(qtbot):
    machine = TimeMachine()
    yield machine
    close_threads(machine)


def test_a_film_runs_through_the_past_and_ends_live(qtbot, machine):
    run, _ = trained(60)
    watcher = Watcher(machine)
    follow(machine, run)
    machine.play(SteadyPace(200.0))
    assert machine.playing
    qtbot.waitUntil(lambda: machine.position is None)
    updates = [snapshot.update for snapshot in watcher.snapshots[1:]]
    assert updates[0] == 0
    assert updates == sorted(updates)
    assert len(set(updates)) > 3
    assert updates[-1] == 60
    assert watcher.playing == [True, False]


def test_a_film_in_learning_time_ends_live_too(qtbot, machine):
    run, _ = trained(60)
    watcher = Watcher(machine)
    follow(machine, run)
    machine.play(LearningPace(LearningTime(2.0, 60), 0.8))
    qtbot.waitUntil(lambda: machine.position is None)
    updates = [snapshot.update for snapshot in watcher.snapshots[1:]]
    assert updates == sorted(updates)
    assert updates[-1] == 60


def test_a_film_holds_where_it_is_stopped_and_a_step_stops_it(qtbot, machine):
    run, _ = trained(60)
    watcher = Watcher(machine)
    follow(machine, run)
    machine.go_to(10)
    machine.play(SteadyPace(20.0))
    qtbot.waitUntil(lambda: machine.position > 12)
    machine.stop()
    held = machine.position
    wait_for_update(qtbot, watcher, held)
    assert machine.position == held
    machine.play(SteadyPace(20.0))
    machine.step_by(-1)
    assert not machine.playing
    assert watcher.playing == [True, False, True, False]


def test_a_film_of_nothing_does_not_start(machine):
    machine.play(SteadyPace(10.0))
    run, _ = trained(0)
    follow(machine, run)
    machine.play(SteadyPace(10.0))
    assert not machine.playing
