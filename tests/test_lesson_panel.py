"""The pane that leads through a lesson: it pages, sets up, asks, and points at what a step is about."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from core.lessons.lesson import load_lessons
from core.lessons.step import LessonStep
from gui.controllers.lesson_room import LessonRoom
from gui.look.theme import THEMES, applied
from gui.panels.lesson import NOT_THAT_ONE, LessonPanel
from gui.widgets.spotlight import Spotlight
from tests.layout import laid_out
from tests.painted import Painted

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def lessons():
    return {lesson.key: lesson for lesson in load_lessons()[0]}


@pytest.fixture
def panel(qtbot):
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(290, 560)
    return panel


@pytest.fixture
def told(panel):
    told = []
    panel.setup_requested.connect(lambda step: told.append(("setup", step)))
    panel.bug_changed.connect(lambda bug: told.append(("bug", bug)))
    panel.look_requested.connect(lambda name: told.append(("look", name)))
    panel.closed.connect(lambda: told.append(("closed", None)))
    return told


def test_pages_through_a_lesson_and_closes_at_its_end(panel, told, lessons):
    lesson = lessons["momentum"]
    assert not panel.isVisible()
    panel.show_lesson(lesson)
    assert panel.isVisible()
    assert not panel.back.isEnabled()
    for step in lesson.steps[:-1]:
        assert panel.text.text() == step.text
        QTest.mouseClick(panel.next, LEFT)
    assert panel.next.text() == "Finish"
    QTest.mouseClick(panel.back, LEFT)
    assert panel.place == len(lesson.steps) - 2
    QTest.mouseClick(panel.next, LEFT)
    QTest.mouseClick(panel.next, LEFT)
    assert told == [("closed", None)]
    assert not panel.isVisible()
    assert panel.step is None


def test_next_stays_under_the_pointer_from_step_to_step(qtbot, panel, lessons):
    panel.show_lesson(lessons["original-recipe"])
    panel.resize(320, 480)
    places = []
    for _ in lessons["original-recipe"].steps[1:]:
        places.append(laid_out(panel.next).geometry())
        QTest.mouseClick(panel.next, LEFT)
    assert len({place.getRect() for place in places}) == 1


def test_sets_up_and_points(panel, told, lessons):
    lesson = lessons["overfitting"]
    panel.show_lesson(lesson)
    assert panel.set_up.isHidden()
    assert panel.look.isHidden()
    QTest.mouseClick(panel.next, LEFT)
    QTest.mouseClick(panel.set_up, LEFT)
    QTest.mouseClick(panel.look, LEFT)
    assert told == [("setup", lesson.steps[1]), ("look", "plots"), ("look", "plots")]
    assert told[0][1].images == 200


def test_a_bug_stays_until_the_next_set_up_and_goes_with_the_lesson(panel, told, lessons):
    panel.show_lesson(lessons["break-it"])
    for _ in range(3):
        QTest.mouseClick(panel.next, LEFT)
    assert told == []
    QTest.mouseClick(panel.set_up, LEFT)
    QTest.mouseClick(panel.next, LEFT)
    QTest.mouseClick(panel.set_up, LEFT)
    QTest.mouseClick(panel.close_button, LEFT)
    assert [value for kind, value in told if kind == "bug"] == ["sign_flipped", "biases_forgotten", ""]
    assert not any(kind == "setup" for kind, _ in told)
    told.clear()
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    QTest.mouseClick(panel.set_up, LEFT)
    panel.show_lesson(lessons["momentum"])
    assert told[-1] == ("bug", "")


def test_questions_are_answered_by_mouse_and_keyboard(qtbot, panel, lessons):
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    buttons = panel._choice_group.buttons()
    QTest.mouseClick(buttons[0], LEFT)
    # Every wrong answer is told why it is wrong.
    for wrong in (0, 2, 3):
        QTest.mouseClick(buttons[wrong], LEFT)
        assert panel._feedback.text() == f"**No.** {panel.step.question.replies[wrong]}"
    assert len(set(panel.step.question.replies)) == 4
    QTest.keyClick(buttons[1], Qt.Key.Key_Space)
    assert panel._feedback.text().startswith("**Yes.** Right size, wrong sign")
    QTest.mouseClick(panel.next, LEFT)
    assert panel._feedback.isHidden()
    assert len(panel._choice_group.buttons()) == 4
    panel._go_to(0)
    assert panel._question.isHidden()
    assert panel._choice_group.buttons() == []


def test_what_is_said_of_an_answer_comes_into_view(qtbot, panel, lessons):
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    panel.resize(300, 330)
    area = panel._scroll.viewport()
    qtbot.waitUntil(lambda: panel._scroll.verticalScrollBar().maximum() > 0)
    QTest.mouseClick(panel._choice_group.buttons()[1], LEFT)

    def shown():
        said = panel._feedback
        bottom = said.mapTo(area, said.rect().bottomLeft()).y()
        return "Right size" in said.text() and 0 < bottom <= area.height()

    qtbot.waitUntil(shown)


def test_the_pane_says_that_a_bug_is_in_the_check(panel, lessons):
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    assert "bug" not in panel._count.text()
    QTest.mouseClick(panel.set_up, LEFT)
    assert "bug in the check" in panel._count.text()
    QTest.mouseClick(panel.back, LEFT)
    assert panel._count.text() == "Step 3 of 8 · bug in the check"
    panel.show_lesson(lessons["break-it"])
    assert panel._count.text() == "Step 1 of 8"


def test_a_lesson_gets_a_wider_and_higher_place_as_long_as_it_is_open(qtbot, panel, lessons):
    columns, column = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
    qtbot.addWidget(columns)
    settings, tabs, drawing = QWidget(), QWidget(), QWidget()
    for part in (panel, settings):
        column.addWidget(part)
    for part in (column, tabs, drawing):
        columns.addWidget(part)
    room = LessonRoom(panel, column, columns)
    panel.opened.connect(room.open)
    panel.closed.connect(room.close)
    columns.resize(1280, 600)
    columns.show()
    columns.setSizes([230, 700, 330])
    laid_out(columns)
    before = columns.sizes()
    panel.show_lesson(lessons["momentum"])
    laid_out(columns)
    assert columns.sizes()[0] > before[0]
    assert columns.sizes()[2] == before[2]
    assert panel.height() > settings.height()
    panel.show_lesson(lessons["break-it"])
    QTest.mouseClick(panel.close_button, LEFT)
    laid_out(columns)
    assert columns.sizes() == before


def test_long_answers_wrap(panel, lessons):
    panel.show_lesson(lessons["all-zero-start"])
    panel._go_to(3)
    button = panel._choice_group.buttons()[0]
    assert button.heightForWidth(220) > button.heightForWidth(900)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_spotlight_frames_its_target_and_fades(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    target = QLabel("here")
    layout.addWidget(QLabel("there"))
    layout.addWidget(target)
    window.resize(300, 200)
    window.show()
    laid_out(window)
    spotlight = Spotlight(window)
    applied.set_theme(theme)
    spotlight.point_at(target)
    assert spotlight.geometry() == target.geometry()
    assert Painted(spotlight).color(spotlight.width() / 2, 1) == theme.link
    window.resize(500, 300)
    qtbot.waitUntil(lambda: spotlight.geometry() == target.geometry())
    qtbot.waitUntil(lambda: not spotlight.isVisible())


def test_several_answers_can_be_right_and_one_without_a_reply_is_told_to_look_again(panel, lessons):
    panel.show_lesson(lessons["original-recipe"], 4)
    question = panel.step.question
    for place in (0, 1):
        QTest.mouseClick(panel._choice_group.button(place), LEFT)
        assert panel._feedback.text() == f"**Yes.** {question.replies[place]}"
    bare = replace(question, replies=("", "", ""))
    panel.show_lesson(replace(lessons["original-recipe"], steps=(LessonStep(text="Ask.", question=bare),)))
    QTest.mouseClick(panel._choice_group.button(2), LEFT)
    assert panel._feedback.text() == NOT_THAT_ONE
    QTest.mouseClick(panel._choice_group.button(1), LEFT)
    assert panel._feedback.text() == f"**Yes.** {question.explanation}"


def test_every_wrong_answer_of_every_lesson_has_a_reply_of_its_own(lessons):
    for lesson in lessons.values():
        for step in lesson.steps:
            if step.question:
                wrong = set(range(len(step.question.choices))) - step.question.answers
                replies = [step.question.replies[place] for place in wrong]
                assert all(replies)
                assert len(set(replies)) == len(replies)


def test_the_last_step_leads_to_the_next_lesson_where_there_is_one(qtbot, panel, told, lessons):
    lesson = lessons["momentum"]
    panel.show_lesson(lesson, len(lesson.steps) - 1, "Overfitting")
    assert panel.next.text() == "Next lesson"
    with qtbot.waitSignal(panel.next_lesson_requested):
        QTest.mouseClick(panel.next, LEFT)
    assert panel.lesson is lesson
    panel.show_lesson(lesson, 99)
    assert (panel.place, panel.next.text()) == (len(lesson.steps) - 1, "Finish")
    QTest.mouseClick(panel.next, LEFT)
    assert told[-1] == ("closed", None)


def test_the_reply_to_an_answer_is_read_at_once_and_moves_no_choice(qtbot, panel, lessons):
    """Where it takes more room than there is, the text is scrolled; the scroll bar takes no room that was not kept."""
    lesson = lessons["original-recipe"]
    panel.show_lesson(lesson, place=len(lesson.steps) - 1)
    panel.resize(290, 430)
    laid_out(panel)
    choices = panel._choice_group.buttons()
    sizes = [button.size() for button in choices]
    QTest.mouseClick(choices[0], LEFT)
    feedback, view = laid_out(panel)._feedback, panel._scroll.viewport()
    assert feedback.mapTo(view, feedback.rect().bottomLeft()).y() <= view.height()
    assert [button.size() for button in choices] == sizes
