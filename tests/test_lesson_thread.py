"""Lessons have a thread: a step sets the window up and points at one control, and the next start goes on from there."""

import re

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from core.lessons.lesson import LESSONS_FOLDER, load_lesson, load_lessons
from core.lessons.look import LOOK, look_problem
from core.lessons.step import TABS
from gui.look.preferences import Preferences
from gui.main_window import MainWindow
from gui.panels.control_bar import SPEEDS
from gui.widgets.stages.stage_side import CHECK
from tests.layout import laid_out
from tests.small_data import small_pair

LEFT = Qt.MouseButton.LeftButton
SHIPPED = load_lessons()[0]


def open_window(qtbot):
    window = MainWindow(Preferences())
    qtbot.addWidget(window)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    qtbot.waitUntil(lambda: window.session.run is not None)
    return window


@pytest.fixture
def window(qtbot):
    window = open_window(qtbot)
    yield window
    window.close()


def write(tmp_path, *steps):
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(['title = "Mine"', *(f"[[step]]\n{step}" for step in steps)]), encoding="utf-8")
    return path


def press(window, button):
    QTest.mouseClick(button, LEFT)
    QApplication.processEvents()


def lesson_entries(window):
    menu = next(action.menu() for action in window.menuBar().actions() if "Lessons" in action.text().replace("&", ""))
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_set_it_up_sets_speed_and_tab_and_closing_gives_both_back(qtbot, window, tmp_path):
    window.show_tab("Runs")
    window.controls.choose_speed(30)
    lesson = write(
        tmp_path, 'text = "a"\ntab = "Evaluate"\nspeed = 300\nconfig = { epochs = 1 }', 'text = "b"\nspeed = "max"'
    )
    window.lessons.open(lesson)
    press(window, window.lesson.set_up)
    assert window.session.speed == 300
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Evaluate"
    qtbot.waitUntil(lambda: window.session.run.recipe.config.epochs == 1)
    press(window, window.lesson.next)
    press(window, window.lesson.set_up)
    assert window.session.speed is None
    press(window, window.lesson.close_button)
    assert window.session.speed == 30
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Runs"


def test_every_tab_of_a_lesson_is_there(window):
    titles = [window.tabs.tabText(index) for index in range(window.tabs.count())]
    assert set(TABS) <= set(titles)


@pytest.mark.parametrize(("speed", "step"), [(1, 0), (300, 5), (250, 5), (100_000, 7), (None, 8)])
def test_the_nearest_speed_is_chosen(window, speed, step):
    window.controls.choose_speed(speed)
    assert window.session.speed == SPEEDS[step]


NAMES = [f"{part}:{thing}" for part, things in LOOK.items() for thing in things]
STAGES = ["microscope:dW1", "microscope:z2", "microscope:loss", "microscope:update"]


def test_look_here_frames_what_is_named(qtbot, window):
    window.show_tab("Step through")
    qtbot.waitUntil(lambda: window.step_through.explanation is not None)
    panels = [*window.panels.values(), window.controls]
    for name in (*LOOK, *NAMES, *STAGES):
        assert look_problem(name) == ""
        window.show_tab("Runs")
        window.lesson.look_requested.emit(name)
        laid_out(window)
        spotlight = window.lessons._spotlight
        place = window.lessons._places.bring_into_view(name)
        assert spotlight.isVisible(), name
        assert place.widget.isVisible(), name
        # The thing itself, not the panel that it lies in.
        assert (":" in name) != any(place.widget is panel for panel in panels), name
        if place.part is None:
            shown = QRect(place.widget.mapTo(window, place.widget.rect().topLeft()), place.widget.size())
            assert shown.adjusted(-4, -4, 4, 4).contains(spotlight.geometry()), name


def test_a_stage_is_walked_to_and_its_box_is_framed(qtbot, window, tmp_path):
    window.lessons.open(write(tmp_path, 'text = "a"\nlook = "microscope:dW2"'))
    window.show_tab("Step through")
    qtbot.waitUntil(lambda: window.step_through.explanation is not None)
    press(window, window.lesson.look)
    laid_out(window)
    view = window.step_through.view
    assert view.head.title.text().startswith("dW₂: ")
    box = (
        view.chain.box(view.walk.place)
        .toAlignedRect()
        .translated(view.chain.mapTo(window, view.chain.rect().topLeft()))
    )
    assert window.lessons._spotlight.geometry().contains(box)
    assert window.lessons._spotlight.width() < box.width() + 20


def test_a_stage_is_framed_as_soon_as_the_update_has_been_taken_apart(qtbot, window, tmp_path):
    window.lessons.open(write(tmp_path, 'text = "a"\nlook = "microscope:dW2"'))
    assert window.step_through.explanation is None
    press(window, window.lesson.look)
    qtbot.waitUntil(lambda: window.step_through.view.head.title.text().startswith("dW₂: "))
    laid_out(window)
    assert window.lessons._spotlight.isVisible()
    assert window.lessons._spotlight.height() < 60


