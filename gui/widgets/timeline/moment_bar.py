"""The bar of the timeline: a run from its first update on, drawn from left to right, with a handle to drag.

The filled part has been trained and can be visited. The handle is where the panels are; at the end of the filled part
it is live. Room is given out as learning goes on (`core.runs.learning_time`): the first updates, which change the
network most, have as much as all the late ones. Updates are ticked below, what happened is marked above. One pixel of a
long run is many updates: arrow keys and the mouse wheel move by one, and so does dragging with Shift held.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil, floor

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from core.runs.learning_time import LearningTime, update_ticks, usual_half
from core.runs.timeline import Mark, update_of_epoch
from gui.look.follow_font import follow_font
from gui.look.left_to_right import LeftToRight
from gui.look.theme import Themed, scaled_font, text_scale
from gui.look.tooltip import paragraphs
from gui.widgets.timeline.timeline_marks import HANDLE_RADIUS, MARK_SIZE, TRACK_HEIGHT, draw_handle, draw_mark
from gui.widgets.timeline.timeline_track import draw_filled, draw_ticks, draw_track

MARGIN = 12.0
COARSE_STEP = 10

_LARGEST_VALUE = 2**31 - 1
"""Of Qt's sliders."""

MARK_REACH = 6.0
"""A mark is meant by a pointer that is no farther from its middle than this.

All lengths here are in logical pixels beside text of the usual size; with larger text marks and handle grow as well.
"""


