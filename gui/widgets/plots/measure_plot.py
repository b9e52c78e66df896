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
from gui.look.theme import Theme, applied, mix
from gui.session.run_curves import XY, Measure, RunCurves
from gui.widgets.plots.plot_axis import PlotAxis, accuracy_ticks, log_loss_ticks, loss_ticks
from gui.widgets.plots.plot_items import CurvesItem, Line
from gui.widgets.plots.plot_overlay import Dots, EndLabel, GuideLines, PlotOverlay
from gui.widgets.plots.plot_ranges import LOWEST_LOSS, close_up, lasting_top, log_limits, widened
from gui.widgets.plots.plot_view_box import PlotViewBox

_ABOVE_ONE = 0.04
"""How far an accuracy axis goes on above 100 %, as a share of its length, so that a perfect curve is seen whole."""

_NO_LOSSES = (np.array([0.0, 1.0]), np.array([2.4, 0.01]))
"""Stands for the losses of a run that has none yet: such as most have."""

_MOST_AS_GUESSING = 2.0
"""A linear axis of losses ends at so many times the loss a run begins with, or that of guessing: what is worse leaves
the plot at its top, or one run gone wrong would press all others into a line at the bottom."""

_GUESSING = float(np.log(10))
"""Loss of ten equal chances."""

_ROOM_FOR_PAST = 2.0
"""Past runs make an axis at most so many times as long as the present run alone would have it."""

_FEW_UPDATES = 50
"""A run is seen from its start on at least so long, and until its first epoch is over."""

_EARLY = 0.1
"""The share of each curve that a close-up need not show: the steep beginning, which makes the rest look flat."""


@dataclass(frozen=True)
class PastCurves:
    """The curves of a run to compare with.

    Attributes
    ----------
    name : str
        What the user calls it.
    color_index : int
        Its color, by number.
    curves : RunCurves
        Its metrics.
    is_on_other_data : bool
        Whether it was trained on other data than the present run.
    """

    name: str
    color_index: int
    curves: RunCurves
    is_on_other_data: bool = False

    @property
    def styles(self) -> tuple[Qt.PenStyle, Qt.PenStyle]:
        """How its curves of training batches and of the test set are drawn."""
        if self.is_on_other_data:
            return Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine
        return Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine

    @property
    def sign(self) -> str:
        """A piece of its curve of the test set, for a legend."""
        return "╸·" if self.is_on_other_data else "━"


