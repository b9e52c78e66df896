"""Trained runs whose every moment is known, and what a time machine tells of them."""

from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=20, epochs=4, optimizer="momentum", learning_rate=0.05, momentum=0.8)


def vector(snapshot):
    return snapshot.network.parameters.vector


def trained(updates, *, name="Run", knobs=(), keyframes_every=None):
    """A run, and the parameters that training had after each update."""
    run = Run(Recipe(CONFIG), small_pair(), name=name, test_share=0)
    if keyframes_every:
        run.keyframes.interval = keyframes_every
    had = [vector(run.snapshot())]
    for update in range(updates):
        for at, changes in knobs:
            if at == update:
                run.turn_knob(**changes)
        run.step()
        had.append(vector(run.snapshot()))
    return run, had


def make_updates(run, count):
    for _ in range(count):
        run.step()


class Watcher:
    """Notes what a time machine tells."""

    def __init__(self, machine):
        self.snapshots, self.positions, self.states, self.playing = [], [], [], []
        machine.moment_shown.connect(self.snapshots.append)
        machine.position_changed.connect(self.positions.append)
        machine.state_ready.connect(self.states.append)
        machine.playing_changed.connect(self.playing.append)

    @property
    def shown(self):
        return self.snapshots[-1] if self.snapshots else None


def follow(machine, run):
    machine.follow_run(run)
    machine.show_live_snapshot(run.snapshot())


def wait_for_update(qtbot, watcher, update):
    qtbot.waitUntil(lambda: watcher.shown is not None and watcher.shown.update == update)