class MomentBar(Themed, LeftToRight, QAbstractSlider):
    """Shows and chooses a moment of a run.

    For screen readers it is one of Qt's sliders, whose value is the update shown; all else it does by itself.
    """

    update_requested = Signal(int)
    """The user wants to see the moment after so many updates."""

    step_requested = Signal(int)
    """The user wants to go so many updates forward, or back where negative."""

    live_requested = Signal()
    """The user wants to see the present."""

    mark_chosen = Signal(object)
    """A `core.runs.timeline.Mark` was pressed, whose update has been asked for."""

    play_requested = Signal()
    """The user pressed the space bar: film on or off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._epoch_at: Callable[[int], float] = float
        self._trained = 0
        self._position: int | None = None
        self._marks: tuple[Mark, ...] = ()
        self._time = LearningTime(1.0, 1)
        self._ticks: tuple[int, ...] = ()
        self._progress: float | None = None
        self._fine_from: tuple[float, int] | None = None
        self._held_mark_at: float | None = None
        self._dragged_to: int | None = None
        self._wheel = 0
        self._scale = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("timeline of the run")
        self.valueChanged.connect(self._on_value_changed)
        follow_font(self, self._fit_text)

    @property
    def shown(self) -> int:
        """Updates made at the moment that the handle points at."""
        return self._trained if self._position is None else self._position

    @property
    def end(self) -> int:
        """The update at the right end."""
        return self._time.end

    @property
    def time(self) -> LearningTime:
        """How room is given out."""
        return self._time

    def show_run(self, total: int, epoch_at: Callable[[int], float]) -> None:
        """Turn to a run of ``total`` updates; ``epoch_at`` gives the passes over the data by update."""
        self._total, self._epoch_at = total, epoch_at
        self._trained, self._position, self._marks, self._progress = 0, None, (), None
        self._dragged_to = None
        self._time = LearningTime(usual_half(total), max(total, 1))
        self._lay_out_run()

    def show_half(self, half: float) -> None:
        """Give out room for a run that has done half of its learning by this update; waits while the handle is held."""
        if self._dragged_to is None and half != self._time.half:
            self._time = LearningTime(half, self._time.end)
            self._lay_out_run()

    def show_length(self, total: int, epoch_at: Callable[[int], float]) -> None:
        """Show that the run has ``total`` updates now, and epochs by update as ``epoch_at`` says."""
        self._total, self._epoch_at = total, epoch_at
        self._lay_out_run()
        self._describe()

    def show_trained(self, update: int) -> None:
        """Show how far training has come; cheap enough for every frame."""
        if update == self._trained:
            return
        before = self.x_of(self._trained)
        self._trained = update
        self._redraw_between(before, self.x_of(update))
        self._describe()

    def show_position(self, update: int | None) -> None:
        """Put the handle at an update; None is live."""
        if update == self._position:
            return
        before = self.x_of(self.shown)
        self._position = update
        self._describe()
        self._redraw_between(before, self.x_of(self.shown))

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Mark what happened in the run."""
        self._marks = tuple(marks)
        self.update()

    def show_progress(self, fraction: float | None) -> None:
        """Show how far the moment asked for has been recovered; None for nothing under way."""
        self._progress = fraction
        self.update()

    def text_at(self, update: int) -> str:
        """Return a moment in words: "update 2,814 · epoch 3.0"."""
        return f"update {update:,} · epoch {self._epoch_at(update):.1f}" if self._total else ""

    def x_of(self, update: int) -> float:
        """Return where an update lies, in logical pixels from the left edge."""
        return self._margin + self._time.share(update) * (self.width() - 2 * self._margin)

    def update_at(self, x: float) -> int:
        """Return the trained update that lies nearest to ``x``."""
        share = (x - self._margin) / max(1.0, self.width() - 2 * self._margin)
        return min(max(round(self._time.update(min(max(share, 0.0), 1.0))), 0), self._trained)

    def sizeHint(self) -> QSize:
        """Ask for marks, track and one line of text."""
        below = (HANDLE_RADIUS + 2) * self._scale
        return QSize(400, round(self._track_y() + below) + self._label_height())

    def minimumSizeHint(self) -> QSize:
        """Never become so short that epochs cannot be told apart."""
        return QSize(120, self.sizeHint().height())

    # --- what the user does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a mark that is pressed, else take hold of the handle, wherever the press is."""
        if event.button() == Qt.MouseButton.LeftButton and self._total:
            self._dragged_to = self.shown
            x, is_above = event.position().x(), event.position().y() < self._track_y() - HANDLE_RADIUS * self._scale
            marks = self._marks_near(x) if is_above else []
            if marks:
                self._held_mark_at = x
                self._dragged_to = min(marks[0].update, self._trained)
                self.update_requested.emit(self._dragged_to)
                self.mark_chosen.emit(marks[0])
            else:
                self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand."""
        if self._held_mark_at is not None and self._is_near(event.position().x(), self._held_mark_at):
            # A hand that presses a mark trembles.
            return
        self._held_mark_at = None
        if self._dragged_to is not None:
            self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_to = self._fine_from = self._held_mark_at = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move by single updates, with Shift by ten."""
        # Alt turns the wheel sideways on some systems, and fine wheels send less than a notch at a time.
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / 120)
        if notches:
            self._wheel -= 120 * notches
            self.step_requested.emit(notches * _stride(event.modifiers()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by updates (arrows), ten (Shift) or an epoch (Page keys), to the start (Home) or to live (End)."""
        keys, key = Qt.Key, event.key()
        if key in (keys.Key_Left, keys.Key_Down):
            self.step_requested.emit(-_stride(event.modifiers()))
        elif key in (keys.Key_Right, keys.Key_Up):
            self.step_requested.emit(_stride(event.modifiers()))
        elif key == keys.Key_PageUp:
            self._step_by_epoch(1)
        elif key == keys.Key_PageDown:
            self._step_by_epoch(-1)
        elif key == keys.Key_Home:
            self.update_requested.emit(0)
        elif key == keys.Key_End:
            self.live_requested.emit()
        elif key == keys.Key_Space:
            self.play_requested.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tooltip(event.pos().x()), self)
            return True
        return super().event(event)

    def _drag(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self._fine_from is None:
                self._fine_from = x, self.shown
            start_x, start = self._fine_from
            update = min(max(start + round(x - start_x), 0), self._trained)
        else:
            self._fine_from = None
            update = self.update_at(x)
        if update != self._dragged_to or event.type() == QEvent.Type.MouseButtonPress:
            self._dragged_to = update
            self.update_requested.emit(update)

    def _step_by_epoch(self, direction: int) -> None:
        goal = update_of_epoch(self._epoch_at(self.shown) + direction, self._trained, self._epoch_at)
        if goal != self.shown:
            self.step_requested.emit(goal - self.shown)

    def _tooltip(self, x: int) -> str:
        if not self._total:
            return ""
        near = sorted(self._marks_near(x), key=lambda mark: mark.update)
        lines = [f"update {mark.update:,}: {mark.text}" for mark in near] or [self.text_at(self.update_at(x))]
        lines.append("Click or drag to go there; arrow keys or the wheel move by one update, with Shift by ten.")
        return paragraphs(*lines)

    def _marks_near(self, x: float) -> list[Mark]:
        """Return the marks that a pointer at ``x`` is on, the nearest first."""
        near = [mark for mark in self._marks if self._is_near(self.x_of(mark.update), x)]
        return sorted(near, key=lambda mark: abs(self.x_of(mark.update) - x))

    # --- how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, trained part, ticks, marks and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ticks(painter, event.rect())
        self._draw_track(painter)
        for mark in self._marks:
            if mark.update <= self.end:
                with self._at(painter, mark.update):
                    draw_mark(painter, mark.kind, self._theme)
        if self._total:
            with self._at(painter, self.shown):
                draw_handle(painter, self._theme, live=self._position is None, focused=self.hasFocus())

    @contextmanager
    def _at(self, painter: QPainter, update: int) -> Iterator[None]:
        """Draw around an update on the track, in the lengths of text of the usual size."""
        painter.save()
        painter.translate(self.x_of(update), self._track_y())
        painter.scale(self._scale, self._scale)
        yield
        painter.restore()

    def resizeEvent(self, event: QEvent) -> None:
        """Find room for other ticks."""
        self._lay_out_run()

    def _draw_ticks(self, painter: QPainter, part: QRect) -> None:
        painter.setFont(scaled_font(self.font(), 0.85))
        top = self._track_y() + self._scale * TRACK_HEIGHT / 2 + 2
        area = QRectF(0, top, self.width(), 5 + self._label_height())
        places = [(update, self._sharp(self.x_of(update))) for update in self._ticks]
        draw_ticks(painter, area, places, self._theme, part=QRectF(part))

    def _draw_track(self, painter: QPainter) -> None:
        height = self._scale * TRACK_HEIGHT
        top = self._track_y() - height / 2
        track = QRectF(self._margin, top, self.width() - 2 * self._margin, height)
        draw_track(painter, track, self._theme)
        if not self._total:
            return
        draw_filled(painter, track, self.x_of(self._trained), self.x_of(self.shown), self._theme)
        if self._progress is not None:
            painter.setBrush(QColor(self._theme.warning))
            painter.drawRect(QRectF(track.left(), 0, track.width() * self._progress, 2))

    def _lay_out_run(self) -> None:
        self._time = LearningTime(self._time.half, max(self._total, self._trained, 1))
        if self._total:
            room = self.fontMetrics().horizontalAdvance(f"{self.end:,}") + 10
            self._ticks = update_ticks(self._time, self.width() - 2 * self._margin, room)
        else:
            self._ticks = ()
        self.update()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Leave painting as it is: the value is for screen readers, and this bar redraws what has moved."""

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        """Go where a screen reader has put the value."""
        if value != self.shown:
            self.update_requested.emit(value)

    def _describe(self) -> None:
        self.setRange(0, min(self._trained, _LARGEST_VALUE))
        self.setValue(min(self.shown, _LARGEST_VALUE))
        where = "live" if self._position is None else "in the past"
        self.setAccessibleDescription(f"{self.text_at(self.shown)} of {self._total:,} updates, {where}")

    def _sharp(self, x: float) -> float:
        """Return the middle of the device pixel at ``x``, so that a line of one pixel is not smeared over two."""
        ratio = self.devicePixelRatioF()
        return (int(x * ratio) + 0.5) / ratio

    def _redraw_between(self, first: float, last: float) -> None:
        """Redraw where the handle or the end of the filled part moved: in every frame, and a tenth of the whole."""
        left, right = sorted((first, last))
        reach = (HANDLE_RADIUS + 5) * self._scale
        self.update(floor(left - reach), 0, ceil(right - left + 2 * reach) + 1, self.height())

    def _fit_text(self) -> None:
        self._scale = text_scale(self.font())
        self._lay_out_run()

    @property
    def _margin(self) -> float:
        return MARGIN * self._scale

    def _is_near(self, x: float, other: float) -> bool:
        return abs(x - other) <= MARK_REACH * self._scale

    def _track_y(self) -> float:
        return (2 * MARK_SIZE + HANDLE_RADIUS + 4) * self._scale

    def _label_height(self) -> int:
        return self.fontMetrics().height() - 2


def _stride(modifiers: Qt.KeyboardModifier) -> int:
    return COARSE_STEP if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
