"""A panel is one line of the list: the window makes it, lays it out and hands it what is to be shown."""

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

import gui.main_window
from core.lessons.look import LOOK
from gui.main_window import MainWindow
from gui.widgets.panel import Panel
from gui.window.panel_list import PANELS, Column, PanelSpec
from tests.small_data import small_pair


class Probe(Panel, QLabel):
    """A panel that notes what the window hands to it."""

    failed = Signal(str)

    def __init__(self):
        super().__init__()
        self.got = []

    def show_snapshot(self, snapshot):
        self.got.append(snapshot)

    def show_data(self, data):
        self.got.append(data)


@pytest.fixture
def window(qtbot, monkeypatch):
    extra = (PanelSpec("probe", Probe, Column.TABS, "Probe"), PanelSpec("beside", Probe, Column.LEFT))
    monkeypatch.setattr(gui.main_window, "PANELS", (*PANELS, *extra))
    window = MainWindow()
    qtbot.addWidget(window)
    window.session.start(data=small_pair())
    yield window
    window.close()


def test_one_line_is_a_tab_that_gets_data_and_moment_and_is_heard_where_it_fails(window):
    probe = window.panels["probe"]
    assert window.show_tab("Probe")
    assert window.tabs.currentWidget().isAncestorOf(probe)
    assert window.session.run.data in probe.got
    assert window.time_machine.snapshot in probe.got
    probe.failed.emit("It did not work.")
    assert window.messages.message.text == "It did not work."
    assert window.left.isAncestorOf(window.panels["beside"])


def test_lessons_and_the_window_agree_on_what_can_be_pointed_at(window):
    places = window.panels | {"controls": window.controls}
    assert set(LOOK) <= set(places)
    for part, things in LOOK.items():
        unknown = [thing for thing in things if thing not in places[part].parts and places[part].look_at(thing) is None]
        assert unknown == [], part


def test_no_two_panels_have_the_same_key():
    assert len({spec.key for spec in PANELS}) == len(PANELS)
