"""A lesson in the window: what it sets up, what it leaves alone, and what it calls things."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QMenu,
)

from core.lessons.lesson import LESSONS_FOLDER, load_lesson, load_lessons
from gui.session.session_signals import SessionState
from tests.main_window import load_small, open_window, press, wait_for
from tests.runs_window import curves


@pytest.fixture
def window(qtbot):
    yield from open_window(qtbot)


@pytest.fixture
def loaded(window):
    return load_small(window)


def test_a_lesson_sets_up_its_run_and_gives_the_data_back(qtbot, loaded):
    lessons = next(a.menu() for a in loaded.menuBar().actions() if "Lessons" in a.text().replace("&", ""))
    overfitting = next(a for a in lessons.actions() if "200" in a.text())
    data = loaded.session.run.data
    overfitting.trigger()
    while not (loaded.lesson.step.config and loaded.lesson.step.images):
        qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(loaded.session.run_changed):
        qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(loaded.session.run.data.train) == loaded.lesson.step.images)
    assert loaded.session.run.recipe.config == loaded.lesson.step.config
    loaded.lesson.close_lesson()
    assert loaded.session.run.data is data


def test_a_lesson_that_is_closed_sets_nothing_up_any_more(qtbot, loaded):
    lesson = load_lesson(LESSONS_FOLDER / "learning-rate.toml")
    loaded.lessons.show_lesson(lesson)
    qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    before = loaded.session.run
    with qtbot.assertNotEmitted(loaded.session.run_changed, wait=300):
        qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
        loaded.lesson.close_lesson()
    assert loaded.session.run is before


def test_a_lesson_begins_with_no_curves_of_other_runs(qtbot, loaded):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    loaded.session.reset()
    assert len(loaded.plots.plots.past) == 1
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    loaded.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    assert loaded.plots.plots.past == ()
    for expected in (0, 1):
        # What was there before the lesson goes; what was made in it stays to be compared with.
        loaded.session.reset()
        assert len(loaded.plots.plots.past) == expected
        press(qtbot, loaded, "Train")
        wait_for(qtbot, loaded, SessionState.FINISHED)


@pytest.mark.parametrize("lesson", load_lessons()[0], ids=lambda lesson: lesson.key)
def test_what_a_lesson_sets_up_can_be_compared_with_all_that_it_set_up_before(qtbot, loaded, lesson):
    loaded.lessons.show_lesson(lesson)
    made = []
    while loaded.lesson.lesson is lesson:
        step = loaded.lesson.step
        if step.config is not None:
            qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda step=step: is_set_up(loaded.session.run, step))
            assert list(curves(loaded)) == made
            press(qtbot, loaded, "Step")
            qtbot.waitUntil(lambda: loaded.session.run.update == 1 and not loaded.session.busy)
            made.append(loaded.session.run.name)
        qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    assert made


def is_set_up(run, step):
    return run.is_untrained and run.recipe.config == step.config and step.images in (None, len(run.data.train))


def test_runs_of_a_lesson_on_other_images_than_the_step_before_stay_side_by_side(qtbot, loaded, tmp_path):
    step = 'text = "Train."\nconfig = { epochs = 1 }\nimages = '
    lesson = tmp_path / "sizes.toml"
    lesson.write_text(f'title = "Sizes"\n[[step]]\n{step}50\n[[step]]\n{step}100\n', encoding="utf-8")
    loaded.lessons.open(lesson)
    for images, past in ((50, []), (100, ["Run 1"])):
        qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda images=images: len(loaded.session.run.data.train) == images)
        assert list(curves(loaded)) == past
        press(qtbot, loaded, "Step")
        qtbot.waitUntil(lambda: loaded.session.run.update == 1 and not loaded.session.busy)
        qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    assert len(loaded.session.run.data.train) == 600


def test_a_lesson_with_a_mistake_stands_in_the_menu_and_says_it(window, tmp_path):
    (tmp_path / "good.toml").write_text('title = "Good"\n[[step]]\ntext = "Look."', encoding="utf-8")
    (tmp_path / "mine.toml").write_text('title = "Mine"\n[[step]]\ntext = "Look.', encoding="utf-8")
    menu = QMenu(window)
    window.lessons.fill_menu(menu, tmp_path)
    good, mine, *_ = menu.actions()
    assert (good.text(), mine.text()) == ("Good", "mine.toml has a mistake…")
    mine.trigger()
    assert 'mine.toml: line 3 cannot be read: text = "Look.' in window.messages.message.text
    assert window.lesson.lesson is None
    good.trigger()
    assert window.lesson.text.text() == "Look."


def test_lessons_call_what_is_pressed_by_its_name_in_the_window(qtbot, window):
    steps = [step for lesson in load_lessons()[0] for step in lesson.steps]
    texts = "\n".join(step.text + (step.question.explanation if step.question else "") for step in steps)
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "break-it.toml"))
    qtbot.mouseClick(window.lesson.next, Qt.MouseButton.LeftButton)
    shown = {window.tabs.tabText(index) for index in range(window.tabs.count())}
    for kind in (QAbstractButton, QLabel):
        shown |= {part.text() for part in window.findChildren(kind)}
    # A knob that can be turned while training goes on has a dot behind its name.
    shown = {text.split("<")[0].split("●")[0].strip() for text in shown}
    names = ["Train", "Pause", "Step", "Momentum", "log", "Set it up", "Look here"]
    for name in (*names, "Step through", "Check", "Sample"):
        assert f"**{name}**" in texts, name
        assert name in shown, name
