"""Loss over accuracy, on one axis of time: the plots of a run.

Ranges follow the run in jumps until the user zooms or drags; from then on the view is the user's, and only curves are
brought up to date, until `follow_run` is called.
"""

from collections.abc import Sequence
from math import inf

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent
from PySide6.QtWidgets import QWidget

from core.runs.epoch_scale import EpochScale
from gui.look.follow_font import follow_font
from gui.look.theme import Theme, applied, text_scale
from gui.session.run_curves import MEASURES, Measure, PlottedMetrics, RunCurves
from gui.widgets.plots.hover_table import HoverRow, HoverTable
from gui.widgets.plots.measure_plot import MeasurePlot, PastCurves
from gui.widgets.plots.plot_axis import PlotAxis, epoch_ticks, update_ticks
from gui.widgets.plots.plot_ranges import widened
from gui.widgets.plots.plot_walk import WalkablePlots

_LEFT_ROOM = 0.008
"""How far the view begins before update 0, as a share of its width: what is drawn at 0 is seen whole."""

_SHORTEST = 50.0
"""Updates that the time axis shows at least, of a run that has so many."""

_CLOSEST = 5.0
"""Updates that one can zoom in to."""

_LONGEST_PAST = 4
"""Past runs more than so many times as long as the present one is to be are cut off where it ends."""


