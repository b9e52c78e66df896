"""The page of a unit: what it is, what it answers to, what became of it, what it wants, and what changes did."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.data.dataset import DataPair
from core.runs.snapshot import Snapshot
from core.training.cuts import Cut
from core.training.setting_words import describe_cut
from gui.look.theme import applied, set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.icon_button import icon_button
from gui.widgets.scroller import Scroller
from gui.widgets.segments import Segments
from gui.widgets.unit.change_menu import ChangeMenu
from gui.widgets.unit.dream_section import DreamSection
from gui.widgets.unit.effect_section import Effect, EffectSection
from gui.widgets.unit.images_section import ImagesSection
from gui.widgets.unit.story_section import StorySection
from gui.widgets.unit.unit_view import UnitView
from gui.widgets.unit.weights_section import WeightsSection

WEIGHTS, IMAGES, STORY, DREAM, EFFECT = range(5)

_SECTIONS = (
    ("Weights", "Its incoming and outgoing weights, and each of them by number"),
    ("Images", "The images that excite it most and least, and the classes that it fires for"),
    ("Story", "Its activity and its gradient over the run, and since when it is dead (dying ReLU)"),
    ("Dream", "The image that excites it most, found by gradient ascent on the pixels (feature visualization)"),
    ("Effect", "What changes by hand did: before and after beside each other (ablation)"),
)


class UnitPage(QWidget):
    """One unit in five sections, of which one is seen; what is hidden computes nothing."""

    accessible_role = QAccessible.Role.Grouping

    closed = Signal()
    """The user has seen enough of the unit."""

    unit_requested = Signal(int, int)
    """The user goes on to another unit: its layer, counted from 1, and its number."""

    cut_requested = Signal(object)
    """The `core.training.cuts.Cut` that is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Page of a unit")
        self.view: UnitView | None = None
        self._snapshot: Snapshot | None = None
        self._data: DataPair | None = None
        self._cuts: tuple[Cut, ...] = ()
        self._dead: dict[int, Mapping[int, int]] = {}
        self.close_button = icon_button("toolbar/close", "Close the page of the unit (Esc)")
        self.previous = icon_button("toolbar/previous", "The unit before (Left)")
        self.next = icon_button("toolbar/next", "The unit after (Right)")
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self.note = ElidedLabel()
        set_role(self.note, "warning")
        self.change = ChangeMenu()
        self.sections = Segments("Section", _SECTIONS, show_name=False, wraps=True)
        self.weights = WeightsSection(self.change)
        self.images, self.story, self.dream = ImagesSection(), StorySection(), DreamSection()
        self.effect = EffectSection()
        self.pages = QStackedWidget()
        for page in (self.weights, self.images, self.story, self.dream, self.effect):
            self.pages.addWidget(Scroller(page))
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.clicked.connect(self.closed)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.sections.chosen.connect(self._on_section_chosen)
        self.weights.cut_requested.connect(self.cut_requested)
        self.change.cut_requested.connect(self.cut_requested)
        self.change.number_requested.connect(self._on_weights_needed)
        self.change.paint_toggled.connect(self._on_paint_toggled)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for widget in (self.previous, self.next):
            head.addWidget(widget)
        head.addWidget(self.title, 1)
        head.addWidget(self.change)
        head.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        # The frame that shows the keyboard lies around all of it.
        layout.setContentsMargins(8, 3, 3, 3)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.sections)
        layout.addWidget(self.pages, 1)
        # Below everything: what it says comes and goes, and must not move what is pointed at.
        layout.addWidget(self.note)

    # --- what comes in

    def open_unit(self, layer: int, unit: int) -> None:
        """Turn to a unit; layers count from 1."""
        if self._snapshot is not None:
            names = () if self._data is None else self._data.class_names
            view = UnitView(self._snapshot.network, layer, unit, *([names] if names else []))
            if view.exists:
                self._show(view)

    def close_unit(self) -> None:
        """Show no unit any more, and look for nothing."""
        self.view = None
        self.change.paint.setChecked(False)
        for look in (self.images.look, self.dream.look):
            look.forget()

    def set_possible(self, *, live: bool, undo: bool) -> None:
        """Say whether the shown moment can be changed, and whether there is a change to take back."""
        self.change.set_possible(live=live, undo=undo)
        self.weights.editor.setEnabled(live)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the unit at another moment; a network that has no such unit closes the page."""
        if self._snapshot is not None and self._snapshot.run_id != snapshot.run_id:
            self.story.forget()
        self._snapshot, view = snapshot, self.view
        if view is not None:
            if UnitView(snapshot.network, *view.target).exists:
                self.open_unit(*view.target)
            else:
                self.view = None
                self.closed.emit()

    def show_data(self, data: DataPair) -> None:
        """Look among these images, and call the classes as they do."""
        self._data = data
        self.images.show_data(data)
        self.effect.set_class_names(data.class_names)
        if self.view is not None:
            self.open_unit(*self.view.target)

    def show_drawing(self, pixels: NDArray[np.float32] | None) -> None:
        """Dream on from this drawing, where that is chosen."""
        self.dream.show_drawing(pixels)

    def show_cuts(self, cuts: tuple[Cut, ...]) -> None:
        """Tell what was done by hand to units, and is in force."""
        if cuts != self._cuts:
            self._cuts = cuts
            self._refresh()

    def set_dead_units(self, dead: Mapping[int, int], layer: int) -> None:
        """Tell which units of a layer, counted from 1, are dead, and since which update."""
        self._dead[layer] = dead
        self._show_note()

    def show_effect(self, effect: Effect | None, text: str) -> None:
        """Show what changes did, in full and in a line; None and "" for nothing."""
        self.effect.show_effect(effect)
        self.weights.show_outcome(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame the page where the keyboard is at it."""
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setPen(QPen(QColor(applied.theme.link), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while hidden."""
        super().showEvent(event)
        self._refresh()

    # --- what is shown

    def _show(self, view: UnitView) -> None:
        self.view = view
        self.title.setText(view.name[0].upper() + view.name[1:])
        self.previous.setEnabled(view.unit > 0)
        self.next.setEnabled(view.unit < view.its_layer.units - 1)
        self._refresh()
        self._show_note()

    def _refresh(self) -> None:
        """Bring the section in view up to date."""
        view, snapshot = self.view, self._snapshot
        if view is None or snapshot is None or not self.isVisible():
            return
        match self.sections.choice:
            case 0:
                self.weights.show_unit(view, self._cuts_of(view))
            case 1:
                self.images.show_unit(view)
            case 2:
                self.story.show_unit(view, snapshot)
            case 3:
                self.dream.show_unit(view)
        self.change.show_unit(view, self._cuts_of(view))
        self._show_note()

    def _cuts_of(self, view: UnitView) -> tuple[Cut, ...]:
        return tuple(cut for cut in self._cuts if cut.target == view.target)

    def _show_note(self) -> None:
        view = self.view
        if view is None:
            return
        died_at = self._dead.get(view.layer, {}).get(view.unit)
        dead = "" if died_at is None else f"dead since update {died_at:,}: no training image activates it"
        text = ", ".join(
            filter(None, (*(describe_cut(cut, view.its_layer.layout) for cut in self._cuts_of(view)), dead))
        )
        self.note.setText(text)
        self.note.setVisible(bool(text))

    # --- what the user does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc, go to the units beside with the arrow keys."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key == Qt.Key.Key_Left:
            self._on_previous()
        elif key == Qt.Key.Key_Right:
            self._on_next()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_previous(self) -> None:
        if self.view is not None and self.previous.isEnabled():
            self.unit_requested.emit(self.view.layer, self.view.unit - 1)

    @Slot()
    def _on_next(self) -> None:
        if self.view is not None and self.next.isEnabled():
            self.unit_requested.emit(self.view.layer, self.view.unit + 1)

    @property
    def shows_effect(self) -> bool:
        """Whether what changes did is looked at."""
        return self.isVisible() and self.sections.choice == EFFECT

    @Slot(int)
    def _on_section_chosen(self, place: int) -> None:
        self.pages.setCurrentIndex(place)
        self._refresh()

    @Slot(bool)
    def _on_weights_needed(self, holds: bool) -> None:
        self.sections.choose(WEIGHTS)

    @Slot(bool)
    def _on_paint_toggled(self, paints: bool) -> None:
        if paints:
            self.sections.choose(WEIGHTS)
