"""An update that takes long is told of, and Pause, Quit and another run do not wait for its end."""

import re

import numpy as np
import pytest

from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.panels.status_line import StatusLine
from gui.session.session_signals import SessionState
from gui.session.task_slot import close_threads
from gui.session.training_session import TrainingSession
from gui.session.training_worker import SlowStep, TrainingWorker
from tests.small_data import small_pair

CONFIG = TrainingConfig(layers="conv 128 5x5, conv 128 5x5, 10", batch_size=600, epochs=3, optimizer="sgd")
"""Chunk by chunk, an update takes minutes, and a chunk a second or so."""


@pytest.fixture
def session():
    session = TrainingSession(CONFIG)
    yield session
    close_threads(session)


def test_pause_gives_up_an_update_that_takes_long_as_if_it_had_never_begun(qtbot, session):
    run = Run(Recipe(CONFIG), small_pair(), test_share=0)
    session.adopt(run)
    before = run.snapshot().network.parameters.vector.copy()
    session.train()
    qtbot.waitUntil(lambda: (slow := session.slow_step) is not None and bool(slow.text), timeout=120_000)
    slow = session.slow_step
    assert slow.text == "working through the batch"
    assert 0 < slow.fraction < 1
    assert slow.seconds_left > 0
    session.pause()
    assert session.state is SessionState.PAUSING
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED, timeout=120_000)
    assert run.update == 0
    assert session.slow_step is None
    np.testing.assert_array_equal(run.snapshot().network.parameters.vector, before)


def test_the_line_at_the_bottom_says_how_long_it_takes(qtbot):
    status = StatusLine()
    qtbot.addWidget(status)
    status.resize(1400, 30)
    run = Run(Recipe(TrainingConfig()), small_pair())
    for step, said in (
        (SlowStep("", 0.0, None), "Running: an update takes long"),
        (SlowStep("working through the batch", 0.25, 42.0), "Running: working through the batch, 25 %, 40 s left"),
        (SlowStep("looking at 100 images", 0.5, None), "Running: looking at 100 images, 50 %"),
        (None, "Running"),
    ):
        status.show_run(run, "running", True, run.metrics.read(), step)
        told = status._text.text().split("  ·  ")[0]
        assert re.sub(r"\s", " ", told) == said


def test_a_step_is_followed_through_its_parts():
    worker = TrainingWorker(Run(Recipe(TrainingConfig()), small_pair()), None)
    assert worker.slow_step is None
    worker._report_update(0.5, "looking at 100 images")
    assert worker._part.seconds_left() is None
    worker._report_update(0.75, "looking at 100 images")
    assert worker._part.seconds_left() >= 0
    worker._report_update(0.1, "working through the batch")
    assert worker._part[1:] == (0.1, 0.1, "working through the batch")
