"""Where a lesson points: the parts of the window by the names in lesson files, and the controls in them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QScrollArea, QTabWidget, QWidget

from core.lessons.look import STAGE
from gui.panels.control_bar import ControlBar
from gui.panels.settings import SettingsPanel
from gui.panels.step_through import StepThroughPanel
from gui.panels.timeline import TimelinePanel
from gui.panels.training_plots import TrainingPlotsPanel
from gui.widgets.stages.stage_side import CHECK, PREDICT, TERMS


@dataclass(frozen=True)
class Place:
    """Something to point at: a widget, or a part of it that may move."""

    widget: QWidget
    part: Callable[[], QRect] | None = None


class LessonPlaces:
    """Finds places by name, and brings them into view.

    Parameters
    ----------
    parts : mapping of str to QWidget
        The panels by the names of the parts in `core.lessons.look.LOOK`.
    tabs : QTabWidget
        Some of them lie in there, one behind another.
    """

    def __init__(self, parts: Mapping[str, QWidget], tabs: QTabWidget) -> None:
        self._parts = parts
        self._tabs = tabs

    def bring_into_view(self, name: str) -> Place | None:
        """Return the place of a name after bringing it to the front and scrolling to it; None where there is none."""
        part, _, thing = name.partition(":")
        panel = self._parts.get(part)
        if panel is None:
            return None
        for index in range(self._tabs.count()):
            if self._tabs.widget(index) is panel or self._tabs.widget(index).isAncestorOf(panel):
                self._tabs.setCurrentIndex(index)
        place = (self._find(panel, thing) if thing else None) or Place(panel)
        _scroll_to(place.widget)
        return place

    def must_wait(self, name: str) -> bool:
        """Return whether a name means a stage of an update that has not been taken apart yet."""
        part, _, thing = name.partition(":")
        panel = self._parts.get(part)
        return isinstance(panel, StepThroughPanel) and bool(thing) and panel.explanation is None

    def choose_tab(self, title: str) -> None:
        """Bring a tab to the front by its title."""
        for index in range(self._tabs.count()):
            if self._tabs.tabText(index) == title:
                self._tabs.setCurrentIndex(index)

    def _find(self, panel: QWidget, thing: str) -> Place | None:
        match panel:
            case ControlBar():
                widget = panel.parts.get(thing)
            case SettingsPanel():
                widget = panel.fields.get("epochs" if thing == "updates" else thing)
            case TrainingPlotsPanel():
                parts = {"epoch": panel.time_unit, "log": panel.loss_scale, "range": panel.measure_range}
                widget = parts.get(thing)
            case TimelinePanel():
                widget = {"film": panel.play, "live": panel.live, "branch": panel.branch}.get(thing)
            case StepThroughPanel():
                return _find_in_microscope(panel, thing)
            case _:
                widget = None
        return Place(widget) if widget is not None else None


def _find_in_microscope(panel: StepThroughPanel, thing: str) -> Place | None:
    view = panel.view
    if STAGE.fullmatch(thing):
        stage = view.chain.place_of(re.sub(r"\d", lambda figure: chr(0x2080 + int(figure[0])), thing))
        if stage is None:
            return None
        view.go_to_stage(stage)
        return Place(view.chain, lambda: view.chain.box(stage).toAlignedRect())
    pages = {"terms": TERMS, "check": CHECK, "sample": CHECK, "predict": PREDICT}
    if thing in pages:
        view.side.pages.choose(pages[thing])
    widgets: dict[str, QWidget] = {
        "terms": view.side.terms,
        "check": view.side.check.check,
        "sample": view.side.check.sample,
        "predict": view.side.prediction,
        "batch": view.examples.scope,
    }
    return Place(widgets[thing]) if thing in widgets else None


def _scroll_to(place: QWidget) -> None:
    """Scroll to a widget where it lies in something that scrolls."""
    around = place.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            top = place.mapTo(around.widget(), QPoint(0, 0)).y()
            # All of it if that is possible, and in any case where it begins.
            around.ensureVisible(0, top + place.height(), 0, 0)
            around.ensureVisible(0, top, 0, 0)
        around = around.parentWidget()
