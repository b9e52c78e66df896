"""A window that is closed is gone, with its parts, and using it leaves no objects behind."""

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication

from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from gui.look.preferences import Preferences
from gui.main_window import MainWindow
from gui.widgets.timeline.branch_dialog import BranchDialog
from tests.layout import laid_out
from tests.small_data import small_pair


def open_window():
    window = MainWindow(Preferences(remembers=False))
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    return window


def make_update(qtbot, window):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update > 0 and not window.session.busy)


def delete_what_waits():
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def test_a_closed_window_is_gone_with_its_run_its_data_and_all_widgets(qtbot):
    widgets = len(QApplication.allWidgets())
    window = open_window()
    make_update(qtbot, window)
    parts = (window, window.session.run, window.session.run.data.train, window.drawing, window.plots, window.errors)
    held = [weakref.ref(part) for part in parts]
    window.close()
    del window, parts
    delete_what_waits()
    assert [reference() for reference in held] == [None] * len(held)
    assert len(QApplication.allWidgets()) <= widgets


@pytest.fixture
def window(qtbot):
    window = open_window()
    yield window
    window.close()
    delete_what_waits()


def read_a_lesson(qtbot, window):
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    for _ in window.lesson.lesson.steps[1:]:
        window.lesson.next.click()
    laid_out(window)
    window.lesson.close_lesson()


def branch(qtbot, window):
    make_update(qtbot, window)
    window.timeline.branch.click()
    window.findChild(BranchDialog).reject()


def look_around(qtbot, window):
    for action in window.tab_choice.actions:
        action.trigger()
        laid_out(window)
    for action in window.actions_.themes.actions()[1:]:
        action.trigger()
    window.actions_.larger_text.trigger()
    window.actions_.normal_text.trigger()


def begin_anew(qtbot, window):
    make_update(qtbot, window)
    window.session.reset()
    window.past_runs.forget([past.id for past in window.past_runs.runs])


@pytest.mark.parametrize("use", [read_a_lesson, branch, look_around, begin_anew])
def test_what_is_done_often_leaves_as_many_objects_as_what_is_done_once(qtbot, window, use):
    def objects_after(times):
        for _ in range(times):
            use(qtbot, window)
        qtbot.waitUntil(lambda: not window.files.loader.busy and not window.session.busy)
        laid_out(window)
        delete_what_waits()
        kinds = [type(child).__name__ for child in window.findChildren(QObject)]
        return {kind: kinds.count(kind) for kind in kinds if "Animation" not in kind and "Task" not in kind}

    objects_after(2)
    assert objects_after(3) == objects_after(3)
