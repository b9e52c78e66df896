"""Axes that say plain numbers: whole updates, epochs, losses and per cent, at round places."""

from collections.abc import Callable, Sequence
from math import log10

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF

from core.runs.epoch_scale import EpochScale
from gui.look.formatting import number, percent
from gui.widgets.plots.plot_ranges import log_ticks, round_ticks

Ticks = list[tuple[float, str]]
"""Places in the coordinates of the view and what is written there."""

TickMaker = Callable[[float, float, int], Ticks]
"""Called with both ends of the view and how many marks there is room for."""


def update_ticks(low: float, high: float, most: int) -> Ticks:
    """Mark whole updates: "2,000"."""
    _, places = round_ticks(max(low, 0), high, most, least_step=1)
    return [(place, f"{place:,.0f}") for place in places]


def epoch_ticks(scale: EpochScale) -> TickMaker:
    """Return a maker of marks at round epochs for a view that is laid out in updates."""

    def make(low: float, high: float, most: int) -> Ticks:
        step, epochs = round_ticks(*scale.epochs([max(low, 0), high]).tolist(), most)
        decimals = 0 if step >= 1 else len(f"{step:.6f}".rstrip("0").partition(".")[2])
        ticks: Ticks = []
        for place, epoch in zip(scale.updates(epochs).tolist(), epochs, strict=True):
            # Beside epochs of another batch size these may be too short for a mark each.
            if not ticks or place - ticks[-1][0] >= 0.9 * (high - low) / most:
                ticks.append((place, f"{epoch:,.{decimals}f}" if epoch else "0"))
        return ticks

    return make


def loss_ticks(low: float, high: float, most: int) -> Ticks:
    """Mark losses: "0.5"."""
    step, places = round_ticks(low, high, most)
    decimals = min(6, len(f"{step:.6f}".rstrip("0").partition(".")[2]))
    return [(place, f"{place:,.{decimals}f}" if place else "0") for place in places]


def log_loss_ticks(low: float, high: float, most: int) -> Ticks:
    """Mark losses in a view that is laid out in their decimal logarithms."""
    ticks = log_ticks(10**low, 10**high, most)
    if len(ticks) < 2:
        return [(log10(place), number(place)) for place, _ in loss_ticks(10**low, 10**high, most) if place > 0]
    return [(log10(place), f"{place:g}") for place in ticks]


def accuracy_ticks(low: float, high: float, most: int) -> Ticks:
    """Mark fractions as per cent: "90 %"."""
    step, places = round_ticks(low, high, most)
    decimals = min(4, len(f"{100 * step:.4f}".rstrip("0").partition(".")[2]))
    return [(place, percent(place, decimals)) for place in places if place <= 1 + 1e-9]


_OVERHANG = 3.0
"""Pixels by which what is written at a mark may begin left of the axis, where the name of the axis stands."""


class PlotAxis(pg.AxisItem):
    """An axis whose marks are made by one of the functions above."""

    def __init__(self, orientation: str, make_ticks: TickMaker) -> None:
        super().__init__(orientation, maxTickLength=-4)
        self._make_ticks = make_ticks
        self._texts: dict[float, str] = {}
        self.enableAutoSIPrefix(False)
        self.setStyle(tickTextOffset=5, autoExpandTextSpace=False, autoReduceTextSpace=False)
        # Marks at the very ends are written too; the layout leaves them half their width.
        self.setStyle(hideOverlappingLabels=40)

    def set_ticks(self, make_ticks: TickMaker) -> None:
        """Make marks in another way from now on."""
        self._make_ticks = make_ticks
        self.picture = None
        self.update()

    def tick_places(self) -> list[float]:
        """Return where the marks stand now, in the coordinates of the view."""
        size = self.geometry().width() if self.orientation in ("top", "bottom") else self.geometry().height()
        return [place for _, places in self.tickValues(*self.range, size) for place in places]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return one level of marks, as pyqtgraph asks for them."""
        low, high = min(low, high), max(low, high)
        metrics, across = self._font_metrics(), self.orientation in ("top", "bottom")
        room = 9.0 * metrics.averageCharWidth() if across else 2.2 * metrics.height()
        ticks = self._make_ticks(low, high, max(2, int(size / room)))
        inside = [(place, text) for place, text in ticks if low - 1e-12 <= place <= high + 1e-12]
        self._texts = dict(inside)
        if across:
            for place, text in inside:
                if (place - low) * size / (high - low) < metrics.horizontalAdvance(text) / 2 - _OVERHANG:
                    self._texts[place] = ""
        return [(1.0, [place for place, _ in inside])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return what is written at the marks."""
        return [self._texts.get(value, "") for value in values]

    def _font_metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.style["tickFont"] or QFont())
