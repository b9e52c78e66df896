"""The timeline under all panels: where in the run they are, and every way to go elsewhere.

It only shows and asks. Which moment is shown is decided by the time machine, which answers its signals.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from core.runs.learning_time import LearningPace, LearningTime, Pace, SteadyPace
from core.runs.run import Run
from core.runs.timeline import Mark
from gui.look.follow_font import follow_font
from gui.look.icons import line_icon
from gui.look.labels import PlainLabel
from gui.look.theme import scaled_font, set_role, text_scale
from gui.widgets.panel import Panel
from gui.widgets.timeline.branch_dialog import BranchDialog
from gui.widgets.timeline.moment_bar import MomentBar
from gui.widgets.timeline.update_entry import UpdateEntry

IS_LIVE, GO_LIVE = "● Live", "Go live"
"""What the last button says, in the present and in the past."""

_ROOM_FOR_LENGTH, _ROOM_FOR_EPOCH = 720, 1000
"""Widths of the panel from which on the run's length and the epoch are written too, beside text of the usual size."""

WHOLE_FILM_SECONDS = 10.0
"""How long the past takes as a film that spends its time where the network learns."""

FILM_SPEEDS: tuple[tuple[str, float | None], ...] = (
    ("1/s", 1.0),
    ("10/s", 10.0),
    ("100/s", 100.0),
    ("1,000/s", 1000.0),
    ("in 10 s", None),
)


