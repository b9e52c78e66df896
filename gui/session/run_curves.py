"""What the plots of a run show, without a window: trends, outlines and the metrics at any update."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.runs.curves import BatchCurve, Buckets
from core.runs.epoch_scale import EpochScale
from core.runs.run_metrics import newest_count
from core.training.metrics import Metrics

Measure = Literal["loss", "accuracy"]
MEASURES: tuple[Measure, ...] = ("loss", "accuracy")

TREND_POINTS = 100
"""So many means make a clear line: few enough that each averages away the noise between batches."""

MOST_SINGLE = 400
"""Up to so many batches in view, each is drawn by itself."""

TEST_POINTS = 500

_MOST_KEPT = 8
"""Sums of both measures over the last stretches that were in view."""

XY = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class PlottedMetrics:
    """What is known of a run at one update; None where nothing is.

    Attributes
    ----------
    update : int
        Updates made.
    epoch : float
        Passes over the training set, with the fraction.
    train_loss, train_accuracy : float or None
        Means over the newest batches of this update.
    test_loss, test_accuracy : float or None
        The last look up to here at the set that the run is judged by while it trains.
    test_update : int or None
        Updates made when that look was taken.
    judged_by : {"validation", "test"}
        Which set that is.
    """

    update: int
    epoch: float
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    test_update: int | None
    judged_by: Literal["validation", "test"] = "test"


@dataclass(frozen=True, eq=False)
class Band:
    """A line through single metrics, or where they are many, the edge of the area a deviation about their means.

    The area shows how far batches lie from each other, and shows the same at any zoom: the least and greatest of
    hundreds of batches would lie the further apart the more of them share a pixel, and hide the curves.
    """

    xy: XY
    is_area: bool


class RunCurves:
    """The four curves of one run, each drawn in few points however long it is.

    Parameters
    ----------
    epoch_scale : EpochScale
        The run's epochs by update.
    """

    def __init__(self, epoch_scale: EpochScale) -> None:
        self.epoch_scale = epoch_scale
        self.metrics: Metrics | None = None
        self._batches: dict[Measure, BatchCurve] = {measure: BatchCurve() for measure in MEASURES}
        # Band, trend and metrics of a frame all ask for the same.
        self._summed: dict[tuple[Measure, float, float], Buckets] = {}

    @property
    def updates(self) -> int:
        """Updates recorded."""
        return len(self._batches["loss"])

    @property
    def judged_by(self) -> Literal["validation", "test"]:
        """The set that the run is judged by while it trains."""
        return "test" if self.metrics is None else self.metrics.watched.name

    def follow(self, metrics: Metrics) -> None:
        """Take in the metrics of the run so far."""
        self.metrics = metrics
        self._summed.clear()
        self._batches["loss"].follow(metrics.batch_loss)
        self._batches["accuracy"].follow(metrics.batch_accuracy)

    def band(self, measure: Measure, first: float, last: float) -> Band:
        """Return the raw batch metrics between two updates, or where they are many, how far they spread."""
        batches = self._batches[measure]
        if batches.bucket_size(first, last, MOST_SINGLE) == 1:
            single = batches.buckets(first, last, MOST_SINGLE)
            return Band((single.updates, single.mean), is_area=False)
        means = self._means(measure, first, last)
        # Nothing lies where no batch does, such as above an accuracy of 1.
        low = np.maximum(means.mean - means.deviation, means.low)
        high = np.minimum(means.mean + means.deviation, means.high)
        x = np.concatenate((means.updates, means.updates[::-1]))
        return Band((x, np.concatenate((high, low[::-1]))), is_area=True)

    def trend(self, measure: Measure, first: float, last: float) -> XY:
        """Return the means of the batch metrics between two updates; the line ends with the newest batches."""
        means = self._means(measure, first, last)
        return means.updates, means.mean

    def tests(self, measure: Measure, first: float, last: float) -> XY:
        """Return the looks at the set that the run is judged by, between two updates and one more on either side.

        Thinned where they are many.
        """
        if self.metrics is None:
            return np.zeros(0), np.zeros(0)
        updates, values = self.metrics.watched.updates, self._test_values(measure)
        begin = max(0, int(np.searchsorted(updates, first)) - 1)
        end = min(len(updates), int(np.searchsorted(updates, last, side="right")) + 1)
        stride = max(1, -(-(end - begin) // TEST_POINTS))
        # Counted from the end, so that the newest is always there.
        chosen = np.arange(end - 1, begin - 1, -stride)[::-1]
        chosen = chosen[np.isfinite(values[chosen])]
        return updates[chosen].astype(float), values[chosen].astype(float)

    def metrics_at(self, update: int, first: float, last: float) -> PlottedMetrics:
        """Return the metrics at an update as they are drawn when updates ``first`` to ``last`` are in view.

        Beyond the newest update nothing is drawn, and so nothing is known.
        """
        if update > self.updates:
            return PlottedMetrics(update, self.epoch_scale.epoch(update), None, None, None, None, None, self.judged_by)
        train = {measure: self._train_at(measure, update, first, last) for measure in MEASURES}
        test: dict[Measure, float | None] = {"loss": None, "accuracy": None}
        test_update = None
        if self.metrics is not None:
            looks = self.metrics.watched.updates
            place = int(np.searchsorted(looks, update, side="right")) - 1
            if place >= 0:
                test = {measure: float(self._test_values(measure)[place]) for measure in MEASURES}
                test_update = int(looks[place])
        return PlottedMetrics(
            update,
            self.epoch_scale.epoch(update),
            train["loss"],
            train["accuracy"],
            test["loss"],
            test["accuracy"],
            test_update,
            self.judged_by,
        )

    def beside(self, other: "RunCurves", updates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the updates of this run at which it had seen as much of its data as ``other`` at ``updates``."""
        return self.epoch_scale.updates(other.epoch_scale.epochs(updates))

    def _train_at(self, measure: Measure, update: int, first: float, last: float) -> float | None:
        """Return the mean over the newest batches of that moment; a bucket of the trend reaches far beyond it."""
        count = min(self._means(measure, first, last).size, newest_count(update))
        recent = self._newest(measure, count, update) if update else np.zeros(0)
        return float(recent.mean()) if len(recent) else None

    def _means(self, measure: Measure, first: float, last: float) -> Buckets:
        """Sum up the batch metrics between two updates in few buckets, the last of which holds the newest batches."""
        asked = (measure, first, last)
        if asked not in self._summed:
            if len(self._summed) >= _MOST_KEPT:
                self._summed.clear()
            self._summed[asked] = self._sum_up(measure, first, last)
        return self._summed[asked]

    def _sum_up(self, measure: Measure, first: float, last: float) -> Buckets:
        buckets = self._batches[measure].buckets(first, last, TREND_POINTS)
        ends = (buckets.updates - 1) // buckets.size * buckets.size + buckets.size
        if buckets.size == 1 or not len(ends) or ends[-1] < self.updates:
            return buckets
        # A last bucket that holds few batches would jump about; the newest batches take its place, where the whole run
        # is in view those of which the tab Runs tells too.
        columns = (buckets.updates, buckets.low, buckets.mean, buckets.high, buckets.deviation)
        rows = np.stack(columns)[:, ends <= self.updates]
        newest = self._newest(measure, min(buckets.size, newest_count(self.updates)), self.updates)
        if len(newest):
            tip = (self.updates, newest.min(), newest.mean(), newest.max(), newest.std())
            rows = np.column_stack((rows, tip))
        return Buckets(buckets.size, *rows)

    def _newest(self, measure: Measure, count: int, update: int) -> NDArray[np.float64]:
        """Return the metrics of the newest ``count`` batches after ``update`` updates, those that are finite."""
        metrics = self.metrics
        if metrics is None:
            return np.zeros(0)
        values = metrics.batch_loss if measure == "loss" else metrics.batch_accuracy
        recent = values[max(0, update - count) : update].astype(np.float64)
        return recent[np.isfinite(recent)]

    def _test_values(self, measure: Measure) -> NDArray[np.float32]:
        assert self.metrics is not None
        return self.metrics.watched.loss if measure == "loss" else self.metrics.watched.accuracy