class RunPlots(WalkablePlots):
    """Two plots, one over the other."""

    followed = Signal(bool)
    """Whether ranges follow the run (True) or are the user's (False)."""

    values_written = Signal()
    """What stands at the ends of the curves is of the newest update: whatever tells it elsewhere is to say the same."""

    beyond_changed = Signal()
    """Other past runs than before end beyond the axis of the loss."""

    pointed_at = Signal(object)
    """The update under the pointer as int, None where the pointer has left."""

    menu_requested = Signal(QPoint)
    """The right button was clicked, at this place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = RunCurves(EpochScale.steady(1))
        self.past: tuple[PastCurves, ...] = ()
        self.plots = {measure: MeasurePlot(measure, self) for measure in MEASURES}
        self.time_axis = PlotAxis("bottom", update_ticks)
        self.beyond: frozenset[int] = frozenset()
        """Past runs, by their colors, whose loss ends beyond the axis."""
        self._total_updates = inf
        self._following = True
        self._limit = 0.0
        self._labels_begin = inf
        self._bounds = (0.0, 0.0)
        self._drawn_updates = 0
        self._theme = applied.theme
        self._pointer: tuple[Measure, int, QPoint] | None = None
        # With many runs it is higher than low plots are.
        self._hover = HoverTable(self if parent is None else parent)
        self.ci.layout.setHorizontalSpacing(0)
        for row, plot in enumerate(self.plots.values()):
            self.ci.addItem(plot.axis, row, 0)
            self.ci.addItem(plot.view, row, 1)
            plot.view.double_clicked.connect(self.follow_run)
            plot.view.menu_requested.connect(self.menu_requested)
            plot.view.moved_by_user.connect(self._on_moved_by_user)
            plot.view.sigResized.connect(self._on_view_resized)
        self.ci.addItem(self.time_axis, len(self.plots), 1)
        self._time_name = pg.LabelItem(justify="right")
        self._time_unit = "update"
        self.ci.addItem(self._time_name, len(self.plots), 0)
        self.time_axis.linkToView(self.plots["accuracy"].view)
        self.set_theme(applied.theme)
        applied.changed.connect(self._on_theme_changed)
        follow_font(self, self._fit_text)

    @property
    def theme(self) -> Theme:
        """The colors in use."""
        return self._theme

    @property
    def following(self) -> bool:
        """Whether ranges follow the run."""
        return self._following

    @property
    def time_range(self) -> tuple[float, float]:
        """The updates at both ends of the view."""
        first, last = self.plots["loss"].view.viewRange()[0]
        return first, last

    def start_run(self, curves: RunCurves) -> None:
        """Show another run from now on; until `set_total` tells its length, it may be of any."""
        self.curves = curves
        self._total_updates = inf
        self.follow_run()

    def set_total(self, updates: float) -> None:
        """Let the time axis end no later than after so many updates, the whole length of the run."""
        if updates != self._total_updates:
            self._total_updates = updates
            self._choose_ranges_anew()
            self.redraw()

    def set_past(self, past: Sequence[PastCurves]) -> None:
        """Show these runs beside the present one."""
        self.past = tuple(past)
        self._choose_ranges_anew()
        self.redraw()

    def set_time_unit(self, by_epoch: bool) -> None:
        """Lay runs side by side by their epochs, or by their updates, and write these on the time axis."""
        self.time_axis.set_ticks(epoch_ticks(self.curves.epoch_scale) if by_epoch else update_ticks)
        self._time_unit = "epoch" if by_epoch else "update"
        self._name_time()
        if by_epoch != self.by_epoch:
            for plot in self.plots.values():
                plot.by_epoch = by_epoch
            self._choose_ranges_anew()
            self.redraw()

    @property
    def by_epoch(self) -> bool:
        """Whether the axis counts epochs, and runs lie side by side by them."""
        return self.plots["loss"].by_epoch

    @property
    def has_other_batches(self) -> bool:
        """Whether a past run that is shown takes another number of updates for an epoch."""
        end = np.array([max(self.curves.updates, 1)], np.float64)
        return any(abs(float(self.curves.beside(run.curves, end)[0] - end[0])) > 0.5 for run in self.past)

    def _fit_text(self) -> None:
        font = self.font()
        for plot in self.plots.values():
            plot.set_font(font)
        self.time_axis.setStyle(tickFont=font)
        # The lowest mark of one axis and the highest of the next stay apart.
        self.ci.layout.setVerticalSpacing(round(12 * text_scale(font)))
        metrics = QFontMetricsF(font)
        self.time_axis.setHeight(metrics.height() + 8)
        # Half of a mark at the right end lies outside the plots.
        self.ci.layout.setContentsMargins(4, 8, metrics.horizontalAdvance("0,000,000") / 2 + 2, 2)
        self._name_time()
        # Other marks, and other room for the labels at the ends of the curves.
        self.redraw()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.set_theme(applied.theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colors of a theme, which may for once be another than the one that is on."""
        self.setBackground(theme.surface)
        for plot in self.plots.values():
            plot.set_theme(theme)
        self.time_axis.setPen(QColor(theme.border))
        self.time_axis.setTextPen(QColor(theme.muted))
        self._theme = theme
        self._name_time()
        self.redraw()

    @Slot()
    def follow_run(self) -> None:
        """Give the ranges back to the run, chosen anew."""
        self._choose_ranges_anew()
        self._set_following(True)
        self.redraw()

    def redraw(self, keeps_values: bool = False) -> None:
        """Bring curves, and where they follow the run, ranges up to date; does nothing while hidden.

        Parameters
        ----------
        keeps_values : bool
            Leave what is written at the ends of the curves as it is, for somebody to read it.
        """
        if not self.isVisible():
            return
        if self.curves.updates < self._drawn_updates:
            # The run has gone back, and what made room for itself is no more.
            self._choose_ranges_anew()
        self._drawn_updates = self.curves.updates
        self._fit_time()
        first, last = self.time_range
        past_last = min(last, self._labels_begin) if self._following else last
        for plot in self.plots.values():
            plot.draw(self.curves, self.past, first, last, past_last, keeps_values)
            if self._following:
                plot.fit()
        beyond = self.plots["loss"].beyond()
        if beyond != self.beyond:
            self.beyond = beyond
            self.beyond_changed.emit()
        if not keeps_values:
            self.name_values()
            self.values_written.emit()

    def metrics_at(self, update: int) -> PlottedMetrics:
        """Return the metrics of the run at an update, as drawn."""
        return self.curves.metrics_at(update, *self.time_range)

    def show_moment(self, update: int | None) -> None:
        """Put the time cursor at an update, or take it away."""
        for plot in self.plots.values():
            plot.overlay.show_moment(update)

    def show_markers(self, markers: Sequence[tuple[int, str]]) -> None:
        """Mark updates; what happened there is written in the upper plot."""
        self.plots["loss"].overlay.show_markers(markers)
        self.plots["accuracy"].overlay.show_markers([(update, "") for update, _ in markers])

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Let the crosshair follow the pointer."""
        super().mouseMoveEvent(ev)
        self._point_at(ev.position())

    def leaveEvent(self, ev: QEvent) -> None:
        """Take the crosshair away."""
        super().leaveEvent(ev)
        self._point_at(None)

    def point_at_update(self, update: int | None) -> None:
        """Put the crosshair at an update, or take it away."""
        self._pointer = None
        for plot in self.plots.values():
            plot.overlay.show_pointer(update)
        self.name_values()
        self.pointed_at.emit(update)

    def _name_time(self) -> None:
        self._time_name.item.setFont(self.font())
        # Large text would reach the mark at 0.
        gap = "\u00a0" if text_scale(self.font()) > 1 else ""
        self._time_name.setText(f"{self._time_unit}{gap}", color=self._theme.muted)

    def _point_at(self, position: QPointF | None) -> None:
        self._pointer = None if position is None else self._pointed(position.toPoint())
        update = self._pointer[1] if self._pointer else None
        for plot in self.plots.values():
            plot.overlay.show_pointer(update)
        self.viewport().setToolTip("" if update is None else self.plots["loss"].overlay.marker_text(update))
        self.name_values()
        self.pointed_at.emit(update)

    def _pointed(self, place: QPoint) -> tuple[Measure, int, QPoint] | None:
        scene = self.mapToScene(place)
        for measure, plot in self.plots.items():
            if plot.view.sceneBoundingRect().contains(scene):
                update = round(plot.view.mapSceneToView(scene).x())
                return measure, min(max(update, 0), round(self.newest())), place
        return None

    def name_values(self) -> None:
        """Write the values of all curves at the pointer beside it, where there are other runs than the present one."""
        if self._pointer is None or not self.past:
            self._hover.hide()
            return
        measure, update, place = self._pointer
        rows = [HoverRow("this run", "", "", self.metrics_at(update))]
        beside = self.plots[measure].beside
        for run in self.past:
            there, *view = beside(run.curves, self.curves, np.array([update, *self.time_range])).tolist()
            there_metrics = run.curves.metrics_at(round(there), *view)
            rows.append(HoverRow(run.name, self._theme.runs[run.color_index], run.sign, there_metrics))
        self._hover.show_rows(measure, rows, self.viewport().mapToGlobal(place))

    def _choose_ranges_anew(self) -> None:
        self._limit = 0.0
        for plot in self.plots.values():
            plot.forget_range()

    def newest(self) -> float:
        """Return the update at which the longest of all curves ends."""
        return max([float(self.curves.updates), *self._ends_of_past()])

    def _ends_of_past(self) -> list[float]:
        beside = self.plots["loss"].beside
        return [float(beside(self.curves, run.curves, np.array([run.curves.updates], float))[0]) for run in self.past]

    def _worth_seeing(self) -> float:
        """Return how far the axis goes by itself: as far as the longest curve, apart from runs far longer than this."""
        own, planned = float(self.curves.updates), max(self._total_updates, self.curves.updates, _SHORTEST)
        return max([own, *(end if end <= _LONGEST_PAST * planned else planned for end in self._ends_of_past())])

    def _fit_time(self) -> None:
        """Let one move to wherever there is something to see, and show what there is where ranges follow the run."""
        newest, width = self._worth_seeing(), self.plots["loss"].view.rect().width()
        room = max(plot.label_width() for plot in self.plots.values())
        fill = max(0.5, 1 - room * (1 + _LEFT_ROOM) / max(width, 1))
        most = max(self._total_updates, self.newest()) / fill
        self._labels_begin = max(newest, _SHORTEST)
        limit = widened(self._limit, max(newest, _SHORTEST), fill, most)
        bounds = (-_LEFT_ROOM * limit, most)
        if bounds != self._bounds:
            self._bounds = bounds
            for plot in self.plots.values():
                plot.view.setLimits(xMin=bounds[0], xMax=min(most, 1e12), minXRange=min(_CLOSEST, most))
        if self._following and limit != self._limit:
            self._limit = limit
            for plot in self.plots.values():
                plot.view.setXRange(-_LEFT_ROOM * limit, limit, padding=0)

    def _set_following(self, following: bool) -> None:
        if following != self._following:
            self._following = following
            self.followed.emit(following)

    @Slot()
    def _on_moved_by_user(self) -> None:
        source = self.sender()
        for plot in self.plots.values():
            if plot.view is not source:
                plot.view.setXRange(*source.viewRange()[0], padding=0)
        self._set_following(False)
        self.redraw()

    @Slot()
    def _on_view_resized(self) -> None:
        # Labels take another share of the width now.
        self._limit = 0.0
        self._fit_time()