class TimelinePanel(Panel, QWidget):
    """Steps and film, the bar, the number of the update, branch and live."""

    update_requested = Signal(int)
    """The user wants to see the moment after so many updates."""

    step_requested = Signal(int)
    """The user wants to go so many updates forward, or back where negative."""

    mark_chosen = Signal(object)
    """A `core.runs.timeline.Mark` was pressed, whose update has been asked for."""

    live_requested = Signal()
    """The user wants to return to the present."""

    play_requested = Signal(object)
    """The user wants the past as a film at a `core.runs.learning_time.Pace`; also while it runs, to change it."""

    hold_requested = Signal()
    """The user wants the film to stop."""

    branch_requested = Signal(int, str, object)
    """The user wants a new run from this update on: its name, and the changed settings (dict)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._trained = 0
        self._position: int | None = None
        self._playing = False
        self._dialog: BranchDialog | None = None
        self._has_epoch = True

        self.back = _button("Back", "One update back (left arrow on the bar)")
        self.play = _button("Play", "Play back the run, from the moment shown or from the start (space bar)")
        self.forward = _button("Forward", "One update forward (right arrow on the bar)")
        self.back.setAutoRepeat(True)
        self.forward.setAutoRepeat(True)
        self.speed = QComboBox()
        for text, speed in FILM_SPEEDS:
            self.speed.addItem(text, speed)
        self.speed.setCurrentIndex(len(FILM_SPEEDS) - 1)
        self.speed.setAccessibleName("playback speed")
        self.speed.setToolTip(
            "Playback speed: updates a second, or all of the past in ten seconds, slow where the network learns most"
        )
        self.speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.bar = MomentBar()
        self.number = UpdateEntry()
        self.place = PlainLabel()
        set_role(self.place, "muted")
        self.branch = _button(
            "Branch…",
            "Continue from here (a checkpoint) as a new run with another learning rate, batch size or optimizer",
        )
        self.branch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.live = _button(IS_LIVE, "All panels show the present (End key on the bar)")
        self.live.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.live.setCheckable(True)
        self.live.setAccessibleName("Live")
        self.parts = {"film": self.play, "live": self.live, "branch": self.branch}
        for button, icon in ((self.back, "back"), (self.forward, "forward"), (self.branch, "branch")):
            button.setIcon(line_icon(f"timeline/{icon}"))
        # Time runs from left to right here as in the plots, and so do the buttons beside it.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._lay_out()
        follow_font(self, self._fit_text)
        self._connect()
        self._style_play_button()
        self._refresh()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.setSpacing(4)
        for widget in (self.back, self.play, self.forward, self.speed):
            layout.addWidget(widget)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.number)
        layout.addWidget(self.place)
        layout.addSpacing(4)
        layout.addWidget(self.branch)
        layout.addWidget(self.live)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("timeline")

    def _fit_text(self) -> None:
        """Keep room for the longest texts, so that nothing moves while they change."""
        bold = QFontMetrics(scaled_font(self.font(), 1, bold=True))
        self.live.setMinimumWidth(max(map(bold.horizontalAdvance, (GO_LIVE, IS_LIVE))) + 26)
        self._fit_place()

    def _fit_place(self) -> None:
        """Leave the epoch to the tooltip, and the length to the last tick, where the bar would be short otherwise."""
        width = self.width() / text_scale(self.font())
        self._has_epoch = width >= _ROOM_FOR_EPOCH
        self.place.setVisible(width >= _ROOM_FOR_LENGTH)
        longest = f"of 100,000{' · epoch 00.0' if self._has_epoch else ''}"
        self.place.setFixedWidth(self.fontMetrics().horizontalAdvance(longest) + 4)
        self._show_place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit_place()

    def _connect(self) -> None:
        self.back.clicked.connect(partial(self.step_requested.emit, -1))
        self.forward.clicked.connect(partial(self.step_requested.emit, 1))
        self.play.clicked.connect(self._on_play_pressed)
        self.speed.activated.connect(self._on_speed_chosen)
        self.bar.update_requested.connect(self.update_requested)
        self.bar.mark_chosen.connect(self.mark_chosen)
        self.bar.step_requested.connect(self.step_requested)
        self.bar.live_requested.connect(self.live_requested)
        self.bar.play_requested.connect(self._on_play_pressed)
        self.number.chosen.connect(self.update_requested)
        self.branch.clicked.connect(self._on_branch_pressed)
        self.live.clicked.connect(self._on_live_pressed)

    # --- what is shown

    def show_run(self, run: Run) -> None:
        """Turn to another run, at its present moment."""
        self._run, self._trained, self._position = run, run.update, None
        if self._dialog is not None:
            self._dialog.reject()
        self.bar.show_run(run.total_updates, run.epoch_at)
        self.bar.show_trained(run.update)
        self._refresh()

    def show_length(self) -> None:
        """Show that the run has become longer or shorter, or that its epochs have."""
        if self._run is not None:
            self.bar.show_length(self._run.total_updates, self._run.epoch_at)
            self._show_place()

    def show_trained(self, update: int) -> None:
        """Show how far training has come; cheap enough for every frame."""
        if update != self._trained:
            enabled_before = bool(self._trained)
            self._trained = update
            self.bar.show_trained(update)
            if self._position is None:
                self._show_place()
            if enabled_before != bool(update):
                self._refresh()

    def show_half(self, half: float) -> None:
        """Give out the room of the bar, and the time of the film, for a run that had half learned by this update."""
        self.bar.show_half(half)

    def show_position(self, update: int | None) -> None:
        """Show which moment the panels are at; None is live."""
        self._position = update
        self.bar.show_position(update)
        self._refresh()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Mark what happened in the run, in any order."""
        self.bar.set_marks(marks)

    def set_playing(self, playing: bool) -> None:
        """Show whether the past is running as a film."""
        self._playing = playing
        self._style_play_button()

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the moment asked for has been recovered."""
        self.bar.show_progress(fraction)
        self.place.setText(f"{text[:1].upper()}{text[1:]}…" if not text.startswith("replaying") else "replaying…")

    def end_progress(self) -> None:
        """Show that nothing is being recovered any more."""
        self.bar.show_progress(None)
        self._show_place()

    def _style_play_button(self) -> None:
        self.play.setIcon(line_icon("timeline/hold" if self._playing else "timeline/play"))
        self.play.setText("Hold" if self._playing else "Play")
        self.play.setAccessibleName("Pause playback" if self._playing else "Play back the run")

    def _refresh(self) -> None:
        has_past = self._run is not None and self._trained > 0
        in_past = self._position is not None
        self.back.setEnabled(has_past and self._position != 0)
        self.forward.setEnabled(in_past)
        for widget in (self.play, self.speed, self.branch):
            widget.setEnabled(has_past)
        self.number.setEnabled(has_past)
        self.bar.setEnabled(self._run is not None)
        self.live.setEnabled(self._run is not None)
        self.live.setChecked(not in_past)
        self.live.setText(GO_LIVE if in_past else IS_LIVE)
        set_role(self.live, "" if in_past else "lit")
        self._show_place()

    def _show_place(self) -> None:
        if self._run is None:
            self.place.clear()
            return
        shown = self._trained if self._position is None else self._position
        self.number.show_update(shown)
        total, epoch = f"of {self._run.total_updates:,}", f"epoch {self._run.epoch_at(shown):.1f}"
        self.place.setText(f"{total} · {epoch}" if self._has_epoch else total)
        self.place.setToolTip(f"update {shown:,} {total} · {epoch}")

    # --- what the user does

    @Slot()
    def _on_play_pressed(self) -> None:
        if self._playing:
            self.hold_requested.emit()
        elif self._trained:
            self.play_requested.emit(self._film_pace())

    @Slot()
    def _on_speed_chosen(self) -> None:
        if self._playing:
            self.play_requested.emit(self._film_pace())

    def _film_pace(self) -> Pace:
        speed = self.speed.currentData()
        if speed is None:
            return LearningPace(LearningTime(self.bar.time.half, max(self._trained, 1)), WHOLE_FILM_SECONDS)
        return SteadyPace(speed)

    @Slot()
    def _on_live_pressed(self) -> None:
        # A click has unchecked the button; it shows what is, not what was pressed.
        self.live.setChecked(self._position is None)
        self.live_requested.emit()

    @Slot()
    def _on_branch_pressed(self) -> None:
        if self._run is None or self._dialog is not None:
            return
        self.hold_requested.emit()
        update = self._trained if self._position is None else self._position
        self._dialog = BranchDialog(self._run, update, self)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.finished.connect(partial(self._on_branch_answered, update))
        self._dialog.open()

    def _on_branch_answered(self, update: int, answer: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None and answer == BranchDialog.DialogCode.Accepted:
            self.branch_requested.emit(update, dialog.chosen_name(), dialog.changes())


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text.rstrip("…"))
    button.setAccessibleDescription(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(button, "flat")
    return button