class MeasurePlot(QObject):
    """The view, axis and curves of one measure; belongs into a graphics layout."""

    def __init__(self, measure: Measure, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.measure: Measure = measure
        self.view = PlotViewBox()
        self.axis = PlotAxis("left", loss_ticks if measure == "loss" else accuracy_ticks)
        self.axis.linkToView(self.view)
        self.overlay = PlotOverlay(self.view)
        # Beside the axis: within the plot it would stand in the way of curves that end high or low.
        self.axis.setLabel(measure)
        self._guides = GuideLines(self.view, self.axis)
        self._curves = CurvesItem(self.view)
        self._theme = applied.theme
        self._log = False
        self._close_up = False
        self.by_epoch = False
        """Whether past runs are laid beside the present one by passes over the data, or by updates."""
        self._is_early = True
        self._limits = (0.0, 0.0)
        self._drawn: list[XY] = []
        self._past_drawn: list[XY] = []
        self._past_ends: list[tuple[int, float]] = []
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
        """Make room for the later parts of the curves alone, once there are any, or for all of them."""
        self._close_up = close
        self.forget_range()

    def set_font(self, font: QFont) -> None:
        """Write in this font, and give the axis the width that its widest mark needs in it."""
        self.axis.setStyle(tickFont=font)
        self.axis.label.setFont(font)
        metrics = QFontMetricsF(font)
        self.axis.setWidth(metrics.height() + metrics.horizontalAdvance("100.0 %") + 8)
        self.overlay.font = font

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colors of a theme."""
        self._theme = theme
        for item in (self._guides, self._curves, self.overlay):
            item.set_theme(theme)
        self.axis.setPen(QColor(theme.border))
        self.axis.setTextPen(QColor(theme.muted))

    def draw(
        self,
        curves: RunCurves,
        past: Sequence[PastCurves],
        first: float,
        last: float,
        past_last: float | None = None,
        keeps_values: bool = False,
    ) -> None:
        """Draw what lies between two updates; curves of past runs end at ``past_last``, before the labels.

        Where ``keeps_values`` holds, the labels go along with the curves, and say what they said.
        """
        theme = self._theme
        past_last = last if past_last is None else past_last
        band, trend = curves.band(self.measure, first, last), curves.trend(self.measure, first, last)
        tests = curves.tests(self.measure, first, last)
        by_run = [(run.color_index, self._past(run, curves, first, past_last)) for run in past]
        past_lines = [line for _, run_lines in by_run for line in run_lines]
        self._past_ends = [(place, float(lines[-1].y[-1])) for place, lines in by_run if len(lines[-1].y)]
        self._drawn, self._past_drawn = [trend, tests], [(line.x, line.y) for line in past_lines]
        self._is_early = curves.updates < _FEW_UPDATES or curves.epoch_scale.epoch(curves.updates) < 1
        faint = mix(theme.surface, theme.train, 0.2)
        lines = [
            Line(*band.xy, faint, filled=band.is_area),
            *past_lines,
            Line(*trend, QColor(theme.train), width=2),
            Line(*tests, QColor(theme.test), width=2),
        ]
        self._curves.show_lines([replace(line, y=self._on_axis(line.y)) for line in lines])
        # Where the view ends before the run does, the last mean drawn is not the newest.
        newest = trend if len(trend[0]) and trend[0][-1] >= curves.updates else (trend[0][:0], trend[1][:0])
        self._label(newest, tests, [(line.x, self._on_axis(line.y)) for line in past_lines], keeps_values)

    def beyond(self) -> frozenset[int]:
        """Return the past runs, by their colors, that end above or below the axis."""
        low, high = self.view.viewRange()[1]
        ends = self._on_axis(np.array([end for _, end in self._past_ends]))
        return frozenset(
            place for (place, _), end in zip(self._past_ends, ends.tolist(), strict=True) if not low <= end <= high
        )

    def fit(self) -> None:
        """Bring everything drawn into the height of the view; moves in jumps and seldom."""
        wanted = self._wanted_range()
        if wanted != self._limits:
            self._limits = wanted
            self._set_zoom_limits()
            self.view.full_height = wanted[1] - wanted[0]
            self.view.setYRange(*wanted, padding=0)

    def forget_range(self) -> None:
        """Choose the height anew at the next `fit`, whatever it was before."""
        self._limits = (0.0, 0.0)

    def label_width(self) -> float:
        """Return how much room labels at the ends of the curves may take, in pixels."""
        return self.overlay.label_width("99.9 %" if self.measure == "accuracy" else "0.00999")

    def _on_axis(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log10(np.maximum(values, LOWEST_LOSS)) if self._log else values

    def _past(self, run: PastCurves, curves: RunCurves, first: float, last: float) -> list[Line]:
        """Return trend and tests of a past run, laid beside this one."""
        color = self._theme.runs[run.color_index]
        own_first, own_last = self.beside(run.curves, curves, np.array([first, last])).tolist()
        lines = []
        for (own_x, y), shade, style in (
            (run.curves.trend(self.measure, own_first, own_last), mix(self._theme.surface, color, 0.75), run.styles[0]),
            (run.curves.tests(self.measure, own_first, own_last), QColor(color), run.styles[1]),
        ):
            x = self.beside(curves, run.curves, own_x)
            kept = x <= last
            lines.append(Line(x[kept], y[kept], shade, style=style))
        return lines

    def beside(self, curves: RunCurves, other: RunCurves, updates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where a run was when another one was at these updates: as many passes on, or as many updates."""
        return curves.beside(other, updates) if self.by_epoch else updates

    def _label(self, trend: XY, tests: XY, past: Sequence[XY], keeps_values: bool) -> None:
        write: Callable[[float], str] = number if self.measure == "loss" else percent
        said = {label.color: label.text for label in self.overlay.labels} if keeps_values else {}
        labels = []
        for (x, y), color in ((trend, self._theme.train), (tests, self._theme.test)):
            if len(x):
                text = said.get(color) or write(float(y[-1]))
                labels.append(EndLabel(float(x[-1]), float(self._on_axis(y[-1:])[0]), text, color))
        dots = [Dots(tests[0], self._on_axis(tests[1]), self._theme.test)]
        if len(trend[0]) == 1:
            # There is no line through a single point.
            dots.append(Dots(trend[0], self._on_axis(trend[1]), self._theme.train))
        self.overlay.show_curves(labels, dots, past)

    def _wanted_range(self) -> tuple[float, float]:
        """Return the range in which trends and tests lie; what single batches do beyond it is cut off.

        It is the present run's. Past runs widen it, so that they can be compared, but not so far that it would be lost.
        """
        own, past = self._to_fit(self._drawn), self._to_fit(self._past_drawn)
        if self.measure == "accuracy":
            lowest = min((float(y.min()) for _, y in own), default=0.0)
            beside = min((float(y.min()) for _, y in past), default=lowest)
            lowest = min(lowest, max(beside, 1 - _ROOM_FOR_PAST * (1 - lowest)))
            low = close_up(lowest, self._limits[0]) if self._close_up and not self._is_early else 0.0
            return low, 1 + _ABOVE_ONE * (1 - low)
        if not own:
            return self._limits if self._limits[1] > self._limits[0] else self._linear_or_log([_NO_LOSSES], past)
        return self._linear_or_log(own, past)

    def _to_fit(self, curves: Sequence[XY]) -> list[XY]:
        curves = [(x, y) for x, y in curves if len(x)]
        if self._close_up and not self._is_early:
            later = [x >= _EARLY * x[-1] for x, _ in curves]
            return [(x[kept], y[kept]) for (x, y), kept in zip(curves, later, strict=True)]
        return curves

    def _linear_or_log(self, own: Sequence[XY], past: Sequence[XY]) -> tuple[float, float]:
        low, high = self._limits
        if self._log:
            least, greatest = min(y.min() for _, y in own), max(y.max() for _, y in own)
            beside = [y.max() for _, y in past], [y.min() for _, y in past]
            greatest = max(greatest, min(max(beside[0], default=greatest), 10 * greatest))
            least = min(least, max(min(beside[1], default=least), least / 10))
            begin, end = log_limits(least * 0.9, greatest * 1.1)
            if high > low and 10**low <= begin <= 10 * 10**low and end <= 10**high <= 10 * end:
                return self._limits
            return float(np.log10(begin)), float(np.log10(end))
        most = _MOST_AS_GUESSING * max(_GUESSING, max(float(y[0]) for _, y in own))
        greatest = min(max(lasting_top(x, y) for x, y in own), most)
        beside_top = max((lasting_top(x, y) for x, y in past), default=0.0)
        greatest = max(greatest, min(beside_top, _ROOM_FOR_PAST * greatest, most))
        # Narrower only where less than half would do, so that noise moves it neither to nor fro.
        if greatest < high / 2:
            high = 0.0
        return 0.0, widened(high, max(greatest, 1e-3), 0.97 if high else 0.95)

    def _set_zoom_limits(self) -> None:
        high = self._limits[1]
        if self.measure == "accuracy":
            self.view.setLimits(yMin=0, yMax=1 + _ABOVE_ONE, minYRange=0.002)
        elif self._log:
            self.view.setLimits(yMin=np.log10(LOWEST_LOSS), yMax=max(high, 4.0), minYRange=0.05)
        else:
            self.view.setLimits(yMin=0, yMax=4 * high, minYRange=1e-4)
