"""One plot of a measure, loss or accuracy, over the updates of a run and of past runs.

Cheap to repaint, because it is repainted while training goes on: lines are not smoothed, those of many points are one
pixel wide, ranges stand still most of the time, and no curve has more than a thousand points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from gui.look.formatting import number, percent
from gui.look.theme import LIGHT, Theme, mix
from gui.run_curves import XY, Measure, RunCurves
from gui.widgets.plots.plot_axis import PlotAxis, accuracy_ticks, log_loss_ticks, loss_ticks
from gui.widgets.plots.plot_items import CurvesItem, Line
from gui.widgets.plots.plot_overlay import Dots, EndLabel, GuideLines, PlotOverlay
from gui.widgets.plots.plot_ranges import LOWEST_LOSS, close_up, log_limits, round_up, widened
from gui.widgets.plots.plot_view_box import PlotViewBox

_ABOVE_ONE = 0.04
"""How far an accuracy axis goes on above 100 %, as a share of its length, so that a perfect curve is seen whole."""


@dataclass(frozen=True)
class PastRun:
    """A run to compare with.

    Attributes
    ----------
    name : str
        What the user calls it.
    curves : RunCurves
        Its figures.
    """

    name: str
    curves: RunCurves


class MeasurePlot(QObject):
    """The view, axis and curves of one measure; belongs into a graphics layout."""

    def __init__(self, measure: Measure, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.measure: Measure = measure
        self.view = PlotViewBox()
        self.axis = PlotAxis("left", loss_ticks if measure == "loss" else accuracy_ticks)
        self.axis.linkToView(self.view)
        self.overlay = PlotOverlay(self.view)
        # Losses end low and accuracies high; the name stands at the other edge.
        edge = Qt.AlignmentFlag.AlignTop if measure == "loss" else Qt.AlignmentFlag.AlignBottom
        self._guides = GuideLines(self.view, self.axis, measure, edge)
        self._curves = CurvesItem(self.view)
        self._theme = LIGHT
        self._log = False
        self._close_up = False
        self._limits = (0.0, 0.0)
        self._drawn: list[XY] = []
        self.forget_range()

    @property
    def log(self) -> bool:
        """Whether the axis is logarithmic."""
        return self._log

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is drawn, the first at the back."""
        return self._curves.lines

    def set_log(self, log: bool) -> None:
        """Make the axis logarithmic or linear."""
        self._log = log
        self.axis.set_ticks(log_loss_ticks if log else loss_ticks)
        self.forget_range()

    def set_close_up(self, close: bool) -> None:
        """Begin an accuracy axis near the lowest values of the later run, or at 0."""
        self._close_up = close
        self.forget_range()

    def set_font(self, font: QFont) -> None:
        """Write in this font, and give the axis the width that its widest mark needs in it."""
        self.axis.setStyle(tickFont=font)
        self.axis.setWidth(QFontMetricsF(font).horizontalAdvance("100.0 %") + 8)
        self._guides.font = self.overlay.font = font

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self._theme = theme
        for item in (self._guides, self._curves, self.overlay):
            item.set_theme(theme)
        self.axis.setPen(QColor(theme.border))
        self.axis.setTextPen(QColor(theme.muted))

    def draw(self, curves: RunCurves, past: Sequence[PastRun], first: float, last: float) -> None:
        """Draw what lies between two updates."""
        theme = self._theme
        band, trend = curves.band(self.measure, first, last), curves.trend(self.measure, first, last)
        tests = curves.tests(self.measure, first, last)
        past_lines = [line for place, run in enumerate(past) for line in self._past(place, run, curves, first, last)]
        self._drawn = [trend, tests, *((line.x, line.y) for line in past_lines)]
        faint = mix(theme.surface, theme.train, 0.25)
        lines = [
            Line(*band.xy, faint, filled=band.is_area),
            *past_lines,
            Line(*trend, QColor(theme.train), width=2),
            Line(*tests, QColor(theme.test), width=2),
        ]
        self._curves.show_lines([replace(line, y=self._on_axis(line.y)) for line in lines])
        # Where the view ends before the run does, the last mean drawn is not the newest.
        newest = trend if len(trend[0]) and trend[0][-1] >= curves.updates else (trend[0][:0], trend[1][:0])
        self._label(newest, tests)

    def fit(self) -> None:
        """Bring everything drawn into the height of the view; moves in jumps and seldom."""
        wanted = self._wanted_range()
        if wanted != self._limits:
            self._limits = wanted
            self._set_zoom_limits()
            self.view.setYRange(*wanted, padding=0)

    def forget_range(self) -> None:
        """Choose the height anew at the next `fit`, whatever it was before."""
        self._limits = (0.0, 0.0)

    def label_width(self) -> float:
        """Return how much room labels at the ends of the curves may take, in pixels."""
        return self.overlay.label_width("99.9 %" if self.measure == "accuracy" else "0.999")

    def _on_axis(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log10(np.maximum(values, LOWEST_LOSS)) if self._log else values

    def _past(self, place: int, run: PastRun, curves: RunCurves, first: float, last: float) -> list[Line]:
        """Return trend and tests of a past run; with another batch size it is laid beside this one epoch for epoch."""
        color = self._theme.runs[place % len(self._theme.runs)]
        own_first, own_last = run.curves.beside(curves, np.array([first, last])).tolist()
        trend = run.curves.trend(self.measure, own_first, own_last)
        tests = run.curves.tests(self.measure, own_first, own_last)
        return [
            Line(curves.beside(run.curves, trend[0]), trend[1], mix(self._theme.surface, color, 0.45)),
            Line(curves.beside(run.curves, tests[0]), tests[1], QColor(color)),
        ]

    def _label(self, trend: XY, tests: XY) -> None:
        write: Callable[[float], str] = number if self.measure == "loss" else percent
        labels = []
        for (x, y), color in ((trend, self._theme.train), (tests, self._theme.test)):
            if len(x):
                labels.append(EndLabel(float(x[-1]), float(self._on_axis(y[-1:])[0]), write(float(y[-1])), color))
        self.overlay.show_curves(labels, [Dots(tests[0], self._on_axis(tests[1]), self._theme.test)])

    def _wanted_range(self) -> tuple[float, float]:
        if self.measure == "accuracy":
            low = close_up(self._lowest_later_on(), self._limits[0]) if self._close_up else 0.0
            return low, 1 + _ABOVE_ONE * (1 - low)
        values = np.concatenate([y for _, y in self._drawn]) if self._drawn else np.zeros(0)
        if not len(values):
            return self._limits if self._limits[1] > self._limits[0] else self._linear_or_log(1e-2, 2.4)
        return self._linear_or_log(float(values.min()), float(values.max()))

    def _linear_or_log(self, least: float, greatest: float) -> tuple[float, float]:
        low, high = self._limits
        if self._log:
            begin, end = log_limits(least * 0.9, greatest * 1.1)
            if high > low and 10**low <= begin <= 10 * 10**low and end <= 10**high <= 10 * end:
                return self._limits
            return float(np.log10(begin)), float(np.log10(end))
        if not high or greatest < high / 2:
            return 0.0, round_up(max(greatest, 1e-3) / 0.95)
        return 0.0, widened(high, greatest, 0.97)

    def _lowest_later_on(self) -> float:
        last = max((float(x[-1]) for x, _ in self._drawn if len(x)), default=0.0)
        later = [y[x >= last / 10] for x, y in self._drawn]
        return min((float(y.min()) for y in later if len(y)), default=0.0)

    def _set_zoom_limits(self) -> None:
        high = self._limits[1]
        if self.measure == "accuracy":
            self.view.setLimits(yMin=0, yMax=1 + _ABOVE_ONE, minYRange=0.002)
        elif self._log:
            self.view.setLimits(yMin=np.log10(LOWEST_LOSS), yMax=max(high, 4.0), minYRange=0.05)
        else:
            self.view.setLimits(yMin=0, yMax=4 * high, minYRange=1e-4)
