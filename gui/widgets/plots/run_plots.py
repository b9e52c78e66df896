"""Loss over accuracy, on one axis of time: the picture of a run.

Ranges follow the run in jumps until the user zooms or drags; from then on the view is the user's, and only curves are
brought up to date, until `follow_run` is called.
"""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent
from PySide6.QtWidgets import QWidget

from core.history.epoch_scale import EpochScale
from gui.look.theme import LIGHT, Theme
from gui.run_curves import MEASURES, Figures, RunCurves
from gui.widgets.plots.measure_plot import MeasurePlot, PastRun
from gui.widgets.plots.plot_axis import PlotAxis, epoch_ticks, update_ticks
from gui.widgets.plots.plot_ranges import round_up, widened

_LEFT_ROOM = 0.008
"""How far the view begins before update 0, as a share of its width: what is drawn at 0 is seen whole."""

_SHORTEST = 50.0
"""Updates that the time axis shows at least."""


class RunPlots(pg.GraphicsLayoutWidget):
    """Two plots, one over the other."""

    followed = Signal(bool)
    """Whether ranges follow the run (True) or are the user's (False)."""

    range_chosen = Signal()
    """The user zoomed, dragged, or gave the ranges back to the run; figures are means over other batches now."""

    pointed_at = Signal(object)
    """The update under the pointer as int, None where the pointer has left."""

    menu_wanted = Signal(QPoint)
    """The right button was clicked, at this place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = RunCurves(EpochScale.steady(1))
        self.past: tuple[PastRun, ...] = ()
        self.plots = {measure: MeasurePlot(measure, self) for measure in MEASURES}
        self.time_axis = PlotAxis("bottom", update_ticks)
        self._following = True
        self._limit = 0.0
        self._time_color = LIGHT.muted
        self.ci.layout.setVerticalSpacing(8)
        self.ci.layout.setHorizontalSpacing(0)
        for row, plot in enumerate(self.plots.values()):
            self.ci.addItem(plot.axis, row, 0)
            self.ci.addItem(plot.view, row, 1)
            plot.view.double_clicked.connect(self.follow_run)
            plot.view.menu_wanted.connect(self.menu_wanted)
            plot.view.moved_by_user.connect(self._on_moved_by_user)
            plot.view.sigResized.connect(self._on_view_resized)
        self.ci.addItem(self.time_axis, len(self.plots), 1)
        self._time_name = pg.LabelItem(justify="right")
        self._time_unit = "update"
        self.ci.addItem(self._time_name, len(self.plots), 0)
        self.time_axis.linkToView(self.plots["accuracy"].view)
        self.set_font(self.font())

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
        """Show another run from now on."""
        self.curves = curves
        self._limit = 0.0
        self.follow_run()

    def set_past(self, past: Sequence[PastRun]) -> None:
        """Show these runs beside the present one."""
        self.past = tuple(past)
        self.redraw()

    def set_time_unit(self, by_epoch: bool) -> None:
        """Write epochs or updates on the time axis."""
        self.time_axis.set_ticks(epoch_ticks(self.curves.epoch_scale) if by_epoch else update_ticks)
        self._time_unit = "epoch" if by_epoch else "update"
        self._name_time()

    def set_font(self, font: QFont) -> None:
        """Write in this font."""
        for plot in self.plots.values():
            plot.set_font(font)
        self.time_axis.setStyle(tickFont=font)
        metrics = QFontMetricsF(font)
        self.time_axis.setHeight(metrics.height() + 8)
        # Half of a mark at the right end lies outside the plots.
        self.ci.layout.setContentsMargins(4, 8, metrics.horizontalAdvance("0,000,000") / 2 + 2, 2)

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self.setBackground(theme.surface)
        for plot in self.plots.values():
            plot.set_theme(theme)
        self.time_axis.setPen(QColor(theme.border))
        self.time_axis.setTextPen(QColor(theme.muted))
        self._time_color = theme.muted
        self._name_time()
        self.redraw()

    @Slot()
    def follow_run(self) -> None:
        """Give the ranges back to the run, chosen anew."""
        self._limit = 0.0
        for plot in self.plots.values():
            plot.forget_range()
        self._set_following(True)
        self.redraw()
        self.range_chosen.emit()

    def redraw(self) -> None:
        """Bring curves, and where they follow the run, ranges up to date; does nothing while hidden."""
        if not self.isVisible():
            return
        if self._following:
            self._fit_time()
        first, last = self.time_range
        for plot in self.plots.values():
            plot.draw(self.curves, self.past, first, last)
            if self._following:
                plot.fit()

    def figures(self, update: int) -> Figures:
        """Return the figures of the run at an update, as drawn."""
        return self.curves.figures(update, *self.time_range)

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

    def _name_time(self) -> None:
        self._time_name.setText(self._time_unit, color=self._time_color)

    def _point_at(self, position: QPointF | None) -> None:
        update = None
        if position is not None:
            scene = self.mapToScene(position.toPoint())
            for plot in self.plots.values():
                if plot.view.sceneBoundingRect().contains(scene):
                    update = min(max(round(plot.view.mapSceneToView(scene).x()), 0), self.curves.updates)
        for plot in self.plots.values():
            plot.overlay.show_pointer(update)
        self.viewport().setToolTip("" if update is None else self.plots["loss"].overlay.marker_text(update))
        self.pointed_at.emit(update)

    def _fit_time(self) -> None:
        newest = float(self.curves.updates)
        for run in self.past:
            end = np.array([run.curves.updates], np.float64)
            newest = max(newest, float(self.curves.beside(run.curves, end)[0]))
        width = self.plots["loss"].view.rect().width()
        room = max(plot.label_width() for plot in self.plots.values())
        fill = max(0.5, 1 - room / max(width, 1))
        limit = widened(self._limit or round_up(max(_SHORTEST, newest / fill)), newest, fill)
        if limit != self._limit:
            self._limit = limit
            for plot in self.plots.values():
                plot.view.setLimits(xMin=-_LEFT_ROOM * limit, xMax=limit, minXRange=5)
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
        self.range_chosen.emit()

    @Slot()
    def _on_view_resized(self) -> None:
        if self._following:
            self._fit_time()
