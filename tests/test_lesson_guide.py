"""Lessons set up their runs in the session, and give the user's own data back."""

import pytest

from core.config import TrainingConfig
from core.lessons import LessonStep
from gui.lesson_guide import LessonGuide
from gui.training_session import TrainingSession
from tests.small_data import small_pair

SLOW = TrainingConfig(batch_size=20, epochs=2, learning_rate=0.001)
FAST = TrainingConfig(batch_size=20, epochs=2, learning_rate=0.1)


@pytest.fixture
def data():
    return small_pair()


@pytest.fixture
def session(qtbot):
    session = TrainingSession(TrainingConfig())
    yield session
    session.close()


@pytest.fixture
def guide(session):
    guide = LessonGuide(session)
    guide.data_made.connect(session.set_data)
    yield guide
    guide.close()


def test_settings_begin_a_new_run_on_the_data_that_are_open(session, guide, data):
    guide.set_open_data(data)
    session.set_data(data)
    guide.set_up(LessonStep(text="Try.", config=SLOW))
    first = session.run
    assert (first.update, first.recipe.config, first.data) == (0, SLOW, data)
    guide.set_up(LessonStep(text="Try.", config=FAST))
    assert session.run is not first
    assert session.run.recipe.config == FAST


def test_a_part_of_the_data_is_used_while_the_lesson_lasts(session, guide, data):
    guide.set_open_data(data)
    session.set_data(data)
    few = LessonStep(text="Few.", config=SLOW, images=200)
    guide.set_up(few)
    part = session.run.data
    assert len(part.train) == 200
    assert session.run.recipe.config == SLOW
    guide.set_up(few)
    assert session.run.data is part
    guide.set_up(LessonStep(text="All.", config=FAST))
    assert session.run.data is data
    guide.set_up(few)
    guide.leave()
    assert session.run.data is data


def test_leaving_a_lesson_that_used_the_open_data_leaves_the_run(session, guide, data):
    guide.set_open_data(data)
    session.set_data(data)
    guide.set_up(LessonStep(text="Try.", config=FAST))
    run = session.run
    guide.leave()
    assert session.run is run


def test_data_opened_during_a_lesson_are_not_taken_away_again(session, guide, data):
    guide.set_open_data(data)
    session.set_data(data)
    guide.set_up(LessonStep(text="Few.", config=SLOW, images=200))
    other = small_pair(300)
    guide.set_open_data(other)
    session.set_data(other)
    run = session.run
    guide.leave()
    assert session.run is run


def test_the_builtin_digits_are_loaded_where_a_step_wants_them(qtbot, session, guide, data):
    guide.set_open_data(data)
    session.set_data(data)
    step = LessonStep(text="Built in.", config=FAST, data="builtin", images=500)
    with qtbot.waitSignal(session.run_changed, timeout=20_000):
        guide.set_up(step)
    assert session.run.data.synthetic
    assert len(session.run.data.train) == 500
    builtin = session.run.data
    guide.set_up(step)
    assert session.run.data is builtin
    guide.leave()
    assert session.run.data is data


def test_without_data_a_step_says_so(qtbot, guide):
    with qtbot.waitSignal(guide.failed) as failed:
        guide.set_up(LessonStep(text="Try.", config=FAST))
    assert failed.args[0].startswith("Wait until the data are loaded")
