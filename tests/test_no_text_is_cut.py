"""No text of any part of the window is cut, at any size of text and of the window."""

import pytest
from PySide6.QtWidgets import QLabel

from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from core.runs.run import Run
from gui.look.preferences import TEXT_SIZES
from gui.panels.message_bar import Message
from gui.widgets.timeline.branch_dialog import BranchDialog
from tests.cut_texts import cut_texts
from tests.layout import laid_out
from tests.small_data import small_pair
from tests.text_size import show_window


@pytest.fixture
def window(qtbot):
    yield from show_window(qtbot)


def visit(qtbot, window):
    """Go through all parts of the window, and return after each where one is."""
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update == 1 and not window.session.busy)
    window.drawing.show_example(small_pair().test.images[0].reshape(28, 28))
    for title in ("Training", "Step through", "Evaluate", "Runs", "Samples"):
        window.show_tab(title)
        if title == "Step through":
            qtbot.waitUntil(lambda: window.step_through.explanation is not None)
            view = window.step_through.view
            for place in range(len(view.walk.stages)):
                view.go_to_stage(place)
                yield f"{title}, stage {place}"
            for page in (1, 2, 0):
                view.side.pages.choose(page)
                yield f"{title}, page {page}"
        yield title
    window.show_tab("Training")
    for page in range(window.drawing._pages.count()):
        window.drawing._pages.setCurrentIndex(page)
        yield f"page {page} of the drawing"
    window.my_digits.teach_button.click()
    yield "teaching"
    window.show_tab("Network")
    window.network.open_unit(1, 0)
    yield "one unit large"
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "break-it.toml"))
    for step in window.lesson.lesson.steps:
        if step.question:
            window.lesson._choice_group.button(min(step.question.answers)).click()
        yield "lesson"
        window.lesson.next.click()
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "break-it.toml"))
    sentence = "Training diverged at update 1,204: the loss grew beyond all bounds. A smaller learning rate may help."
    window.messages.say(Message(sentence, "warning", (("Show update 1,100", window.messages.dismiss),)))
    yield "message"


@pytest.mark.parametrize("percent", TEXT_SIZES)
@pytest.mark.parametrize("size", [(1024, 680), (1440, 900), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_text_is_cut_in_any_part_of_the_window(qtbot, window, size, percent):
    look_everywhere(qtbot, window, size, percent)


def test_no_text_is_cut_where_lines_are_thicker(qtbot, window):
    window.appearance.choose("contrast")
    look_everywhere(qtbot, window, (1024, 680), 150)


def look_everywhere(qtbot, window, size, percent):
    window.resize(*size)
    window.text_size.choose(percent)
    cut = {}
    for place in visit(qtbot, window):
        cut |= dict.fromkeys(cut_texts(laid_out(window)), place)
        assert (window.width(), window.height()) == size
    assert not cut, "\n".join(f"{place}: {line}" for line, place in cut.items())


@pytest.mark.parametrize("percent", TEXT_SIZES)
def test_no_text_is_cut_in_the_dialogs(qtbot, window, percent):
    window.text_size.choose(percent)
    run: Run = window.session.run
    dialog = BranchDialog(run, 0, window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not cut_texts(laid_out(dialog))
    dialog.close()


def test_help_is_no_higher_than_the_window_and_can_be_scrolled(window):
    window.resize(1024, 680)
    window.text_size.choose(150)
    window.actions_.shortcuts.trigger()
    dialog = laid_out(window.help.help)
    assert dialog.height() <= 680
    assert not cut_texts(dialog)
    dialog.close()


def test_the_window_can_be_as_small_as_ever(window):
    window.text_size.choose(150)
    laid_out(window)
    assert window.minimumSize().width() <= 1024
    assert window.minimumSize().height() <= 680


def test_what_does_not_fit_is_noticed(qtbot):
    """The helper finds what it is there for."""
    label = QLabel("a text that is longer than its widget")
    frame = QLabel()
    qtbot.addWidget(frame)
    label.setParent(frame)
    frame.resize(300, 100)
    label.setGeometry(0, 0, 40, 20)
    frame.show()
    assert len(cut_texts(frame)) == 1
    label.adjustSize()
    assert cut_texts(frame) == []
    label.move(250, 0)
    assert len(cut_texts(frame)) == 1