def test_the_button_sample_is_framed_on_its_page(qtbot, window, tmp_path):
    window.lessons.open(write(tmp_path, 'text = "a"\nlook = "microscope:sample"'))
    window.show_tab("Step through")
    qtbot.waitUntil(lambda: window.step_through.explanation is not None)
    press(window, window.lesson.look)
    side = window.step_through.view.side
    assert side.pages.choice == CHECK
    assert side.check.sample.isVisible()


def test_a_step_turns_a_knob_on_the_way_and_the_settings_show_it(qtbot, window, tmp_path):
    turns = "turns = [{ update = 5, momentum = 0.5 }]"
    step = f'text = "a"\nconfig = {{ epochs = 3, batch_size = 20, optimizer = "momentum" }}\nspeed = 30\n{turns}'
    window.lessons.open(write(tmp_path, step))
    press(window, window.lesson.set_up)
    qtbot.waitUntil(lambda: len(window.session.run.recipe.events) == 1)
    assert window.settings.fields["momentum"].value() == pytest.approx(0.9)
    window.session.train()
    qtbot.waitUntil(lambda: window.session.run.update > 5)
    qtbot.waitUntil(lambda: window.settings.fields["momentum"].value() == pytest.approx(0.5))
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.busy)
    assert window.session.config.momentum == 0.5


def test_a_step_begins_with_an_image(qtbot, window, tmp_path):
    window.lessons.open(write(tmp_path, 'text = "a"\nimage = 3'))
    press(window, window.lesson.set_up)
    assert (window.drawing.canvas.example == window.session.run.data.test.images[2].reshape(28, 28)).all()


def test_done_lessons_are_ticked_and_begun_ones_say_how_far(window):
    first, second = SHIPPED[:2]
    window.lessons.show_lesson(first)
    press(window, window.lesson.next)
    assert f"{first.title}, step 2 of {len(first.steps)}" in lesson_entries(window)
    for _ in first.steps[2:]:
        press(window, window.lesson.next)
    assert f"✓ {first.title}" in lesson_entries(window)
    assert window.lesson.next.text() == "Next lesson"
    press(window, window.lesson.next)
    assert window.lesson.lesson.key == second.key
    assert window.lesson.place == 0
    assert second.title in lesson_entries(window)


def test_a_lesson_goes_on_where_it_was_left_also_at_the_next_start(qtbot, window):
    lesson = SHIPPED[3]
    window.lessons.show_lesson(lesson)
    press(window, window.lesson.next)
    press(window, window.lesson.next)
    window.close()
    again = open_window(qtbot)
    again.lessons.resume()
    assert again.lesson.lesson is not None
    assert (again.lesson.lesson.key, again.lesson.place) == (lesson.key, 2)
    press(again, again.lesson.close_button)
    again.lessons.show_lesson(load_lesson(LESSONS_FOLDER / f"{lesson.key}.toml"))
    assert again.lesson.place == 2
    press(again, again.lesson.close_button)
    again.close()
    third = open_window(qtbot)
    third.lessons.resume()
    assert third.lesson.lesson is None
    third.close()


def test_a_lesson_file_is_resumed_as_long_as_it_is_there(qtbot, window, tmp_path):
    path = write(tmp_path, 'text = "a"', 'text = "b"', 'text = "c"')
    window.lessons.open(path)
    press(window, window.lesson.next)
    window.close()
    for expected in (1, None):
        again = open_window(qtbot)
        again.lessons.resume()
        assert (again.lesson.place if again.lesson.lesson else None) == expected
        again.close()
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("value", ["x", -3, 99, None])
def test_a_damaged_memory_of_a_lesson_begins_it_anew(qtbot, value):
    preferences = Preferences()
    preferences._settings.setValue(f"lessons/step/{SHIPPED[0].key}", value)
    preferences._settings.setValue("lessons/open", SHIPPED[0].key)
    window = open_window(qtbot)
    window.lessons.resume()
    assert window.lesson.place == 0
    window.close()


def test_a_screenshot_opens_no_lesson(qtbot):
    Preferences().open_lesson = SHIPPED[0].key
    assert Preferences(remembers=False).open_lesson == ""


def test_every_look_of_every_lesson_is_there(window):
    for lesson in SHIPPED:
        for step in lesson.steps:
            if step.look:
                assert window.lessons._places.bring_into_view(step.look) is not None, (lesson.key, step.look)


def test_tips_of_the_menu_are_plain_sentences(window):
    menu = QMenu()
    window.lessons.fill_menu(menu)
    for action, lesson in zip(menu.actions(), SHIPPED, strict=False):
        assert re.sub("<[^>]*>", "", action.toolTip()) == lesson.summary.replace("'", "&#x27;")
